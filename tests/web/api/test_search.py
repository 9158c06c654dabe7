""" "Where is Jane Smith?" The answer is a sentence, whatever became of her."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models import autocommit
from models.lead_search import index_leads
from tests.story import PHONE
from workers.leads import process_lead


@pytest.fixture
def find(api):
    """Search, and return the hits of one kind, or all."""

    def find(q, kind=None):
        answer = api.get("/search", query_string={"q": q})
        assert answer.status_code == 200, answer.json
        return [hit for hit in answer.json["items"] if kind in (None, hit["kind"])]

    return find


def sentence(hits):
    (hit,) = hits
    return hit["sentence"].rpartition(", ")[0] or hit["sentence"]


def act(api, work, kind, contact_id, **more):
    answer = api.post("/actions", {"kind": kind, "contacts": {"ids": [contact_id]}, **more})
    assert answer.status_code == 202, answer.json
    work(answer)


def test_person_in_the_queue_is_said_to_wait_there(story, simulator, find):
    story.delivered()

    (hit,) = find("jane", "contact")

    assert hit["status"] == "in the opt-in queue"
    assert hit["sentence"].startswith("waits in the opt-in queue")
    assert (hit["name"], hit["phone"]) == ("Jane Doe", PHONE)
    assert sentence(find("jane", "lead")) == "waits in the opt-in queue"


def test_moved_person_is_told_with_the_group_and_who_did_it(story, simulator, api, find, work):
    story.delivered()
    contact = str(story.contact().id)
    act(api, work, "move_to_group", contact, new_group="Spring list")

    assert sentence(find("doe", "contact")) == "moved to Spring list by Owner 1"
    assert sentence(find("doe", "lead")) == "moved to Spring list by Owner 1"
    story.change("UPDATE groups SET name = 'Summer list'")
    assert sentence(find("doe", "contact")) == "moved to Summer list by Owner 1"


def test_person_in_two_groups_is_told_with_both(story, simulator, api, find, work):
    story.delivered()
    contact = str(story.contact().id)
    act(api, work, "move_to_group", contact, new_group="Spring list")
    act(api, work, "move_to_group", contact, new_group="Summer list")

    assert sentence(find("doe", "contact")) == (
        "moved to Summer list by Owner 1 (also in Spring list)"
    )


def test_person_taken_out_of_a_group_is_told_so(story, simulator, api, find, work):
    story.delivered()
    contact = str(story.contact().id)
    act(api, work, "move_to_group", contact, new_group="Spring list")
    group = api.get("/groups").json["items"][0]["id"]

    act(api, work, "remove_from_group", contact, group_id=group)

    assert sentence(find("doe", "contact")) == "removed from Spring list by Owner 1"


def test_deleted_person_is_told_with_who_did_it(story, simulator, api, find):
    story.delivered()
    api.delete(f"/contacts/{story.contact().id}")

    (hit,) = find("0142", "contact")

    assert hit["status"] == "deleted"
    assert hit["sentence"].startswith("deleted by Owner 1, ")
    assert sentence(find("jane", "lead")) == "deleted by Owner 1"


def test_person_who_said_stop_is_quoted(story, simulator, find):
    story.delivered()
    story.says("Stop please")

    hits = find("jane")

    texts = {hit["kind"]: sentence([hit]) for hit in hits}
    assert texts == dict.fromkeys(
        ("contact", "lead", "suppression"), "suppressed: texted Stop please"
    )


def test_number_on_the_dnc_list_is_told_with_who_and_why(story, find):
    story.suppress()

    (hit,) = find("555 0142")

    assert hit["kind"] == "suppression"
    assert sentence([hit]) == "suppressed: put on Do-Not-Contact by Olga (asked us by phone)"


def test_lead_held_by_the_pause_is_told_so(story, find):
    lead = story.post()
    story.switch("paused")
    process_lead(lead)

    (hit,) = find("jane", "lead")

    assert (hit["id"], hit["status"]) == (lead, "held")
    assert sentence([hit]) == "held since the integration was paused"
    assert sentence(find("jane", "contact")) == sentence([hit])


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ("received", None, "received, about to be texted"),
        ("held", "prefix cap", "held: prefix cap"),
        ("needs_attention", "not a working number", "needs attention: not a working number"),
        ("dropped", "discarded by Ana", "dropped: discarded by Ana"),
        ("test", None, "a test of the sender: never texted"),
        ("duplicate", None, "received again; the first lead counts"),
        ("suppressed", "on a list", "suppressed: on a list"),
        ("joined", None, "texted and delivered"),
        ("landline", None, "a landline: call, do not text"),
        ("texting", None, "texting"),
    ],
)
def test_lead_without_a_contact_tells_its_own_state(api, make_lead, find, status, reason, told):
    make_lead(api.account_id, status=status, reason=reason)

    assert sentence(find("jane")) == told


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        ("ready", "about to be texted"),
        ("sending", "its text is on the way"),
        ("sent", "texted; the carrier has not confirmed it yet"),
        ("unknown", "its text may have been sent; Twilio is being asked"),
    ],
)
def test_lead_on_its_way_tells_how_far_its_text_is(api, make_lead, find, fate, told):
    make_lead(api.account_id, status="texting", text=fate)

    assert sentence(find("jane")) == told


def test_refused_request_is_found_by_what_it_said(story, find):
    refused = story.client.post(
        story.path, json={"first_name": "Jané", "phone": "(202) 555-0142"}
    )
    assert refused.status_code == 422

    for typed in ("jane", "2025550142", "0142", "(202) 555"):
        (hit,) = find(typed)
        assert hit["kind"] == "rejection"
        assert sentence([hit]) == "refused: last name missing"
    assert find("janet") == []
    assert find("0143") == []


def test_refused_request_is_found_once_it_is_read_and_no_more_when_forgotten(story, find):
    story.client.post(story.path, data="Jane Smith, 202 555 0142", content_type="text/plain")

    first, second = find("smith"), find("smith")
    story.change("UPDATE rejections SET body = NULL")

    assert [hit["kind"] for hit in first] == ["rejection"]
    assert first == second
    assert find("smith") == []


@pytest.mark.parametrize("read", [True, False])
def test_person_who_was_wiped_is_found_no_more(story, simulator, api, find, work, read):
    story.delivered()
    story.client.post(story.path, json={"first_name": "Jane", "phone": "202 555 0142"})
    assert {hit["kind"] for hit in find("jane")} == {"contact", "lead", "rejection"}
    if read:
        with autocommit() as connection:
            index_leads(connection)

    work(api.delete(f"/contacts/{story.contact().id}?wipe=true"))

    assert [hit["kind"] for hit in find("jane")] == []
    assert [hit["kind"] for hit in find("0142")] == []


def test_time_of_another_day_is_told_with_the_day(api, make_lead, find):
    make_lead(
        api.account_id, status="joined", received_at=datetime(2026, 1, 2, 15, 4, tzinfo=UTC)
    )

    (hit,) = find("jane")

    assert hit["sentence"].endswith(", 2 Jan, 10:04")  # in New York
    assert hit["at"] == "2026-01-02T15:04:00Z"


@pytest.mark.parametrize("typed", ["Jané SMITH", "smi jan", "obrien", "0142", "+1 (202) 555"])
@pytest.mark.parametrize("read", [True, False])
def test_lead_is_found_before_and_after_the_sweep_has_read_it(
    api, make_lead, find, typed, read
):
    lead = make_lead(api.account_id, first_name="Jane", last_name="Smith O'Brien")
    make_lead(api.account_id, first_name="Bob", last_name="Blacksmith", phone="+13105550199")
    if read:
        with autocommit() as connection:
            assert index_leads(connection) == 2

    assert [hit["id"] for hit in find(typed)] == [str(lead.id)]


def test_what_is_not_typed_finds_nobody(api, make_lead, find):
    make_lead(api.account_id)

    assert find("12") == []
    assert find("...") == []
    assert api.get("/search").status_code == 422
    assert api.get("/search?q=").status_code == 422


def test_newest_come_first_and_no_more_than_asked_for(api, make_lead):
    since = datetime.now(UTC) - timedelta(hours=1)
    made = [
        make_lead(api.account_id, received_at=since + timedelta(minutes=minute))
        for minute in range(4)
    ]

    hits = api.get("/search?q=jane&limit=2").json["items"]

    assert [hit["id"] for hit in hits] == [str(made[3].id), str(made[2].id)]


def test_rule_30_nobody_of_another_account_is_found(
    api, story, simulator, make_somebody, make_lead
):
    other = make_somebody()
    story.delivered()
    story.suppress()
    story.client.post(story.path, json={"first_name": "Jane"})
    make_lead(api.account_id, integration_id=uuid4())

    assert other.get("/search?q=jane").json["items"] == []
    assert other.get("/search?q=0142").json["items"] == []
