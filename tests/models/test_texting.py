"""A new lead's text in one call of the database: sending at once, or hands off."""

import threading
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from models import transaction
from models.lead_steps import claim
from models.suppressions import Because, SuppressionKind, suppress
from models.texting import begin
from tests.conftest import eventually
from tests.story import OURS, PHONE


@pytest.fixture
def claimed(story):
    """Post a lead and claim it, as its job does."""
    return lambda **fields: claim(UUID(story.post(**fields)))


def begun(lead):
    return begin(lead, OURS, "Hi")


def test_text_with_nothing_in_its_way_is_sending_under_a_lease(story, claimed):
    lead = claimed()

    mine = begun(lead)

    delivery = story.delivery(lead.id)
    assert (mine.lead_id, mine.attempt, mine.phone, mine.body) == (lead.id, 1, PHONE, "Hi")
    assert (delivery.status, delivery.attempt) == ("sending", 1)
    assert delivery.attempt_token == mine.token
    assert delivery.lease_until is not None
    assert delivery.contact_id == mine.contact_id == story.contact().id
    assert story.value("SELECT token FROM attempts WHERE number = 1") == mine.token


def test_lead_of_a_text_that_is_sending_has_its_contact_and_no_lease(story, claimed):
    lead = claimed()

    begun(lead)

    stands = story.lead(lead.id)
    assert (stands.status, stands.contact_id) == ("texting", story.contact().id)
    assert stands.lease_until is None
    assert (story.contact().first_name, story.contact().last_name) == ("Jane", "Doe")


def test_names_of_a_person_known_from_before_stay(story, simulator):
    story.delivered()

    lead = claim(UUID(story.another(first_name="Joan")))

    assert begun(lead).contact_id == story.contact().id
    assert story.contact().first_name == "Jane"


IN_THE_WAY = {
    "paused": "UPDATE integrations SET status = 'paused'",
    "deleted": "UPDATE integrations SET deleted_at = now()",
    "quiet hours": "UPDATE integrations SET quiet_hours = 'defer'",
    "circuit of the account": "INSERT INTO circuits (scope, error_code, reason, probe_at)"
    " VALUES ('account', 20003, 'no', now())",
    "circuit of the number": "INSERT INTO circuits (scope, error_code, reason, probe_at)"
    " VALUES ('number:+12025550100', 21606, 'no', now())",
    "claimed again": "UPDATE leads SET claims = claims + 1",
    "processed meanwhile": "UPDATE leads SET status = 'dropped'",
}


@pytest.mark.parametrize("statement", IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_nothing_is_decided_where_something_is_in_the_way(story, claimed, statement):
    lead = claimed()
    story.change(statement)

    assert begun(lead) is None

    assert story.value("SELECT count(*) FROM deliveries") == 0
    assert story.value("SELECT count(*) FROM attempts") == 0


SPECIAL = {
    "landline": "UPDATE contacts SET landline = true",
    "in a group": "UPDATE contacts SET group_count = 1",
}


@pytest.mark.parametrize("statement", SPECIAL.values(), ids=SPECIAL)
def test_person_who_has_to_be_looked_at_is_not_texted_at_once(story, simulator, statement):
    story.delivered()
    story.change("UPDATE contacts SET queued_at = NULL, queue_lead_id = NULL")
    story.change(statement)
    lead = claim(UUID(story.another()))

    assert begun(lead) is None

    assert story.value("SELECT count(*) FROM deliveries") == 1


@pytest.mark.parametrize("kind", SuppressionKind)
def test_rule_24_suppressed_number_is_not_claimed(story, claimed, kind):
    lead = claimed()
    story.suppress(kind)

    assert begun(lead) is None

    assert story.value("SELECT count(*) FROM deliveries") == 0


def test_rule_24_number_that_is_being_suppressed_is_waited_for(story, claimed):
    lead, got = claimed(), []
    with transaction() as session:
        why = Because(SuppressionKind.DNC, "asked us by phone", "api")
        suppress(session, story.account, PHONE, why)
        beginning = threading.Thread(target=lambda: got.append(begun(lead)))
        beginning.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        eventually(lambda: story.value(waiting) == 1)
    beginning.join(10)

    assert got == [None]
    assert story.value("SELECT count(*) FROM deliveries") == 0


@pytest.mark.parametrize("status", ["sending", "unknown"])
def test_another_text_to_the_number_on_its_way_is_waited_for(story, simulator, claimed, status):
    first = story.texted()
    story.change("UPDATE deliveries SET status = :status", status=status)
    lead = claim(UUID(story.another()))

    assert begun(lead) is None

    assert story.value("SELECT lead_id FROM deliveries") == UUID(first)


def test_of_leads_of_one_number_that_begin_at_once_one_is_sending(story, claimed):
    story.change("UPDATE integrations SET duplicate_window_hours = 0")
    for turn in range(10):
        phone = f"+1202555011{turn}"
        leads = [claimed(phone=phone, email=f"{each}@example.com") for each in range(4)]
        start, got = threading.Barrier(4), []

        def run(lead, start=start, got=got):
            start.wait()
            got.append(begun(lead))

        threads = [threading.Thread(target=run, args=(each,)) for each in leads]
        for each in threads:
            each.start()
        for each in threads:
            each.join(10)

        assert sum(mine is not None for mine in got) == 1
        assert len(got) == 4


def test_lead_is_not_begun_twice(story, claimed):
    lead = claimed()
    mine = begun(lead)

    assert begun(lead) is None
    assert begun(replace(lead, claims=lead.claims + 1)) is None

    assert story.delivery(lead.id).attempt_token == mine.token


def test_lead_taken_away_at_the_last_moment_is_not_texted(story, claimed):
    """Somebody else holds its row and moves it on, when all else was found well."""
    lead, failed = claimed(), []

    def run():
        try:
            begun(lead)
        except psycopg.Error as error:
            failed.append(error.sqlstate)

    beginning = threading.Thread(target=run)
    with transaction() as session:
        taken = text("UPDATE leads SET status = 'dropped' WHERE id = :id")
        session.execute(taken, {"id": lead.id})
        beginning.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        eventually(lambda: story.value(waiting) == 1)
    beginning.join(10)

    assert failed == ["40001"]
    assert story.value("SELECT count(*) FROM deliveries") == 0
