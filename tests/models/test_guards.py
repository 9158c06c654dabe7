"""What the database itself guarantees, whoever writes to it and in whatever order."""

import threading
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models import LeadStatus, SuppressionKind, transaction
from models.db import session_factory
from models.outcomes import join
from models.suppressions import lock_suppressions
from tests.conftest import eventually
from tests.story import PHONE
from workers.leads import process_lead


@pytest.fixture
def queued(story, simulator):
    """A lead whose person stands in the opt-in queue."""
    return story.delivered()


def refused(story, statement, **given):
    """Say which constraint refuses a statement."""
    with pytest.raises(IntegrityError) as error:
        story.change(statement, **given)
    return error.value.orig.diag.constraint_name


def test_rule_1_account_has_one_live_integration(story):
    statement = (
        "INSERT INTO integrations SELECT (jsonb_populate_record(NULL::integrations,"
        " to_jsonb(i) || jsonb_build_object('id', gen_random_uuid()))).* FROM integrations i"
    )

    assert refused(story, statement) == "uq_integrations_live"
    story.delete_integration()
    assert story.change(f"{statement} LIMIT 1") == 1


def test_rule_10_lead_has_one_delivery(story, queued):
    statement = (
        "INSERT INTO deliveries SELECT (jsonb_populate_record(NULL::deliveries,"
        " to_jsonb(d) || '{\"sid\": null}')).* FROM deliveries d"
    )

    assert refused(story, statement) == "pk_deliveries"


@pytest.mark.parametrize("status", ["sending", "unknown"])
def test_rule_10_number_has_one_text_under_way(story, simulator, queued, status):
    simulator.fault(mode="500")
    second = story.another()
    process_lead(second)
    assert story.delivery(second).status == "unknown"

    statement = "UPDATE deliveries SET status = :status WHERE lead_id = :lead_id"
    name = refused(story, statement, status=status, lead_id=queued)
    assert name == "uq_deliveries_in_flight"


def test_number_has_one_live_contact(story, queued):
    statement = (
        "INSERT INTO contacts SELECT (jsonb_populate_record(NULL::contacts, to_jsonb(c) ||"
        " jsonb_build_object('id', gen_random_uuid(), 'queued_at', NULL,"
        " 'queue_lead_id', NULL))).* FROM contacts c LIMIT 1"
    )

    assert refused(story, statement) == "uq_contacts_live"
    story.change(
        "UPDATE contacts SET deleted_at = now(), queued_at = NULL, queue_lead_id = NULL"
    )
    assert (
        story.change(statement.replace("'queued_at'", "'deleted_at', NULL, 'queued_at'")) == 1
    )


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE contacts SET queue_lead_id = NULL", "ck_contacts_queued_by_lead"),
        ("UPDATE contacts SET queued_at = NULL", "ck_contacts_queued_by_lead"),
        ("UPDATE contacts SET deleted_at = now()", "ck_contacts_queued_only_when_free"),
        ("UPDATE contacts SET suppressed = true", "ck_contacts_queued_only_when_free"),
        ("UPDATE contacts SET group_count = 1", "ck_contacts_queued_only_when_free"),
        (
            "UPDATE contacts SET queue_lead_id = gen_random_uuid()",
            "fk_contacts_queue_lead_id_leads",
        ),
    ],
)
def test_rules_15_16_nobody_is_queued_without_a_lead_nor_with_a_group(
    story, queued, statement, constraint
):
    assert refused(story, statement) == constraint


def test_rule_15_lead_that_put_somebody_into_the_queue_cannot_go(story, queued):
    story.change("DELETE FROM attempts")
    story.change("DELETE FROM deliveries")

    assert refused(story, "DELETE FROM leads") == "fk_contacts_queue_lead_id_leads"


def test_rule_16_getting_a_group_takes_out_of_the_queue_at_once(story, queued):
    story.move_to_group()

    contact = story.contact()
    assert (contact.queued_at, contact.queue_lead_id, contact.group_count) == (None, None, 1)


def test_groups_are_counted_as_they_come_and_go(story, queued):
    story.move_to_group()
    story.move_to_group()
    assert story.contact().group_count == 2

    story.change(
        "DELETE FROM memberships WHERE group_id = (SELECT min(id::text)::uuid FROM groups)"
    )
    assert story.contact().group_count == 1
    story.change("DELETE FROM memberships")

    assert story.contact().group_count == 0
    assert story.contact().queued_at is None  # rule 16: nobody returns by that


def test_membership_is_never_changed(story, queued):
    story.move_to_group()

    with pytest.raises(DBAPIError, match="added or removed, never changed"):
        story.change("UPDATE memberships SET contact_id = contact_id")


