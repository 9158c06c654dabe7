"""The consent record: complete, chained, and unable to hide a change.

The verifier here is written after docs/consent.md alone.
"""

import base64
import copy
import hashlib
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import transaction
from tests.story import BODY, JANE, OURS, PHONE
from workers.inbound import follow_text

ROOT = Path(__file__).parents[3]
CONSENT = {
    "xxTrustedFormCertUrl": "https://cert.trustedform.com/0000000001",
    "universal_leadid": "00000000-0000-4000-8000-000000000001",
    "tcpaconsent": "yes",
    "ip_address": "203.0.113.9",
    "page_url": "https://example.com/sell/",
    "user_agent": "Mozilla/5.0",
    "leadid_tcpa_disclosure": "By submitting I agree to receive texts.",
}


def fits(record):
    """Check a record as docs/consent.md says."""
    prev = "0" * 64
    for number, entry in enumerate(record["entries"], 1):
        bare = {name: value for name, value in entry.items() if name != "hash"}
        text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        right = hashlib.sha256(text.encode()).hexdigest()
        if entry["prev"] != prev or entry["hash"] != right or entry["number"] != number:
            return False
        prev = right
    return record["head"] == prev


SEALED = {
    "text": ("from", "to", "text", "attempt"),
    "text_outcome": ("attempt", "outcome", "sid", "error_code"),
    "receipt": ("sid", "attempt", "status", "error_code", "as_sent"),
    "opt_out_text": ("sid", "from", "to", "text", "read_as"),
    "suppressed": ("suppression_kind", "reason", "source", "error_code", "by"),
    "suppression_lifted": ("suppression_kind", "reason", "by"),
    "wiped": (),
}


def sealed(record):
    """Check every link as docs/consent.md says; return the keys of the entries they seal."""
    entries = {entry["key"]: entry for entry in record["entries"]}
    for link in record["links"]:
        linked = bytes.fromhex(link["prev"]) + bytes.fromhex(link["facts"])
        assert link["hash"] == hashlib.sha256(linked).hexdigest()
    stands = {link["key"]: link for link in record["links"] if link["state"] == "stands"}
    for key in entries.keys() & stands.keys():
        entry = entries[key]
        values = [entry["data"][name] for name in SEALED[entry["kind"]]]
        said = json.dumps(
            [key, entry["at"], *(by_length(value) for value in values)], ensure_ascii=False
        )
        assert stands[key]["facts"] == hashlib.sha256(said.encode()).hexdigest(), key
    return entries.keys() & stands.keys()


