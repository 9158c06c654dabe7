import dramatiq

import logs


def test_job_runs_under_the_request_that_asked_for_it(run_job):
    seen = []

    run_job(lambda: seen.append(logs.request_id.get()), actor_name="look", request_id="req-1")

    assert seen == ["req-1"]


def test_job_sent_by_a_job_belongs_to_the_same_request(run_job, redis_broker, eventually):
    seen = []
    second = dramatiq.actor(
        lambda: seen.append(logs.request_id.get()),
        broker=redis_broker,
        queue_name="leads",
        actor_name="second",
    )

    run_job(lambda: second.send() and None, actor_name="first", request_id="req-1")

    eventually(lambda: seen == ["req-1"])


def test_next_job_of_the_thread_has_nothing_of_the_request_before(run_job):
    seen = []
    asked = ["req-1"] * 4 + [None] * 4  # each of the two threads meets both kinds

    for number, request_id in enumerate(asked):
        run_job(
            lambda: seen.append(logs.request_id.get()),
            actor_name=f"look{number}",
            request_id=request_id,
        )

    assert seen == asked