@pytest.mark.parametrize("kind", SuppressionKind)
def test_rule_25_suppression_takes_out_of_the_queue_at_once(story, queued, kind):
    story.suppress(kind)

    contact = story.contact()
    assert (contact.queued_at, contact.queue_lead_id, contact.suppressed) == (None, None, True)


def test_rule_23_number_is_free_when_the_last_of_its_suppressions_is_lifted(story, queued):
    first, second = story.suppress(), story.suppress(SuppressionKind.COMPLIANCE)

    story.lift(first)
    assert story.contact().suppressed
    story.lift(second)

    assert not story.contact().suppressed
    assert story.contact().queued_at is None  # rule 26


def test_rule_23_number_is_on_a_list_once(story):
    story.suppress()
    statement = (
        "INSERT INTO suppressions SELECT (jsonb_populate_record(NULL::suppressions,"
        " to_jsonb(s) || jsonb_build_object('id', gen_random_uuid()))).* FROM suppressions s"
    )

    assert refused(story, statement) == "uq_suppressions_live"


def test_contact_made_of_a_suppressed_number_is_suppressed(story, simulator):
    story.suppress()

    story.texted()

    assert story.contact().suppressed


def test_contact_that_comes_back_learns_of_what_happened_meanwhile(story, queued):
    story.change(
        "UPDATE contacts SET deleted_at = now(), queued_at = NULL, queue_lead_id = NULL"
    )
    story.suppress()

    story.change("UPDATE contacts SET deleted_at = NULL")

    assert story.contact().suppressed


def test_rule_30_suppression_of_one_account_is_none_of_another_s(story, queued, make_somebody):
    other = make_somebody()
    story.change(
        "INSERT INTO suppressions (id, account_id, phone, kind, source)"
        " VALUES (gen_random_uuid(), :account, :phone, 'dnc', 'api')",
        account=other.account_id,
        phone=PHONE,
    )

    assert not story.contact().suppressed
    assert story.contact().queued_at is not None


@pytest.mark.parametrize("statement", ["UPDATE timeline SET text = ''", "DELETE FROM timeline"])
def test_timeline_is_append_only(story, queued, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        story.change(statement)


@pytest.mark.parametrize(
    ("table", "column"),
    [("leads", "status"), ("deliveries", "status"), ("integrations", "status")],
)
def test_status_is_one_of_those_there_are(story, queued, table, column):
    changed = {
        "leads": "UPDATE leads SET status = 'lost'",
        "deliveries": "UPDATE deliveries SET status = 'lost'",
        "integrations": "UPDATE integrations SET status = 'lost'",
    }

    assert refused(story, changed[table]).startswith(f"ck_{table}_")


def test_joining_waits_for_a_suppression_under_way_and_sees_it(story, simulator):
    """The absent row cannot be locked: without the account's lock both commits would cross."""
    lead_id = story.texted()
    joined = threading.Thread(target=_join, args=(lead_id,))
    with ExitStack() as stack:
        suppressing = stack.enter_context(session_factory())
        suppressing.execute(
            text(
                "INSERT INTO suppressions (id, account_id, phone, kind, source)"
                " VALUES (gen_random_uuid(), :account, :phone, 'dnc', 'api')"
            ),
            {"account": story.account, "phone": PHONE},
        )
        joined.start()
        eventually(lambda: _waits_for_a_lock(story))
        suppressing.commit()
    joined.join(10)

    assert story.contact().suppressed
    assert story.contact().queued_at is None
    assert story.lead(lead_id).status == LeadStatus.SUPPRESSED


def _join(lead_id):
    with transaction() as session:
        account = session.scalar(text("SELECT account_id FROM leads LIMIT 1"))
        lock_suppressions(session, account, exclusive=False)
        join(session, lead_id, "Delivered.")


def _waits_for_a_lock(story):
    return story.value(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    )


def test_i6_races_of_joining_suppressing_and_moving_leave_nobody_in_the_queue_wrongly(
    story, simulator
):
    for turn in range(25):
        phone = f"+1202555{101 + turn:04d}"
        lead_id = story.texted(phone=phone)
        start = threading.Barrier(3)
        acts = [
            lambda lead_id=lead_id: story.receipt(lead_id, "delivered"),
            lambda phone=phone: story.suppress(phone=phone),
            lambda phone=phone: story.move_to_group(phone),
        ]
        failed = _at_once(start, acts)

        contact = story.contact(phone)
        assert failed == []
        assert (contact.queued_at, contact.suppressed, contact.group_count) == (None, True, 1)


def _at_once(start, acts):
    failed = []

    def run(act):
        start.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001  (whatever it is, the test shows it)
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return failed