def by_length(value):
    if not isinstance(value, dict):
        return value
    return dict(
        sorted(value.items(), key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
    )


def past_triggers(story, statement):
    """Change rows as somebody does who has the whole database."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = 'replica'"))
        assert session.execute(text(statement)).rowcount >= 1


def kinds(record):
    return [entry["kind"] for entry in record["entries"]]


def data(record, kind):
    [found] = [entry["data"] for entry in record["entries"] if entry["kind"] == kind]
    return found


@pytest.fixture
def consent(api):
    def consent(lead_id):
        answer = api.get(f"/leads/{lead_id}/consent")
        assert answer.status_code == 200, answer.json
        return answer.json

    return consent


@pytest.fixture
def delivered(story, simulator):
    """A lead with consent fields whose text was delivered."""
    return story.delivered(**CONSENT)


def test_record_holds_what_came_in(story, consent):
    lead_id = story.post(**CONSENT)

    record = consent(lead_id)

    came_in = data(record, "received")
    assert came_in["phone"] == PHONE
    assert came_in["consent"] == {
        "consent": "yes",
        "disclosure": "By submitting I agree to receive texts.",
        "trusted_form_cert_url": "https://cert.trustedform.com/0000000001",
        "jornaya_lead_id": "00000000-0000-4000-8000-000000000001",
        "ip": "203.0.113.9",
        "user_agent": "Mozilla/5.0",
        "page_url": "https://example.com/sell/",
    }
    raw = base64.b64decode(record["body"]["base64"])
    assert json.loads(raw) == JANE | CONSENT
    assert record["body"]["content_type"] == came_in["content_type"] == "application/json"
    assert hashlib.sha256(raw).hexdigest() == came_in["body_sha256"]
    assert len(raw) == came_in["body_bytes"]


def test_record_holds_what_was_sent_and_what_became_of_it(story, consent, delivered):
    record = consent(delivered)

    text = data(record, "text")
    assert (text["from"], text["to"], text["text"]) == (OURS, PHONE, BODY)
    assert text["text_sha256"] == hashlib.sha256(BODY.encode()).hexdigest()
    assert text["template_version"] == 1
    assert "{first_name}" in text["template"]
    sid = story.delivery(delivered).sid
    assert (data(record, "text_outcome")["outcome"], data(record, "receipt")["status"]) == (
        "accepted",
        "delivered",
    )
    assert data(record, "text_outcome")["sid"] == data(record, "receipt")["sid"] == sid
    assert kinds(record) == ["received", "text", "text_outcome", "receipt"]


def test_version_is_that_of_the_words_sent_however_often_they_change_since(
    story, consent, api, simulator
):
    second = "{brand}: welcome {first_name}. HELP for help, STOP to opt out."
    api.patch("/integration", {"compliance_message": second})
    lead_id = story.texted()
    api.patch("/integration", {"compliance_message": second.replace("welcome", "hello")})

    text = data(consent(lead_id), "text")

    assert (text["template_version"], text["template"]) == (2, second)
    assert text["template_sha256"] == hashlib.sha256(second.encode()).hexdigest()


def test_record_holds_later_opt_out_and_its_end(story, consent, delivered):
    story.says("Stop")
    story.says("START", sid="SM" + "2" * 32)
    follow_text(story.value("SELECT id::text FROM texts WHERE reading = 'start'"))

    record = consent(delivered)

    assert sorted(kinds(record)[4:]) == ["opt_out_text", "suppressed", "suppression_lifted"]
    assert data(record, "opt_out_text")["text"] == "Stop"
    assert data(record, "suppressed")["suppression_kind"] == "opted_out"


def test_suppression_by_an_operator_is_in_the_record_with_name_and_reason(story, consent):
    lead_id = story.post()
    story.suppress()

    told = data(consent(lead_id), "suppressed")

    assert (told["suppression_kind"], told["by"]) == ("dnc", "Olga")
    assert told["reason"] == "asked us by phone"


def test_chain_fits_and_grows_only_at_its_end(story, consent, delivered):
    first = consent(delivered)
    again = consent(delivered)
    story.says("stop")
    later = consent(delivered)

    assert all(fits(record) and record["intact"] for record in (first, again, later))
    assert again == first
    assert later["entries"][: len(first["entries"])] == first["entries"]
    assert len(later["entries"]) == len(first["entries"]) + 2


def test_any_change_of_a_file_shows(consent, delivered):
    record = consent(delivered)

    forged = [copy.deepcopy(record) for _ in range(4)]
    forged[0]["entries"][0]["data"]["phone"] = "+12025550143"
    del forged[1]["entries"][1]
    forged[2]["entries"].reverse()
    del forged[3]["entries"][-1]

    assert fits(record)
    assert [fits(each) for each in forged] == [False] * 4


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("UPDATE leads SET first_name = 'Mary'", "received"),
        ('UPDATE leads SET extra = extra || \'{"consent": "no"}\'', "received"),
        ("UPDATE leads SET body = 'other'", "received"),
        ("UPDATE deliveries SET body = 'other words'", "text:1"),
        ("UPDATE receipts SET status = 'undelivered'", "receipt:"),
        ("DELETE FROM receipts", "receipt:"),
        ("UPDATE attempts SET started_at = now()", "text:1"),
    ],
)
def test_change_of_the_rows_shows_in_the_next_file(story, consent, delivered, statement, key):
    before = consent(delivered)

    story.change(statement)
    after = consent(delivered)

    assert (before["intact"], before["changed"]) == (True, [])
    assert after["intact"] is False
    assert len(after["changed"]) == 1
    assert after["changed"][0].startswith(key)
    assert after["entries"][: len(before["entries"])] == before["entries"]
    assert fits(after)


@pytest.mark.parametrize(
    "change",
    [
        "first_name = 'Mary'",
        "phone = '+12025550143'",
        "email = 'mary@example.com'",
        'extra = extra || \'{"consent": "no"}\'',
        "body = 'other'",
        "received_at = received_at - interval '1 hour'",
    ],
)
def test_change_of_what_came_in_shows_in_the_first_file(story, consent, delivered, change):
    story.change(f"UPDATE leads SET {change}")  # noqa: S608  (ours)

    record = consent(delivered)

    assert (record["intact"], record["changed"]) == (False, ["received"])
    assert fits(record)


def test_body_that_was_forgotten_before_the_first_file_is_no_change(story, consent, delivered):
    story.change("UPDATE leads SET body = NULL, reason = 'x', held_at = now()")

    assert consent(delivered)["intact"] is True


def test_seal_of_a_lead_cannot_be_changed(story):
    story.post()

    with pytest.raises(DBAPIError, match="the seal of a lead stays"):
        story.change("UPDATE leads SET seal = sha256('other')")


def test_kept_entries_cannot_be_changed_or_removed(story, consent, delivered):
    consent(delivered)

    for statement in (
        'UPDATE consent_entries SET entry = entry || \'{"at": "never"}\'',
        "DELETE FROM consent_entries",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            story.change(statement)


def test_body_that_was_forgotten_leaves_its_hash(story, consent, delivered):
    before = consent(delivered)

    story.change("UPDATE leads SET body = NULL")
    after = consent(delivered)

    assert after["body"] is None
    assert after["intact"] is True
    assert data(after, "received") == data(before, "received")


def test_outcome_that_became_known_later_is_a_further_entry(story, consent, simulator):
    lead_id = story.texted()
    story.change("UPDATE attempts SET outcome = 'unknown', sid = NULL")
    before = consent(lead_id)

    story.change("UPDATE attempts SET outcome = 'accepted', sid = 'SM1'")
    after = consent(lead_id)

    assert kinds(before) == ["received", "text", "text_outcome"]
    assert kinds(after) == ["received", "text", "text_outcome", "text_outcome"]
    assert after["intact"] is True


def test_downloads_at_the_same_time_agree(consent, delivered):
    records, start = [], threading.Barrier(4)

    def download():
        start.wait()
        records.append(consent(delivered))

    threads = [threading.Thread(target=download) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(records) == 4
    assert all(record == records[0] for record in records)
    assert fits(records[0])


def test_test_lead_without_a_phone_has_a_record(story, consent):
    dummy = "<test lead: dummy data for phone_number>"
    lead_id = story.post(phone=dummy, email="test@meta.com")

    record = consent(lead_id)

    assert kinds(record) == ["received"]
    assert data(record, "received")["phone"] is None


def test_file_is_for_keeping_and_only_for_its_account(story, api, make_somebody, delivered):
    answer = api.get(f"/leads/{delivered}/consent")
    foreign = make_somebody().get(f"/leads/{delivered}/consent")

    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="consent-{delivered}.json"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert foreign.status_code == 404


@pytest.fixture
def everything(story, delivered):
    """A lead that was texted, said STOP, and was put on a list by hand."""
    story.says('Stop, é ☎ "please"\\', ProfileName="Ünal", Aa="b")
    story.suppress()
    return delivered


def test_every_text_receipt_and_opt_out_is_sealed_before_anybody_asks(consent, everything):
    record = consent(everything)

    assert record["intact"] is True
    assert record["unsealed"] == record["missing"] == []
    kept = {entry["key"] for entry in record["entries"]}
    assert sealed(record) == kept - {"received"}
    assert {link["state"] for link in record["links"]} == {"stands"}


@pytest.mark.parametrize(
    ("statement", "key", "state"),
    [
        ("UPDATE deliveries SET body = 'other words'", "text:1", "changed"),
        ("UPDATE deliveries SET phone = '+12025550143'", "text:1", "changed"),
        ("UPDATE attempts SET started_at = now()", "text:1", "changed"),
        ("UPDATE attempts SET error_code = 1", "text:1:accepted:", "changed"),
        ("UPDATE attempts SET outcome = 'unknown'", "text:1:accepted:", "missing"),
        ("UPDATE receipts SET status = 'undelivered'", "receipt:", "changed"),
        ("UPDATE receipts SET raw = '{}'", "receipt:", "changed"),
        ("UPDATE receipts SET lead_id = NULL", "receipt:", "missing"),
        ("DELETE FROM receipts", "receipt:", "missing"),
        ("UPDATE texts SET body = 'Yes!'", "opt_out_text:", "changed"),
        ("UPDATE texts SET reading = 'none'", "opt_out_text:", "missing"),
        ("DELETE FROM texts", "opt_out_text:", "missing"),
        ("UPDATE suppressions SET reason = 'x' WHERE kind = 'dnc'", "suppressed:", "changed"),
        ("DELETE FROM suppressions WHERE kind = 'opted_out'", "suppressed:", "missing"),
        ("UPDATE suppressions SET phone = '+1' WHERE kind = 'dnc'", "suppressed:", "missing"),
    ],
)
def test_change_or_removal_before_the_first_file_is_named_in_it(
    story, consent, everything, statement, key, state
):
    past_triggers(story, statement)

    record = consent(everything)

    [named] = record["changed"]
    assert record["intact"] is False
    assert named.startswith(key)
    assert record["missing"] == ([named] if state == "missing" else [])
    assert [link["key"] for link in record["links"] if link["state"] == state] == [named]
    assert fits(record)


def test_end_of_an_opt_out_that_was_made_up_shows(story, consent, everything):
    past_triggers(
        story, "UPDATE suppressions SET lifted_at = now(), lifted_by = 'x' WHERE kind = 'dnc'"
    )

    record = consent(everything)

    [unsealed] = record["unsealed"]
    assert unsealed.startswith("lifted:")


def test_end_of_an_opt_out_that_was_dated_back_hides_nothing(story, consent, delivered):
    story.suppress()

    story.change("UPDATE suppressions SET lifted_at = now() - interval '3 days'")
    record = consent(delivered)

    assert {"suppressed", "suppression_lifted"} <= set(kinds(record))
    assert record["intact"] is True


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM consent_links WHERE key LIKE 'text:1:%'",
        "UPDATE consent_links SET facts = sha256('x') WHERE key LIKE 'text:1:%'",
    ],
)
def test_link_that_was_removed_or_changed_breaks_the_chain(
    story, consent, everything, statement
):
    past_triggers(story, statement)

    record = consent(everything)

    assert record["intact"] is False
    assert [link["state"] for link in record["links"]].count("broken") == 1


def test_links_cannot_be_changed_or_removed(story, everything):
    for statement in ("UPDATE consent_links SET key = ''", "DELETE FROM consent_links"):
        with pytest.raises(DBAPIError, match="append-only"):
            story.change(statement)


def test_outcomes_known_later_and_texts_tried_again_are_sealed_each(story, consent, simulator):
    simulator.fault(mode="accept_then_500", rate=1)
    lead_id = story.texted()
    simulator.fault(mode="ok")
    story.receipt(lead_id, "failed", sid="SM" + "7" * 32)
    story.retry(lead_id)

    record = consent(lead_id)

    states = [link["state"] for link in record["links"]]
    assert kinds(record).count("text") == 2
    assert states.count("replaced") == 1
    assert set(states) == {"stands", "replaced"}
    assert record["intact"] is True
    assert record["unsealed"] == []
    sealed(record)


def test_links_of_a_wiped_person_fit_their_kept_entries(api, story, consent, everything, work):
    work(api.delete(f"/contacts/{story.contact().id}?wipe=true"))
    story.change(
        "INSERT INTO receipts (lead_id, sid, status, raw) VALUES (:id, 'SM', 'sent', '{}')",
        id=everything,
    )

    record = consent(everything)

    assert (record["intact"], record["changed"], record["unsealed"]) == (True, [], [])
    assert kinds(record)[-1] == "wiped"
    assert {"text:1", "wiped"} <= {entry["key"] for entry in record["entries"]}
    assert len(sealed(record)) == len(record["entries"]) - 2  # the lead itself, the tombstone
    assert [link["state"] for link in record["links"]].count("wiped") == 3
    assert fits(record)


def test_person_who_comes_again_after_a_wipe_starts_with_a_whole_record(
    api, story, consent, everything, work
):
    work(api.delete(f"/contacts/{story.contact().id}?wipe=true"))
    again = story.post(email="again@example.com")

    record = consent(again)

    assert (record["intact"], record["changed"], record["missing"]) == (True, [], [])
    assert kinds(record) == ["suppressed", "suppressed", "received"]


def test_opt_out_that_was_over_before_the_lead_came_is_sealed_but_not_in_its_record(
    story, consent, simulator
):
    first = story.post()
    story.lift(story.suppress())
    story.says("Stop")
    later = story.another()
    story.change("UPDATE suppressions SET lifted_at = now() WHERE kind = 'opted_out'")

    record = consent(later)

    assert {"opt_out_text", "suppressed"} <= set(kinds(consent(first)))
    assert record["changed"] == []
    assert "opt_out_text" not in kinds(record)
    assert any(link["key"].startswith("opt_out_text:") for link in record["links"])


def test_rows_from_before_there_were_links_are_told_as_unsealed(story, consent, everything):
    past = "DELETE FROM consent_links"
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = 'replica'"))
        session.execute(text(past))

    record = consent(everything)

    assert (record["intact"], record["links"]) == (True, [])
    assert len(record["unsealed"]) == len(record["entries"]) - 1


def script():
    """Return the script that docs/consent.md gives to those who check a file."""
    page = (ROOT / "docs/consent.md").read_text(encoding="utf-8")
    [found] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    return found


def checked(record, folder):
    """Run that script over a record, as a person would; return how it ended."""
    (folder / "check.py").write_text(script(), encoding="utf-8")
    (folder / "consent.json").write_text(json.dumps(record), encoding="utf-8")
    run = [sys.executable, "check.py", "consent.json"]
    return subprocess.run(run, cwd=folder, check=False, capture_output=True, text=True)


def test_script_of_the_docs_takes_a_file_and_finds_what_was_changed_in_it(
    consent, everything, tmp_path
):
    record = consent(everything)
    other_fact, other_entry, other_body = (copy.deepcopy(record) for _ in range(3))
    other_fact["links"][1]["facts"] = "0" * 64
    other_entry["entries"][1]["data"]["text"] = "other words"
    other_body["body"]["base64"] = base64.b64encode(b"{}").decode()

    good = checked(record, tmp_path)
    bad = [checked(each, tmp_path) for each in (other_fact, other_entry, other_body)]

    assert (good.returncode, good.stdout) == (0, "the file fits itself; intact\n")
    assert [each.returncode for each in bad] == [1, 1, 1]


def test_import_is_linked_for_those_numbers_alone_that_leads_have(story, consent):
    lead_id = story.post()
    story.change(
        "INSERT INTO suppressions (id, account_id, phone, kind, source, job_id)"
        " SELECT gen_random_uuid(), :account, unnest(ARRAY[:phone, '+12025550143']), 'dnc',"
        " 'import 1', gen_random_uuid()",
        account=story.account,
        phone=PHONE,
    )

    record = consent(lead_id)

    assert (kinds(record), record["unsealed"]) == (["received", "suppressed"], [])
    assert story.value("SELECT count(*) FROM consent_links") == 1
