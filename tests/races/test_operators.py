"""Operators against each other, against the person, and against their own jobs.

Moves of the same people, a move against joining, a cancel against the end of the job.
"""

import pytest

from workers.admin import run_job

PEOPLE = 4


@pytest.fixture
def queued(racing, person):
    """Make people who wait in the opt-in queue; return the ids of their contacts."""

    def queued(many=PEOPLE):
        return [queue(racing, person()) for _ in range(many)]

    return queued


def queue(story, fields):
    story.delivered(**fields)
    return str(story.contact(fields["phone"]).id)


@pytest.fixture
def ask(api):
    """Ask for an action; return its job's id. Nobody runs it yet."""

    def ask(kind, ids, **goal):
        answer = api.post("/actions", {"kind": kind, "contacts": {"ids": ids}} | goal)
        assert answer.status_code == 202, answer.json
        return answer.json["job"]["id"]

    return ask


@pytest.fixture
def group(api):
    names = iter(range(1_000_000))
    return lambda: api.post("/groups", {"name": f"Group {next(names)}"}).json["id"]


def run(job_id):
    """Do a job to its end, chunk by chunk."""
    return lambda: run_job(job_id)


def test_rule_16_two_operators_move_the_same_people_and_both_moves_stand(
    racing, api, queued, ask, group, tie
):
    race = tie("one", "other")
    for _ in race.rounds(1 / 3):
        ids = queued()
        jobs = [ask("move_to_group", ids, group_id=group()) for _ in range(2)]

        race.start(*[run(job) for job in jobs])

        shown = [api.get(f"/jobs/{job}").json for job in jobs]
        assert [(job["status"], job["done"]) for job in shown] == [("done", PEOPLE)] * 2
        assert groups_and_places(racing, ids) == [(2, 2, False)] * PEOPLE
        winners = [places_kept(racing, job) for job in jobs]
        assert sorted(winners) == [0, PEOPLE]  # undo puts back by one of them alone
        race.won("one" if winners[0] else "other")


def test_rule_19_two_operators_move_the_same_people_out_of_one_group(
    racing, api, queued, ask, group, tie
):
    race = tie("one", "other")
    for _ in race.rounds(1 / 3):
        ids, left = queued(), group()
        run_job(ask("move_to_group", ids, group_id=left))
        asked = {"from_group": left}
        jobs = [ask("move_to_group", ids, group_id=group(), **asked) for _ in range(2)]

        race.start(*[run(job) for job in jobs])

        assert groups_and_places(racing, ids) == [(2, 2, False)] * PEOPLE
        assert (
            racing.value("SELECT count(*) FROM memberships WHERE group_id = :id", id=left) == 0
        )
        taken = [taken_by(racing, job) for job in jobs]
        assert sorted(taken) == [0, PEOPLE]
        race.won("one" if taken[0] else "other")


def test_rule_16_who_gets_a_group_while_joining_is_in_the_group_alone(
    racing, person, ask, group, tie
):
    race = tie("joined", "moved")
    for _ in race.rounds():
        fields = person()
        lead_id = racing.texted(**fields)
        contact = str(racing.contact(fields["phone"]).id)
        job = ask("move_to_group", [contact], group_id=group())

        def deliver(lead_id=lead_id):
            racing.receipt(lead_id, "delivered")

        race.start(deliver, run(job))

        assert groups_and_places(racing, [contact]) == [(1, 1, False)]
        assert str(racing.lead(lead_id).status) == "joined"
        race.won("joined" if places_kept(racing, job) else "moved")


def test_rule_28_cancel_that_meets_the_end_of_the_job_is_answered_by_what_was_done(
    racing, api, queued, ask, group, tie
):
    race = tie("job", "cancel")
    for _ in race.rounds(1 / 3):
        ids, goal = queued(3), group()
        job = ask("move_to_group", ids, group_id=goal)

        _, answer = race.start(run(job), lambda: api.post(f"/jobs/{job}/cancel"))  # noqa: B023
        run_job(job)  # as the cancel's own ring has it done, where it came between

        shown = api.get(f"/jobs/{job}").json
        members = racing.value("SELECT count(*) FROM memberships WHERE group_id = :id", id=goal)
        expected = {202: ("cancelled", 0, 3), 409: ("done", 3, 0)}[answer.status_code]
        assert (shown["status"], shown["done"], shown["skipped"]) == expected
        assert members == shown["done"]
        race.won("job" if answer.status_code == 409 else "cancel")


def groups_and_places(story, ids):
    """For each contact: the groups it counts, those it has, and whether it waits."""
    rows = story.value(
        "SELECT jsonb_agg(jsonb_build_array(group_count, (SELECT count(*) FROM memberships m"
        " WHERE m.contact_id = c.id), queued_at IS NOT NULL)) FROM contacts c"
        " WHERE id = ANY(CAST(:ids AS uuid[]))",
        ids=ids,
    )
    return [tuple(row) for row in rows]


def places_kept(story, job):
    """Of how many people a job remembers a place in the opt-in queue."""
    return story.value(
        "SELECT count(u.place) FROM job_changes k, unnest(k.queued_at) AS u(place)"
        " WHERE job_id = :job",
        job=job,
    )


def taken_by(story, job):
    return story.value(
        "SELECT count(*) FROM job_changes k, unnest(k.taken) AS gone"
        " WHERE job_id = :job AND gone",
        job=job,
    )
