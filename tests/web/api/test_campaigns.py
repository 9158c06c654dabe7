"""Campaigns in the API: rule 21 from every side, and what else is kept of a campaign."""

from uuid import UUID, uuid4

import pytest

from models import CampaignContact, Contact, Membership, transaction
from models.suppressions import Because, SuppressionKind, lift, suppress
from models.timeline import Actor


@pytest.fixture
def spring(api):
    """The id of a group."""
    return api.post("/groups", {"name": "Spring list"}).json["id"]


@pytest.fixture
def campaign(api, spring):
    """The path of a campaign that may address the group."""
    path = f"/campaigns/{api.post('/campaigns', {'name': 'Summer'}).json['id']}"
    assert api.post(f"{path}/groups", {"group_ids": [spring]}).status_code == 200
    return path


@pytest.fixture
def join(api):
    def join(contact, group):
        with transaction() as session:
            session.add(
                Membership(
                    group_id=UUID(group), contact_id=contact.id, account_id=contact.account_id
                )
            )

    return join


@pytest.fixture
def member(api, make_contact, join, spring):
    """A contact in the group."""
    contact = make_contact(api.account_id, queued=False)
    join(contact, spring)
    return contact


def dnc(contact):
    because = Because(SuppressionKind.DNC, "asked us by phone", "api", Actor(name="Olga"))
    with transaction() as session:
        return suppress(session, contact.account_id, contact.phone, because)[0]


def ids(answer):
    assert answer.status_code == 200, answer.json
    return [each["contact_id"] for each in answer.json["items"]]


def test_campaign_is_made_a_draft_and_listed_newest_first(api):
    first = api.post("/campaigns", {"name": " Summer "})
    second = api.post("/campaigns", {"name": "Summer"})

    listed = api.get("/campaigns").json["items"]

    assert first.status_code == 201
    assert first.headers["Location"] == f"/api/v1/campaigns/{first.json['id']}"
    assert (first.json["name"], first.json["status"], first.json["groups"]) == (
        "Summer",
        "draft",
        [],
    )
    assert [each["id"] for each in listed] == [second.json["id"], first.json["id"]]
    assert api.get(f"/campaigns/{first.json['id']}").json == first.json


@pytest.mark.parametrize("status", ["draft", "active", "ended"])
def test_campaign_is_renamed_and_given_a_status(api, campaign, status):
    changed = api.patch(campaign, {"name": "Autumn", "status": status})

    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["status"]) == ("Autumn", status)


def test_status_that_does_not_exist_is_refused(api, campaign):
    answer = api.patch(campaign, {"status": "sent"})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "status"


def test_group_is_added_once_and_taken_out_again(api, campaign, spring):
    again = api.post(f"{campaign}/groups", {"group_ids": [spring]})
    gone = api.delete(f"{campaign}/groups/{spring}")

    assert again.json["groups"] == [spring]
    assert gone.status_code == 204
    assert api.get(campaign).json["groups"] == []
    assert api.delete(f"{campaign}/groups/{spring}").status_code == 404


def test_group_that_does_not_exist_adds_none_of_them(api, campaign):
    other = api.post("/groups", {"name": "Other"}).json["id"]
    before = api.get(campaign).json["groups"]

    answer = api.post(f"{campaign}/groups", {"group_ids": [other, str(uuid4())]})

    assert answer.status_code == 404
    assert api.get(campaign).json["groups"] == before


def test_campaign_counts_those_whom_its_list_shows(
    api, campaign, member, make_contact, join, spring
):
    other = make_contact(api.account_id, queued=False)
    join(other, spring)
    both = {"contact_ids": [str(member.id), str(other.id)]}
    assert api.post(f"{campaign}/contacts", both).json["contacts"] == 2

    assert api.delete(f"/contacts/{other.id}").status_code == 202

    assert ids(api.get(f"{campaign}/contacts")) == [str(member.id)]
    assert api.get(campaign).json["contacts"] == 1
    assert [each["contacts"] for each in api.get("/campaigns").json["items"]] == [1]


def test_rule_21_member_of_the_group_is_eligible_and_added(api, campaign, member):
    assert ids(api.get(f"{campaign}/eligible")) == [str(member.id)]

    added = api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})

    assert added.status_code == 200
    assert added.json["contacts"] == 1
    assert ids(api.get(f"{campaign}/contacts")) == [str(member.id)]
    assert api.get(f"{campaign}/eligible").json["items"][0]["added"] is True


def test_rule_21_contact_in_the_queue_is_refused_and_nothing_is_added(
    api, campaign, member, make_contact
):
    queued = make_contact(api.account_id)

    answer = api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id), str(queued.id)]})

    assert answer.status_code == 409
    assert answer.json["code"] == "in-opt-in-queue"
    assert answer.json["ids"] == [str(queued.id)]
    assert ids(api.get(f"{campaign}/contacts")) == []


def test_rule_21_suppressed_member_is_refused(api, campaign, member):
    dnc(member)

    answer = api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})

    assert answer.status_code == 409
    assert answer.json["code"] == "suppressed"
    assert answer.json["ids"] == [str(member.id)]
    assert ids(api.get(f"{campaign}/eligible")) == []


def test_rule_21_member_of_another_group_is_refused(api, campaign, make_contact, join):
    outsider = make_contact(api.account_id, queued=False)
    join(outsider, api.post("/groups", {"name": "Other"}).json["id"])

    answer = api.post(f"{campaign}/contacts", {"contact_ids": [str(outsider.id)]})

    assert answer.status_code == 409
    assert answer.json["code"] == "not-in-group"
    assert answer.json["ids"] == [str(outsider.id)]


