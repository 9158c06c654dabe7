"""Two of the same at once: sweepers, and a sweeper against the job it takes for dead."""

from uuid import UUID

import pytest

from models import autocommit, overdue, transaction
from models.attempts import accepted
from models.lead_steps import claim, make_ready, person_of
from models.texting import begin
from tests.story import BODY, OURS

MANY = 12


@pytest.fixture
def waiting(racing, person):
    """Make leads that wait for a sweep: received, with a ready text, or with one under way."""

    def waiting(how):
        ids = [racing.post(**person()) for _ in range(MANY)]
        for lead_id in ids:
            if how != "received":
                bring(UUID(lead_id), how)
        return ids

    return waiting


def bring(lead_id, how):
    lead = claim(lead_id)
    if how == "sending":
        assert begin(lead, OURS, BODY) is not None
        return
    with transaction() as session:
        make_ready(session, lead, person_of(session, lead), BODY)


SWEEPS = {
    "received": overdue.received_leads,
    "ready": overdue.due_texts,
    "sending": overdue.expired_leases,
    "check": overdue.due_checks,
}


@pytest.mark.parametrize("how", ["received", "ready"])
def test_two_sweepers_at_once_ring_once_for_each(racing, waiting, tie, how):
    race = tie("one", "other")
    for _ in race.rounds(1 / 3):
        ids = waiting(how)
        age(racing)

        one, other = race.start(lambda: found(how), lambda: found(how))

        assert sorted(str(each) for each in one + other) == sorted(ids)
        racing.change("UPDATE leads SET status = 'dropped'")
        race.won("one" if len(one) > len(other) else "other")


def test_two_sweepers_at_once_give_each_lost_text_up_once(racing, waiting, tie):
    race = tie("one", "other")
    for _ in race.rounds(1 / 3):
        ids = waiting("sending")
        age(racing)

        one, other = race.start(lambda: found("sending"), lambda: found("sending"))

        assert one + other == MANY
        assert unknowns(racing, ids) == {1: MANY}
        race.won("one" if one > other else "other")


def test_late_answer_and_the_sweeper_that_gave_its_text_up_leave_it_sent(racing, person, tie):
    """The worker was slow, not dead: whoever comes first, Twilio's answer is what stands."""
    race = tie("answer", "sweeper")
    for turn in race.rounds():
        lead_id = racing.post(**person())
        mine = begin(claim(UUID(lead_id)), OURS, BODY)
        age(racing)
        sid = f"SM{turn:032x}"

        def answer(mine=mine, sid=sid):
            return accepted(mine, sid)

        recorded, given_up = race.start(answer, lambda: found("sending"))

        delivery = racing.delivery(lead_id)
        assert recorded is True
        assert (str(delivery.status), delivery.sid) == ("sent", sid)
        assert delivery.unknowns == given_up
        race.won("sweeper" if given_up else "answer")


def found(how):
    with autocommit() as connection:
        return SWEEPS[how](connection)


def age(story):
    story.change("UPDATE leads SET received_at = received_at - interval '1 hour'")
    story.change(
        "UPDATE deliveries SET due_at = due_at - interval '1 hour',"
        " lease_until = lease_until - interval '1 hour'"
    )


def unknowns(story, ids):
    """How often texts were given up, and how many of them so often."""
    counts = story.value(
        "SELECT jsonb_object_agg(unknowns, many) FROM (SELECT unknowns, count(*) AS many"
        " FROM deliveries WHERE lead_id = ANY(CAST(:ids AS uuid[])) GROUP BY unknowns) AS c",
        ids=ids,
    )
    return {int(times): many for times, many in counts.items()}
