"""Rules 10, 23 and 28: an import that is taken back takes back what is its own, no more."""

from datetime import UTC, datetime

import pytest

from models import Contact, Delivery, Lead, SuppressionKind, transaction
from models.consent import consent_record
from models.outcomes import join
from models.suppressions import Because, suppress
from web.api import imports
from workers.admin import run_job
from workers.leads import process_lead

PHONES = ["+12025550101", "+12025550102", "+12025550103"]
HELD = PHONES[0]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    monkeypatch.setattr("workers.admin.RUN_SECONDS", 0)  # a chunk a run


@pytest.fixture
def begin(api):
    """Begin an import, of which one chunk of two numbers is done; return its answer."""

    def begin(kind="dnc", phones=PHONES):
        answer = api.post(
            f"/suppressions/import?kind={kind}",
            data="\n".join(phones).encode(),
            headers={"Content-Type": "text/csv"},
        )
        run_job(answer.json["job"]["id"])
        return answer

    return begin


@pytest.fixture
def cancel(api, work):
    def cancel(answer):
        api.post(f"/jobs/{answer.json['job']['id']}/cancel")
        work(answer)

    return cancel


def standing(api):
    """Return where each number on a list came from."""
    items = api.get("/suppressions?limit=200").json["items"]
    return {each["phone"]: each["source"] for each in items}


def test_rule_23_number_that_an_operator_adds_meanwhile_stays(api, begin, cancel):
    first = begin()
    [held] = [each for each in api.get("/suppressions").json["items"] if each["phone"] == HELD]

    answer = api.post("/suppressions", {"phone": HELD, "kind": "dnc", "reason": "by phone"})
    cancel(first)

    assert (answer.status_code, answer.json["source"]) == (200, "api")
    assert answer.json["id"] != held["id"]
    assert answer.json["reason"] == "by phone"
    assert standing(api) == {HELD: "api"}


def test_rule_23_stop_that_comes_meanwhile_stays(api, begin, cancel):
    first = begin("opted_out")
    because = Because(SuppressionKind.OPTED_OUT, "texted a stop word", "inbound text")

    with transaction() as session:
        _, is_new = suppress(session, api.account_id, HELD, because)
    cancel(first)

    assert not is_new
    assert standing(api) == {HELD: "inbound text"}


def test_rule_25_number_that_is_taken_over_is_told_on_the_timeline(
    api, make_contact, begin, cancel
):
    contact = make_contact(api.account_id, phone=HELD)
    first = begin()

    api.post("/suppressions", {"phone": HELD, "kind": "dnc"})
    cancel(first)

    told = [each["text"] for each in api.get(f"/contacts/{contact.id}/timeline").json["items"]]
    with transaction() as session:
        shown = session.get_one(Contact, contact.id)
    assert "Suppressed (dnc), from api." in told
    assert (shown.suppressed, shown.queued_at) == (True, None)


def test_number_of_an_import_that_is_done_is_on_the_list_already(api, begin, work):
    first = begin()
    work(first)

    answer = api.post("/suppressions", {"phone": HELD, "kind": "dnc"})

    assert (answer.status_code, answer.json["source"]) == (200, "import 1")


def test_number_taken_over_leaves_the_consent_record_as_it_was(api, make_lead, begin):
    lead = make_lead(api.account_id, phone=HELD)
    begin()
    with transaction() as session:
        consent_record(session, session.get_one(Lead, lead.id))

    api.post("/suppressions", {"phone": HELD, "kind": "dnc"})

    with transaction() as session:
        record = consent_record(session, session.get_one(Lead, lead.id))
    assert (record.changed, record.missing) == ([], [])
    kinds = sorted(entry["kind"] for entry in record.entries)
    assert kinds == ["received", "suppressed", "suppressed", "suppression_lifted"]


def test_bulk_suppression_keeps_what_an_import_held(api, make_contact, begin, cancel, work):
    contact = make_contact(api.account_id, phone=HELD)
    first = begin()

    wanted = {"kind": "suppress", "contacts": {"ids": [str(contact.id)]}}
    work(api.post("/actions", wanted))
    cancel(first)

    assert standing(api) == {HELD: "api"}


@pytest.mark.parametrize("second_is_done", [False, True])
def test_number_that_a_second_import_asks_for_stays_when_the_first_is_canceled(
    api, begin, cancel, work, second_is_done
):
    first = begin()
    second = begin(phones=[HELD, *PHONES[1:]])
    if second_is_done:
        work(second)

    cancel(first)

    left = PHONES if second_is_done else PHONES[:2]
    assert standing(api) == dict.fromkeys(left, "import 2")


def test_number_of_two_imports_goes_when_both_are_canceled(api, begin, cancel):
    first, second = begin(), begin()

    cancel(first)
    cancel(second)

    assert standing(api) == {}


def test_number_of_two_imports_goes_when_both_are_canceled_the_second_first(api, begin, cancel):
    first, second = begin(), begin()

    cancel(second)
    between = standing(api)
    cancel(first)

    assert between == dict.fromkeys(PHONES[:2], "import 1")
    assert standing(api) == {}


def test_number_of_three_imports_stays_for_the_last(api, begin, cancel, work):
    first, second, third = begin(), begin(), begin()
    work(third)

    cancel(first)
    cancel(second)

    assert standing(api) == dict.fromkeys(PHONES, "import 3")


