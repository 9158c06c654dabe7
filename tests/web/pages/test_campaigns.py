"""Campaigns: groups, who is eligible, and why the others are not. Rule 21."""

import pytest

from tests.story import Story
from tests.web.pages.conftest import said


@pytest.fixture
def story(app, owner):
    return Story(app.test_client(), owner.account_id)


@pytest.fixture
def campaign(owner):
    """The address of a campaign."""
    answer = owner.post("/campaigns", {"name": "Summer"})
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.fixture
def grouped(owner, story, simulator, campaign):
    """Jane, in a group of the campaign; Bob, in the opt-in queue. Her id and the group's."""
    story.delivered()
    group = story.move_to_group()
    story.change("UPDATE groups SET name = 'Spring list'")
    story.delivered(first_name="Bob", phone="+1 202 555 0143")
    owner.post(f"{campaign}/groups", {"group": str(group)})
    return str(story.contact().id), str(group)


def test_there_is_no_campaign_yet(owner):
    assert "There is no campaign yet" in said(owner.get("/campaigns"))


def test_campaign_is_made_renamed_and_its_status_changed(owner, campaign):
    owner.post(f"{campaign}/change", {"name": "Autumn"})
    owner.post(f"{campaign}/change", {"status": "active"})
    owner.post(f"{campaign}/change", {"status": "sent"})

    shown = said(owner.get(campaign))

    assert "Autumn active" in shown
    assert "Autumn active" in said(owner.get("/campaigns"))


def test_campaign_without_a_name_is_not_made(owner):
    owner.post("/campaigns", {"name": " "})
    owner.post("/campaigns", {"name": "x" * 201})

    assert "There is no campaign yet" in said(owner.get("/campaigns"))


def test_rule_21_eligible_and_others_are_shown_with_the_reason(owner, campaign, grouped):
    eligible = said(owner.get(campaign))
    others = said(owner.get(f"{campaign}?show=others"))

    assert "Spring list" in eligible
    assert "Jane Doe" in eligible
    assert "Bob" not in eligible
    assert "In the opt-in queue: move to a group first" in others
    assert "Bob Doe" in others
    narrowed = said(owner.get(f"{campaign}?show=others&code=suppressed&q="))
    assert "Everybody there is may be added" in narrowed


def test_rule_21_member_is_added_and_taken_out(owner, campaign, grouped):
    jane, _ = grouped

    answer = owner.post(f"{campaign}/add", {"contact": jane})
    added = said(owner.get(answer.headers["Location"]))
    owner.post(f"{campaign}/people/{jane}/remove")

    assert "1 contact added." in added
    assert "Jane Doe" in added
    assert "Nobody was added yet" in said(owner.get(f"{campaign}?show=added"))


def test_rule_21_contact_in_the_queue_is_refused_with_the_reason(
    owner, campaign, grouped, story
):
    bob = str(story.contact("+12025550143").id)

    answer = owner.post(f"{campaign}/add", {"contact": bob})

    shown = said(owner.get(answer.headers["Location"]))
    assert "Nobody was added. Some of the contacts are still in the opt-in queue." in shown
    assert story.value("SELECT count(*) FROM campaign_contacts") == 0


def test_nobody_selected_and_no_group_chosen_are_explained(owner, campaign):
    owner.post(f"{campaign}/add")
    owner.post(f"{campaign}/groups", {"group": ""})

    shown = said(owner.get(campaign))

    assert "Choose a group first." in shown


def test_group_is_taken_out_with_its_people(owner, campaign, grouped, story):
    jane, group = grouped
    owner.post(f"{campaign}/add", {"contact": jane})

    owner.post(f"{campaign}/groups/{group}/remove")

    assert "None yet: nobody is eligible." in said(owner.get(campaign))
    assert story.value("SELECT count(*) FROM campaign_contacts") == 0


def test_rule_30_stranger_neither_sees_nor_changes_a_campaign(
    stranger, owner, campaign, grouped
):
    jane, group = grouped

    answers = [
        stranger.get(campaign),
        stranger.post(f"{campaign}/change", {"name": "Mine"}),
        stranger.post(f"{campaign}/groups", {"group": group}),
        stranger.post(f"{campaign}/groups/{group}/remove"),
        stranger.post(f"{campaign}/add", {"contact": jane}),
        stranger.post(f"{campaign}/people/{jane}/remove"),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert "There is no campaign yet" in said(stranger.get("/campaigns"))
