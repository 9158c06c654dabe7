"""Figures of leads and deliveries: as they were counted last."""

from models import Figure, autocommit, transaction
from models.figures import DELIVERIES, LEADS, count_figures, waiting


def named(name):
    with transaction() as session:
        return Figure.named(session, name)


def count():
    with autocommit() as connection:
        count_figures(connection)


def test_leads_and_deliveries_are_counted_by_status(story, simulator):
    story.delivered()
    story.post(phone="+1 202 555 0143")

    count()

    assert named(LEADS) == {"joined": 1, "received": 1}
    assert named(DELIVERIES) == {"delivered": 1}


def test_status_that_nothing_has_any_more_is_counted_as_none(story):
    lead_id = story.post()
    count()
    story.change("UPDATE leads SET status = 'dropped' WHERE id = :id", id=lead_id)

    count()

    assert named(LEADS) == {"received": 0, "dropped": 1}


def test_age_of_the_figures_is_told_and_unknown_before_the_first(story):
    with transaction() as session:
        before = Figure.age_seconds(session)

    story.post()
    count()

    with transaction() as session:
        assert before is None
        assert 0 <= Figure.age_seconds(session) < 60


def test_lead_that_nobody_took_is_waited_for_by_the_second(story):
    lead_id = story.post()
    story.change(
        "UPDATE leads SET received_at = received_at - interval '90 seconds' WHERE id = :id",
        id=lead_id,
    )

    with transaction() as session:
        seen = waiting(session)

    assert seen.leads == 1
    assert 90 <= seen.oldest_seconds < 120
    assert seen.circuits == 0
