"""Silence is judged by an integration's own rhythm, at this very hour of other days."""

import pytest
from sqlalchemy import text

from models import AlarmKind, transaction
from models.silence import silences


@pytest.fixture
def habit(story):
    """Give the integration a past: a lead every so many minutes, by hours of the local day."""

    def habit(minutes=10, days=28, hours=(0, 23), until_minutes_ago=0):
        story.change("UPDATE integrations SET created_at = now() - interval '60 days'")
        story.change(
            """
            INSERT INTO leads (id, account_id, integration_id, token_id, key_kind, status,
                first_name, last_name, phone, sender, notes, extra, via, received_at)
            SELECT gen_random_uuid(), :account, :integration, gen_random_uuid(), 'body',
                'joined', 'Jane', 'Doe', '+12025550142', 'json', '{}', '{}', 'postgres', at
            FROM generate_series(now() - make_interval(days => :days),
                                 now() - make_interval(mins => :ago),
                                 make_interval(mins => :minutes)) AS at
            WHERE extract(hour FROM at AT TIME ZONE 'America/New_York')
                  BETWEEN :first AND :last
            """,
            account=story.account,
            integration=story.integration,
            minutes=minutes,
            days=days,
            ago=until_minutes_ago,
            first=hours[0],
            last=hours[1],
        )

    return habit


def found():
    with transaction() as session:
        return silences(session)


def test_leads_that_stop_coming_are_noticed(habit, story):
    habit(minutes=10, until_minutes_ago=60)

    (finding,) = found()

    assert finding.kind is AlarmKind.SILENCE
    assert (finding.account_id, finding.subject) == (story.account, str(story.integration))
    assert "No lead has come" in finding.detail


def test_pause_that_is_usual_is_no_silence(habit):
    habit(minutes=50, until_minutes_ago=90)

    assert found() == []


def test_half_an_hour_is_never_a_silence(habit):
    habit(minutes=1, until_minutes_ago=25)

    assert found() == []


def test_hours_that_are_always_silent_are_no_silence(habit, story):
    local = int(
        story.value("SELECT extract(hour FROM now() AT TIME ZONE 'America/New_York')::int")
    )
    awake = (local + 6) % 24
    habit(minutes=10, hours=(awake, awake))

    assert found() == []


def test_new_integration_has_no_habit_yet(habit):
    habit(minutes=10, days=3, until_minutes_ago=600)

    assert found() == []


def test_few_leads_make_no_habit(habit):
    habit(minutes=24 * 60, days=28, until_minutes_ago=5 * 24 * 60)

    assert found() == []


def test_paused_integration_may_be_silent(habit, story):
    habit(minutes=10, until_minutes_ago=300)
    story.switch("paused")

    assert found() == []


def test_turning_it_on_begins_the_silence_anew(habit, story, api):
    habit(minutes=10, until_minutes_ago=300)

    api.post("/integration/activate")

    assert found() == []


def test_rejections_since_then_are_told(habit, story):
    habit(minutes=10, until_minutes_ago=120)
    story.client.post(story.path, json={"first_name": "Jane"})

    (finding,) = found()

    assert "1 requests were rejected" in finding.detail


def test_other_accounts_do_not_break_the_silence(habit, make_somebody):
    habit(minutes=10, until_minutes_ago=120)
    other = make_somebody()
    with transaction() as session:
        session.execute(
            text("""
                INSERT INTO leads (id, account_id, integration_id, token_id, key_kind, status,
                  first_name, last_name, sender, notes, extra, via)
                VALUES (gen_random_uuid(), :account, gen_random_uuid(), gen_random_uuid(),
                  'body', 'joined', 'Jane', 'Doe', 'json', '{}', '{}', 'postgres')
            """),
            {"account": other.account_id},
        )

    assert len(found()) == 1
