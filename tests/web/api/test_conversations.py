"""Rule 20 of the product: the 1:1 profile of a contact."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from models import Contact, Delivery, Text, TimelineEntry, transaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def say(contact, body, at, direction="in"):
    with transaction() as session:
        session.add(
            Text(
                account_id=contact.account_id,
                phone=contact.phone,
                our_number="+12025550100",
                direction=direction,
                body=body,
                status="received",
                sid=f"SM{body}",
                reading="other",
                raw={},
                at=at,
            )
        )


def items(answer):
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def test_rule_20_conversation_shows_both_directions_oldest_first(api, make_contact, make_lead):
    contact = make_contact(api.account_id, queued=False)
    make_lead(api.account_id, text="delivered", phone=contact.phone)
    with transaction() as session:
        session.execute(update(Delivery).values(accepted_at=NOON, sid="SM1", error_code=7))
    say(contact, "yes", NOON + timedelta(minutes=1))
    say(contact, "earlier", NOON - timedelta(minutes=1))

    shown = items(api.get(f"/contacts/{contact.id}/messages"))

    assert [(text["direction"], text["status"], text["sid"]) for text in shown] == [
        ("in", "received", "SMearlier"),
        ("out", "delivered", "SM1"),
        ("in", "received", "SMyes"),
    ]
    assert [text["error_code"] for text in shown] == [None, 7, None]
    assert "STOP" in shown[1]["body"]


def test_conversation_comes_in_pages(api, make_contact):
    contact = make_contact(api.account_id)
    for number in range(5):
        say(contact, str(number), NOON)

    seen, query = [], {"limit": 2}
    while query.get("cursor", "first"):
        page = api.get(f"/contacts/{contact.id}/messages", query_string=query)
        seen += [text["body"] for text in items(page)]
        query["cursor"] = page.json["next_cursor"]

    assert sorted(seen) == ["0", "1", "2", "3", "4"]


def test_rule_20_timeline_tells_of_every_lead_of_the_number(api, make_contact, make_lead):
    contact = make_contact(api.account_id, queued=False)
    lead = make_lead(api.account_id, phone=contact.phone, received_at=NOON)
    make_lead(
        api.account_id,
        phone=contact.phone,
        first_name="Janet",
        status="duplicate",
        received_at=NOON + timedelta(hours=2),
    )
    make_lead(api.account_id, phone="+13105550199", first_name="Nobody")
    with transaction() as session:
        for by_contact in (None, contact.id):
            session.add(
                TimelineEntry(
                    account_id=api.account_id,
                    kind="texted",
                    text="Compliance message handed to Twilio.",
                    lead_id=lead.id,
                    contact_id=by_contact,
                    at=NOON + timedelta(hours=1),
                )
            )

    shown = items(api.get(f"/contacts/{contact.id}/timeline"))

    assert [entry["text"] for entry in shown] == [
        "Lead received: Jane Doe.",
        "Compliance message handed to Twilio.",
        "Compliance message handed to Twilio.",
        "Lead received again: Janet Doe.",
    ]
    assert shown[0]["request_id"] == "a-request"
    assert shown[0]["lead_id"] == str(lead.id)
    assert shown[0]["by"] is None


def test_timeline_comes_in_pages(api, make_contact, make_lead):
    contact = make_contact(api.account_id, queued=False)
    for _ in range(5):
        make_lead(api.account_id, phone=contact.phone, received_at=NOON)

    seen, query = [], {"limit": 2}
    while query.get("cursor", "first"):
        page = api.get(f"/contacts/{contact.id}/timeline", query_string=query)
        seen += [entry["lead_id"] for entry in items(page)]
        query["cursor"] = page.json["next_cursor"]

    assert len(seen) == len(set(seen)) == 5


def test_rule_20_notes_are_kept_with_their_writer(api, make_contact):
    contact = make_contact(api.account_id)

    made = api.post(f"/contacts/{contact.id}/notes", {"body": "Call her\nafter five."})
    shown = items(api.get(f"/contacts/{contact.id}/notes"))

    assert made.status_code == 201
    assert made.json["body"] == "Call her\nafter five."
    assert made.json["by"]["id"] == str(api.operator_id)
    assert shown == [made.json]


@pytest.mark.parametrize("body", ["", " \n ", "a\0b", None])
def test_note_that_says_nothing_is_refused(api, make_contact, body):
    contact = make_contact(api.account_id)

    answer = api.post(f"/contacts/{contact.id}/notes", {"body": body})

    assert answer.status_code == 422
    assert items(api.get(f"/contacts/{contact.id}/notes")) == []


def test_note_on_a_deleted_contact_is_refused(api, make_contact):
    contact = make_contact(api.account_id)
    with transaction() as session:
        gone = {"deleted_at": NOON, "queued_at": None, "queue_lead_id": None}
        session.execute(update(Contact).values(gone))

    answer = api.post(f"/contacts/{contact.id}/notes", {"body": "hello"})

    assert answer.status_code == 404