def test_everybody_refused_is_named_with_the_reason(api, campaign, member, make_contact):
    queued, outsider = (
        make_contact(api.account_id),
        make_contact(api.account_id, queued=False),
    )
    dnc(member)
    everybody = [str(each.id) for each in (member, outsider, queued)]

    answer = api.post(f"{campaign}/contacts", {"contact_ids": everybody})

    assert answer.json["code"] == "in-opt-in-queue"
    assert {each["contact_id"]: each["code"] for each in answer.json["refused"]} == {
        str(queued.id): "in-opt-in-queue",
        str(member.id): "suppressed",
        str(outsider.id): "not-in-group",
    }
    told = api.get(f"{campaign}/ineligible").json["items"]
    assert {each["contact_id"]: each["code"] for each in told} == {
        each["contact_id"]: each["code"] for each in answer.json["refused"]
    }
    narrowed = api.get(f"{campaign}/ineligible?code=suppressed")
    assert ids(narrowed) == [str(member.id)]


def test_why_a_person_is_not_eligible_is_found_by_name(api, campaign, make_contact):
    jane = make_contact(api.account_id, first_name="Jané", last_name="Smith")
    make_contact(api.account_id, first_name="Bob")

    assert ids(api.get(f"{campaign}/ineligible?q=smi")) == [str(jane.id)]


def test_rule_21_suppression_takes_a_person_out_and_lifting_does_not_return_them(
    api, campaign, member
):
    api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})

    suppression = dnc(member)
    with transaction() as session:
        lift(session, session.merge(suppression), Actor(name="Olga"), "a mistake")

    assert ids(api.get(f"{campaign}/contacts")) == []
    assert ids(api.get(f"{campaign}/eligible")) == [str(member.id)]


def test_rule_21_leaving_the_group_is_leaving_the_campaign(api, campaign, member, spring):
    api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})

    api.delete(f"/groups/{spring}")

    assert api.get(campaign).json["groups"] == []
    assert api.get(campaign).json["contacts"] == 0


def test_member_of_two_groups_stays_while_in_one_of_them(api, campaign, member, spring, join):
    other = api.post("/groups", {"name": "Other"}).json["id"]
    join(member, other)
    api.post(f"{campaign}/groups", {"group_ids": [other]})
    added = api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})

    api.delete(f"{campaign}/groups/{spring}")

    assert added.json["contacts"] == 1
    assert ids(api.get(f"{campaign}/contacts")) == [str(member.id)]


def test_contact_is_taken_out_of_a_campaign(api, campaign, member):
    api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})

    gone = api.delete(f"{campaign}/contacts/{member.id}")

    assert gone.status_code == 204
    assert ids(api.get(f"{campaign}/contacts")) == []
    assert api.delete(f"{campaign}/contacts/{member.id}").status_code == 404


def test_deleted_contact_is_in_no_list_of_a_campaign(api, campaign, member):
    api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})

    api.delete(f"/contacts/{member.id}")

    for each in ("eligible", "contacts", "ineligible"):
        assert ids(api.get(f"{campaign}/{each}")) == []
    again = api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})
    assert again.status_code == 404


def test_nothing_is_added_to_a_campaign_that_has_ended(api, campaign, member, spring):
    api.patch(campaign, {"status": "ended"})

    contacts = api.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]})
    groups = api.post(f"{campaign}/groups", {"group_ids": [spring]})

    assert (contacts.status_code, contacts.json["code"]) == (409, "conflict")
    assert (groups.status_code, groups.json["code"]) == (409, "conflict")


def test_eligible_people_are_paged(api, campaign, member, make_contact, join, spring):
    for _ in range(4):
        join(make_contact(api.account_id, queued=False), spring)

    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{campaign}/eligible?limit=2{cursor}")
        seen += ids(page)
        after = page.json["next_cursor"]
        cursor = f"&cursor={after}" if after else None

    assert len(seen) == len(set(seen)) == 5


def test_rule_30_another_account_neither_sees_nor_changes_a_campaign(
    api, campaign, member, spring, make_somebody, make_contact
):
    other = make_somebody()
    theirs = other.post("/campaigns", {"name": "Theirs"}).json["id"]
    stranger = make_contact(other.account_id, queued=False)

    answers = [
        other.get(campaign),
        other.patch(campaign, {"name": "Mine"}),
        other.post(f"{campaign}/groups", {"group_ids": [spring]}),
        other.delete(f"{campaign}/groups/{spring}"),
        other.post(f"{campaign}/contacts", {"contact_ids": [str(member.id)]}),
        other.delete(f"{campaign}/contacts/{member.id}"),
        other.get(f"{campaign}/eligible"),
        other.get(f"{campaign}/contacts"),
        other.get(f"{campaign}/ineligible"),
        other.post(f"/campaigns/{theirs}/groups", {"group_ids": [spring]}),
        other.post(f"/campaigns/{theirs}/contacts", {"contact_ids": [str(member.id)]}),
        api.post(f"{campaign}/contacts", {"contact_ids": [str(stranger.id)]}),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert [each["id"] for each in other.get("/campaigns").json["items"]] == [theirs]
    assert api.get(campaign).json["name"] == "Summer"


def stored(model):
    with transaction() as session:
        return session.query(model).all()


def test_adding_twice_adds_once(api, campaign, member):
    body = {"contact_ids": [str(member.id), str(member.id)]}

    first = api.post(f"{campaign}/contacts", body)
    second = api.post(f"{campaign}/contacts", body)

    assert first.json["contacts"] == second.json["contacts"] == 1
    assert len(stored(CampaignContact)) == 1
    assert len(stored(Contact)) == 1
