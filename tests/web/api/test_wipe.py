"""A person asks to be wiped: what identifies them goes, what proves our case stays."""

import json
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models import Base, Contact, Lead, SuppressionKind, Wipe, transaction
from models.suppressions import Because, suppress
from models.wipe import holds_number, phone_hash
from tests.story import PHONE

#: Where the number, the names or what was said must stay: the proof, and the suppression.
KEPT = {"suppressions", "consent_entries"}


@pytest.fixture(autouse=True)
def _twilio(simulator):
    """Texts of these people are sent to somebody."""


def wipe(api, work, contact_id):
    answer = api.delete(f"/contacts/{contact_id}?wipe=true")
    assert answer.status_code == 202, answer.json
    work(answer)
    job = api.get(f"/jobs/{answer.json['job']['id']}").json
    assert (job["kind"], job["status"]) == ("wipe", "done")
    return answer


def traces(*words):
    """Return the tables in which any of these words can be found, in any column."""
    found = set()
    with transaction() as session:
        for name in Base.metadata.tables:
            rows = session.execute(
                text(f"SELECT row_to_json(t)::text FROM {name} t")  # noqa: S608
            ).scalars()
            if any(_told(word, row) for row in rows for word in words):
                found.add(name)
    return found


def _told(word, row):
    as_bytes = word.encode().hex()
    return word.casefold() in row.casefold() or as_bytes in row


@pytest.fixture
def jane(story, api, work):
    """A person with everything: two leads, texts, notes, labels, a rejection, an export."""
    lead_id = story.delivered(first_name="Xenia", last_name="Quirk", email="xq@example.com")
    story.says("Call me Xenia", sid="SM" + "2" * 32)
    story.another(first_name="Xenia", last_name="Quirk")
    contact = story.contact()
    api.post(f"/contacts/{contact.id}/notes", {"body": "Xenia is nice"})
    label = api.post("/labels", {"name": "Hot"}).json
    chosen = {"contacts": {"filter": {"q": "xenia"}}}
    work(api.post("/actions", {"kind": "add_label", "label": label["id"]} | chosen))
    story.client.post(story.path, json={"first_name": "Xenia", "phone": "(202) 555-0142"})
    work(api.get("/contacts/export"))
    with transaction() as session:
        because = Because(SuppressionKind.DNC, "asked us", "api")
        suppress(session, api.account_id, PHONE, because)
    return contact, lead_id


def test_nothing_of_the_person_stays_but_the_proof(api, story, jane, work):
    contact, _ = jane
    number = PHONE.removeprefix("+1")
    assert {"contacts", "leads", "texts", "rejections", "notes"} <= traces("Xenia", number)

    wipe(api, work, contact.id)

    assert traces("Xenia", "Quirk", "xq@example.com") == {"consent_entries"}
    assert traces(number) <= KEPT
    assert traces("202) 555-0142") == set()


def test_suppression_hash_and_consent_record_stay(api, jane, work):
    contact, lead_id = jane
    before = api.get(f"/leads/{lead_id}/consent").json

    wipe(api, work, contact.id)

    after = api.get(f"/leads/{lead_id}/consent").json
    assert after["intact"] is True
    assert after["entries"][: len(before["entries"])] == before["entries"]
    assert after["body"] is None
    assert [each["phone"] for each in api.get("/suppressions").json["items"]] == [PHONE]
    with transaction() as session:
        [told] = session.scalars(select(Wipe)).all()
    assert told.phone_hash == phone_hash(PHONE)


def test_timeline_becomes_a_tombstone(api, jane, work):
    contact, lead_id = jane

    wipe(api, work, contact.id)

    told = api.get(f"/leads/{lead_id}").json["timeline"]
    assert [entry["text"] for entry in told if entry["kind"] == "wiped"] == [
        "Wiped at the person's request."
    ]
    assert {entry["kind"] for entry in told} == {"received", "wiped"}
    with transaction() as session:
        entries = session.execute(text("SELECT DISTINCT kind FROM timeline")).scalars().all()
    assert entries == ["wiped"]


def test_person_is_gone_from_every_list_at_once(api, jane):
    contact, _ = jane

    answer = api.delete(f"/contacts/{contact.id}?wipe=true")

    assert answer.status_code == 202
    assert api.get(f"/contacts/{contact.id}").status_code == 404
    assert api.get("/contacts").json["items"] == []


def test_unsent_text_is_canceled_and_waiting_lead_dropped(api, story, work):
    lead_id = story.post()
    story.change("UPDATE leads SET status = 'held'")
    with transaction() as session:
        person = Contact(
            account_id=api.account_id, phone=PHONE, first_name="Jane", last_name="Doe"
        )
        session.add(person)

    wipe(api, work, person.id)

    with transaction() as session:
        assert session.get_one(Lead, lead_id).status == "dropped"


def test_text_at_the_carrier_is_waited_for(api, story, work):
    story.texted()
    story.change("UPDATE deliveries SET status = 'unknown'")
    contact = story.contact()
    answer = api.delete(f"/contacts/{contact.id}?wipe=true")

    work(answer)
    waiting = api.get(f"/jobs/{answer.json['job']['id']}").json["status"]
    story.change("UPDATE deliveries SET status = 'sent'")
    work(answer)

    assert waiting == "running"
    assert api.get(f"/jobs/{answer.json['job']['id']}").json["status"] == "done"


def test_next_lead_of_the_number_is_new(api, story, work):
    first = story.delivered()
    wipe(api, work, story.contact().id)

    second = story.delivered(first_name="Janet")

    assert story.lead(second).duplicate_of is None
    assert second != first
    assert story.contact().first_name == "Janet"


def test_other_people_keep_everything(api, story, work):
    story.delivered()
    other = story.delivered(phone="+1 202 555 0143", first_name="Yara")
    contact = story.contact()

    wipe(api, work, contact.id)

    assert story.lead(other).first_name == "Yara"
    assert story.contact("+12025550143").queued_at is not None


def test_only_an_owner_wipes(api, make_somebody, make_contact):
    member = make_somebody(api.account_id, role="member")
    contact = make_contact(api.account_id)

    refused = member.delete(f"/contacts/{contact.id}?wipe=true")

    assert (refused.status_code, refused.json["code"]) == (403, "owner-only")
    assert api.get(f"/contacts/{contact.id}").status_code == 200


def test_rule_30_person_of_another_account_cannot_be_wiped(api, make_somebody, make_contact):
    contact = make_contact(make_somebody().account_id)

    assert api.delete(f"/contacts/{contact.id}?wipe=true").status_code == 404


def test_timeline_refuses_deletion_outside_of_the_one_function(app, story):
    story.texted()

    with pytest.raises(DBAPIError, match="append-only"):
        story.change(
            "WITH wiping AS (SELECT set_config('optin.wiping', '1', true))"
            " DELETE FROM timeline USING wiping"
        )


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"phone": "+1 (202) 555-0142"}),
        "phone=" + quote_plus("(202) 555 0142"),
        "phone: 202.555.0142",
        '{"phone":12025550142}',
    ],
)
def test_number_is_found_in_a_body_however_it_is_written(body):
    assert holds_number(body.encode(), PHONE)
    assert not holds_number(body.replace("0142", "0143").encode(), PHONE)
