"""One contact: who it is, what was said, and what is done from its page. Rule 20."""

import re

import pytest

from tests.story import PHONE, Story
from tests.web.pages.conftest import said
from workers.admin import run_job

HTMX = {"HX-Request": "true", "X-Poll": "1"}


@pytest.fixture
def story(app, owner):
    return Story(app.test_client(), owner.account_id)


@pytest.fixture
def jane(story, simulator):
    """The address of a contact who waits in the opt-in queue."""
    story.delivered()
    return f"/contacts/{story.contact().id}"


def finish(answer):
    """Do the job that the redirect names."""
    assert answer.status_code == 303, answer.text
    job = re.search(r"job=([0-9a-f-]+)", answer.headers["Location"])
    run_job(job[1])


def test_rule_20_profile_shows_details_conversation_notes_and_timeline(owner, story, jane):
    story.says("Who is this?")
    owner.post(f"{jane}/notes", {"body": "Called her <b>twice</b>."})

    page = owner.get(jane)

    shown = said(page)
    for words in ("Jane Doe", PHONE, "Reply HELP", "delivered", "Who is this?", "Timeline"):
        assert words in shown
    assert "Called her &lt;b&gt;twice&lt;/b&gt;." in page.text
    assert "Owner 1" in shown
    assert "Lead received: Jane Doe." in shown


def test_rule_16_move_to_a_new_group_takes_out_of_the_queue(owner, story, jane):
    answer = owner.post(f"{jane}/move", {"new": "Spring list"})
    waiting = said(owner.get(answer.headers["Location"]))
    finish(answer)

    shown = said(owner.get(jane))

    assert "waiting for a worker" in waiting
    assert "waiting for a worker" not in shown
    assert "Moved to Spring list by Owner 1" in shown
    assert story.contact().queued_at is None


def test_move_to_a_group_of_the_list_and_out_of_it_again(owner, story, jane):
    group = story.value(
        "INSERT INTO groups (id, account_id, name) VALUES (gen_random_uuid(), :a, 'Known')"
        " RETURNING id",
        a=story.account,
    )
    finish(owner.post(f"{jane}/move", {"chosen": str(group), "new": ""}))
    moved = said(owner.get(jane))

    finish(owner.post(f"{jane}/leave/{group}"))

    assert "Moved to Known by Owner 1" in moved
    assert "Removed from Known by Owner 1" in said(owner.get(jane))


def test_move_without_a_group_is_explained(owner, story, jane):
    answer = owner.post(f"{jane}/move", {"new": " "})

    assert "Choose a group" in said(owner.get(answer.headers["Location"]))
    assert story.contact().queued_at is not None


def test_label_is_made_given_and_taken(owner, story, jane):
    finish(owner.post(f"{jane}/label", {"new": "Hot"}))
    labeled = said(owner.get(jane))
    label = story.value("SELECT id FROM labels")

    finish(owner.post(f"{jane}/unlabel/{label}"))

    assert "Labeled Hot." in labeled
    assert story.value("SELECT count(*) FROM contact_labels") == 0


def test_dnc_in_one_click_says_that_nothing_more_goes_out(owner, story, jane):
    answer = owner.post(f"{jane}/dnc")

    shown = said(owner.get(answer.headers["Location"]))

    assert "nothing more is sent to this number" in shown
    assert "may still arrive" not in shown
    assert "put on Do-Not-Contact by Owner 1" in shown
    assert "Add to DNC" not in shown.partition("Timeline")[0].partition("Delete")[0]
    assert story.contact().suppressed


def test_names_are_changed_but_never_to_nothing(owner, story, jane):
    owner.post(f"{jane}/names", {"first_name": " Janet ", "last_name": ""})
    owner.post(f"{jane}/names", {"first_name": " ", "last_name": "Roe"})
    owner.post(f"{jane}/names", {"first_name": "A\nB", "last_name": "Roe"})

    assert (story.contact().first_name, story.contact().last_name) == ("Janet", "")
    assert "A first name is needed" in said(owner.get(jane))


def test_note_without_words_is_not_kept(owner, story, jane):
    owner.post(f"{jane}/notes", {"body": "  "})
    owner.post(f"{jane}/notes", {"body": "x" * 10_001})

    assert story.value("SELECT count(*) FROM notes") == 0


def test_favorite_is_marked_from_the_page(owner, story, jane):
    answer = owner.post(f"{jane}/favorite", {"favorite": "yes", "back": jane})

    assert answer.headers["Location"] == jane
    assert story.contact().favorite


def test_deleted_contact_says_by_whom(owner, story, jane):
    answer = owner.post(f"{jane}/delete")

    gone = owner.get(jane)

    assert answer.status_code == 303
    assert gone.status_code == 404
    assert "Deleted by Owner 1" in said(gone)


def test_deletion_is_undone_from_the_toast(owner, story, jane):
    page = owner.get(owner.post(f"{jane}/delete").headers["Location"])
    address = re.search(r'action="(/activity/jobs/[0-9a-f-]+/undo)"', page.text)[1]

    answer = owner.post(address)
    run_job(answer.headers["Location"].rpartition("/")[2])

    assert "Waits in the opt-in queue" in said(owner.get(jane))
    assert "1 put back" in said(owner.get(answer.headers["Location"]))


def test_only_an_owner_wipes_a_person(owner, member, story, jane):
    assert member.post(f"{jane}/wipe").status_code == 403
    assert "Wipe" not in said(member.get(jane))

    owner.post(f"{jane}/wipe")

    assert owner.get(jane).status_code == 404


def test_poll_brings_the_part_that_changes(owner, jane):
    answer = owner.get(jane, headers=HTMX)

    assert "<html" not in answer.text
    assert 'id="contact"' in answer.text


def test_rule_30_stranger_neither_sees_nor_changes_a_contact(owner, stranger, story, jane):
    assert stranger.get(jane).status_code == 404
    sent = {
        "move": {"new": "Theirs"},
        "label": {"new": "Theirs"},
        "dnc": {},
        "notes": {"body": "hello"},
        "names": {"first_name": "Eve"},
        "delete": {},
        "wipe": {},
    }
    for verb, form in sent.items():
        assert stranger.post(f"{jane}/{verb}", form).status_code == 404, verb
    assert story.contact().first_name == "Jane"
    assert story.value("SELECT count(*) FROM jobs") == 0
    assert story.value("SELECT count(*) FROM groups") == 0