def test_second_import_that_is_canceled_leaves_what_the_first_has_done(
    api, begin, cancel, work
):
    first, second = begin(), begin()
    work(first)

    cancel(second)

    assert standing(api) == dict.fromkeys(PHONES, "import 1")


def stands(lead):
    """Return what a lead and its text wait for, or ended as."""
    with transaction() as session:
        now, its_text = session.get_one(Lead, lead.id), session.get_one(Delivery, lead.id)
    return (
        (str(now.status), now.reason),
        (str(its_text.status), its_text.reason, its_text.due_at, its_text.final_at),
    )


@pytest.mark.parametrize(
    ("status", "reason", "waits_for"),
    [
        ("texting", None, None),
        ("texting", "quiet hours: 8 to 21", "quiet hours: 8 to 21"),
        ("held", "prefix cap", None),
        ("held", "the integration was paused before the text left", None),
        ("needs_attention", "waited too long", None),
    ],
)
def test_rule_28_text_waits_again_for_what_it_waited_for(
    api, make_lead, begin, cancel, status, reason, waits_for
):
    lead = make_lead(api.account_id, phone=HELD, text="ready", status=status, reason=reason)
    with transaction() as session:
        waiting = session.get_one(Delivery, lead.id)
        waiting.reason = waits_for
        waiting.due_at = datetime(2030, 1, 1, 13, tzinfo=UTC)
        waiting.valid_until = datetime(2030, 1, 2, tzinfo=UTC)
    before = stands(lead)
    first = begin()
    in_between = stands(lead)

    cancel(first)

    assert in_between[0] == ("suppressed", "suppressed before the text left")
    assert stands(lead) == before
    with transaction() as session:
        assert session.get_one(Delivery, lead.id).valid_until is None


def test_lead_that_missed_the_end_of_its_pause_is_decided_by_a_person(
    api, make_integration, make_lead, begin, cancel
):
    active = make_integration(api.account_id)
    paused = "the integration was paused before the text left"
    given = {"integration_id": active.id, "status": "held", "reason": paused}
    lead = make_lead(api.account_id, phone=HELD, text="ready", **given)

    cancel(begin())

    (shown, _) = stands(lead)
    assert shown == ("needs_attention", "waited for an import")


def test_lead_of_an_integration_that_was_deleted_meanwhile_stays_as_it_ended(
    api, make_integration, make_lead, begin, cancel
):
    gone = make_integration(api.account_id, deleted_at=datetime.now(UTC))
    given = {"integration_id": gone.id, "status": "texting"}
    lead = make_lead(api.account_id, phone=HELD, text="ready", **given)

    cancel(begin())

    assert [each[0] for each in stands(lead)] == ["suppressed", "suppressed"]


def test_text_to_a_number_that_stays_suppressed_is_not_ready_again(
    api, make_lead, begin, cancel
):
    lead = make_lead(api.account_id, phone=HELD, text="ready", status="texting")
    first = begin()

    api.post("/suppressions", {"phone": HELD, "kind": "compliance"})
    cancel(first)

    with transaction() as session:
        assert session.get_one(Delivery, lead.id).status == "suppressed"
        assert session.get_one(Lead, lead.id).status == "suppressed"


def test_rule_10_lead_that_came_while_its_number_was_held_is_decided_anew(
    api, make_integration, make_lead, begin, cancel
):
    form = make_integration(api.account_id, lookup=False)
    first = begin()
    lead = make_lead(api.account_id, phone=HELD, integration_id=form.id, status="received")
    process_lead(str(lead.id))
    (before, _), _ = where(lead)

    cancel(first)

    assert before == "suppressed"
    assert where(lead) == (("received", None), None)


def test_lead_that_another_suppression_ended_too_stays_suppressed(
    api, make_integration, make_lead, begin, cancel
):
    form = make_integration(api.account_id, lookup=False)
    first = begin()
    made = api.post("/suppressions", {"phone": HELD, "kind": "compliance"})
    lead = make_lead(api.account_id, phone=HELD, integration_id=form.id, status="received")
    process_lead(str(lead.id))
    api.delete(f"/suppressions/{made.json['id']}", json={"reason": "a mistake"})

    cancel(first)

    assert where(lead) == (("suppressed", "the number is suppressed"), None)


def test_rule_13_person_whose_text_was_delivered_meanwhile_is_queued_and_not_texted_again(
    api, make_contact, make_lead, begin, cancel
):
    person = make_contact(api.account_id, queued=False, phone=HELD)
    given = {"contact_id": person.id, "status": "texting"}
    lead = make_lead(api.account_id, phone=HELD, text="delivered", **given)
    first = begin()
    with transaction() as session:
        join(session, lead.id, "Delivered.")
    (before, _), _ = where(lead)

    cancel(first)

    assert before == "suppressed"
    assert where(lead) == (("joined", None), "delivered")
    assert api.get(f"/contacts/{person.id}").json["in_opt_in_queue"] is True


def where(lead):
    """Return where a lead is, and its text if it has one."""
    with transaction() as session:
        now, its_text = session.get_one(Lead, lead.id), session.get(Delivery, lead.id)
    return (str(now.status), now.reason), its_text and str(its_text.status)
