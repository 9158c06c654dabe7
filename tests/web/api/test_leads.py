"""Leads in the API: where each is, and what an operator may decide about it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, select, text

from models import Delivery, Lead, LeadStatus, transaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def items(answer):
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def stored(lead):
    with transaction() as session:
        return session.get_one(Lead, lead.id), session.get(Delivery, lead.id)


def test_leads_are_listed_newest_first_with_their_text(api, make_lead):
    older = make_lead(api.account_id, received_at=NOON)
    newer = make_lead(
        api.account_id, text="ready", status="texting", received_at=NOON + timedelta(hours=1)
    )

    shown = items(api.get("/leads"))

    assert [each["id"] for each in shown] == [str(newer.id), str(older.id)]
    assert shown[0]["text"]["status"] == "ready"
    assert shown[0]["due_at"] is not None
    assert shown[1]["text"] is None
    assert shown[1]["due_at"] is None


@pytest.mark.parametrize("status", LeadStatus)
def test_leads_are_filtered_by_every_status(api, make_lead, status):
    for each in LeadStatus:
        make_lead(api.account_id, status=each)

    shown = items(api.get("/leads", query_string={"status": status}))

    assert [each["status"] for each in shown] == [status]


def test_status_that_does_not_exist_is_refused(api):
    answer = api.get("/leads?status=lost")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["status"]


@pytest.mark.parametrize("typed", ["jane", "smi", "Jané SMITH", "0142", "+1 (202) 555-0142"])
def test_lead_is_found_in_any_state_by_name_and_number(api, make_lead, typed):
    make_lead(api.account_id, last_name="Smith", status="dropped")
    make_lead(api.account_id, first_name="Bob", last_name="Blacksmith", phone="+13105550199")

    shown = items(api.get("/leads", query_string={"q": typed}))

    assert [each["last_name"] for each in shown] == ["Smith"]


def test_lead_tells_its_whole_timeline(api, make_lead, make_integration, work):
    lead = make_lead(api.account_id, status="held", reason="the integration is paused")
    work(api.post(f"/leads/{lead.id}/discard"))

    shown = api.get(f"/leads/{lead.id}").json

    assert shown["status"] == "dropped"
    assert shown["reason"] == "discarded by Owner 1"
    assert [entry["kind"] for entry in shown["timeline"]] == ["received", "dropped"]
    assert shown["timeline"][0]["request_id"] == "a-request"
    assert shown["timeline"][1]["text"] == "Discarded by Owner 1."
    assert shown["timeline"][1]["by"] == {"id": str(api.operator_id), "name": "Owner 1"}


def test_discarded_lead_takes_its_unsent_text_along(api, make_lead, work):
    lead = make_lead(api.account_id, text="ready", status="held")

    asked = api.post(f"/leads/{lead.id}/discard")
    work(asked)

    row, delivery = stored(lead)
    assert asked.status_code == 202
    assert asked.headers["Location"] == f"/api/v1/jobs/{asked.json['job']['id']}"
    assert (row.status, delivery.status) == ("dropped", "canceled")


@pytest.mark.parametrize("fate", ["undelivered", "refused", "review", "ready"])
def test_text_that_did_not_arrive_is_made_ready_again(api, make_lead, work, fate):
    lead = make_lead(api.account_id, text=fate, status="needs_attention", reason="see there")

    asked = api.post(f"/leads/{lead.id}/retry")
    work(asked)

    row, delivery = stored(lead)
    assert asked.status_code == 202
    assert (row.status, row.reason) == ("texting", None)
    assert (delivery.status, delivery.sid, delivery.error_code) == ("ready", None, None)
    assert api.get(f"/leads/{lead.id}").json["timeline"][-1]["text"] == "Retried by Owner 1."
    assert api.get(asked.headers["Location"].removeprefix("/api/v1")).json["done"] == 1


@pytest.mark.parametrize("status", ["needs_attention", "held"])
def test_lead_without_a_text_is_processed_again(api, make_lead, work, status):
    lead = make_lead(api.account_id, status=status, reason="waited too long", claims=6)

    work(api.post(f"/leads/{lead.id}/retry"))

    row, _ = stored(lead)
    assert (row.status, row.claims, row.lease_until) == ("received", 0, None)


@pytest.mark.parametrize("fate", ["sending", "unknown", "sent"])
def test_text_that_may_have_left_is_not_retried(api, make_lead, fate):
    lead = make_lead(api.account_id, text=fate, status="texting")

    answer = api.post(f"/leads/{lead.id}/retry")

    assert answer.status_code == 409
    assert answer.json["code"] == "may-have-been-sent"
    assert stored(lead)[1].status == fate


@pytest.mark.parametrize(
    ("verb", "status", "fate"),
    [
        ("retry", "joined", "delivered"),
        ("retry", "duplicate", None),
        ("retry", "landline", "landline"),
        ("retry", "suppressed", "suppressed"),
        ("discard", "texting", "ready"),
        ("discard", "needs_attention", "undelivered"),
    ],
)
def test_lead_that_waits_for_no_decision_is_left_alone(api, make_lead, verb, status, fate):
    lead = make_lead(api.account_id, text=fate, status=status)

    answer = api.post(f"/leads/{lead.id}/{verb}")

    assert answer.status_code == 409
    assert answer.json["code"] == "not-held"
    assert items(api.get("/jobs")) == []


def test_decision_overtaken_by_another_fails_in_its_job(api, make_lead, work):
    lead = make_lead(api.account_id, text="ready", status="held")
    discard = api.post(f"/leads/{lead.id}/discard")
    retry = api.post(f"/leads/{lead.id}/retry")
    work(discard)

    work(retry)

    job = api.get(f"/jobs/{retry.json['job']['id']}").json
    assert job["failures"] == [{"id": str(lead.id), "reason": "not-held"}]
    assert stored(lead)[1].status == "canceled"


def test_rule_30_lead_of_another_account_does_not_exist(api, make_somebody, make_lead):
    other = make_lead(make_somebody().account_id, text="undelivered", status="held")
    one = f"/leads/{other.id}"

    answers = [api.get(one), api.post(f"{one}/retry"), api.post(f"{one}/discard")]
    nobody = api.get(f"/leads/{uuid4()}")

    assert {answer.status_code for answer in [*answers, nobody]} == {404}
    assert items(api.get("/leads")) == []
    assert stored(other)[0].status == "held"
    with transaction() as session:
        assert len(session.scalars(select(Lead)).all()) == 1


UNDELIVERED = "UPDATE deliveries SET status = 'undelivered', final_at = now(), check_at = NULL"
UNSENT = "UPDATE leads SET status = 'needs_attention', reason = 'carrier filtered'"


def test_lead_and_its_text_are_shown_as_they_were_at_one_moment(api, make_lead):
    lead = make_lead(api.account_id, text="sent", status="texting")
    pending = [UNDELIVERED, UNSENT]

    def move_on(_connection, _cursor, statement, *_):
        """Have the receipt applied right after the answer's first look at the lead."""
        if pending and ("FROM deliveries" in statement or "FROM leads" in statement):
            moves = [pending.pop(0) for _ in list(pending)]
            with transaction() as session:
                for move in moves:
                    session.execute(text(move))

    event.listen(Engine, "after_cursor_execute", move_on)
    try:
        shown = api.get(f"/leads/{lead.id}").json
    finally:
        event.remove(Engine, "after_cursor_execute", move_on)

    assert pending == []
    assert (shown["status"], shown["text"]["status"]) in {
        ("texting", "sent"),
        ("needs_attention", "undelivered"),
    }
