"""What a worker does with its jobs when Redis goes away, its threads are busy, or it ends."""

import threading
import time


def test_worker_goes_on_after_all_its_connections_were_cut(line, valkey, eventually):
    valkey.client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    line.actor.send("after")

    eventually(lambda: "after" in line.names(), seconds=3)


def test_worker_goes_on_after_a_restart_of_redis(line, valkey, eventually):
    valkey.kill()
    eventually(lambda: not line.broker.listener.is_told())
    valkey.start()
    line.actor.send("after")

    eventually(lambda: "after" in line.names(), seconds=5)


def test_worker_goes_on_after_a_flush(line, valkey, eventually):
    line.actor.send("before")
    eventually(lambda: "before" in line.names())
    valkey.client.flushall()

    line.actor.send("after")

    eventually(lambda: "after" in line.names(), seconds=2)


def test_delayed_job_starts_after_its_delay(line, eventually):
    begun = time.monotonic()
    line.actor.send_with_options(args=("late",), delay=500)

    eventually(lambda: "late" in line.names(), seconds=4)

    assert line.seen[-1][1] - begun >= 0.5


def test_delayed_job_survives_the_loss_of_the_connection(line, valkey, eventually):
    line.actor.send_with_options(args=("late",), delay=2_000)
    delay_consumer = line.worker.consumers["leads.DQ"]
    eventually(lambda: delay_consumer.delay_queue.qsize() == 1)
    before = delay_consumer.consumer
    valkey.client.config_set("maxmemory", "1")  # the next look fails
    eventually(lambda: delay_consumer.consumer is not before, seconds=8)
    valkey.client.config_set("maxmemory", "0")

    eventually(lambda: "late" in line.names(), seconds=10)


def test_delayed_jobs_go_on_after_redis_was_away_when_one_was_due(line, valkey, eventually):
    for delay in (600, 60_000):
        line.actor.send_with_options(args=(f"lost {delay}",), delay=delay)
    thread = line.worker.consumers["leads.DQ"]
    eventually(lambda: thread.delay_queue.qsize() == 2)
    valkey.kill()
    eventually(lambda: thread.delay_queue.qsize() == 0)  # it was due, and Redis away
    valkey.start()

    line.actor.send_with_options(args=("next",), delay=100)

    eventually(lambda: "next" in line.names(), seconds=8)


def test_full_worker_fetches_more_as_soon_as_threads_are_free(our_broker, start, eventually):
    line = start(our_broker, worker_timeout=1_000)
    line.release.clear()
    for number in range(40):
        line.actor.send(str(number))
    eventually(lambda: len(line.seen) == 4)
    released_at = time.monotonic()

    line.release.set()

    eventually(lambda: len(line.seen) == 40)
    assert line.seen[-1][1] - released_at < 0.25


def test_job_fetched_but_not_begun_goes_back_when_the_worker_stops(line, valkey, eventually):
    line.release.clear()
    for number in range(20):
        line.actor.send(str(number))
    eventually(lambda: len(line.seen) == 4)
    stopping = threading.Thread(target=line.worker.stop, kwargs={"timeout": 5_000})
    stopping.start()
    line.release.set()
    stopping.join()

    done = len(line.seen)
    assert valkey.client.llen("dramatiq:leads") == 20 - done
    assert valkey.client.hlen("dramatiq:leads.msgs") == 20 - done


def test_job_done_while_redis_is_away_does_not_hold_up_the_end(line, valkey, eventually):
    line.release.clear()
    line.actor.send("1")
    eventually(lambda: line.names() == ["1"])
    valkey.kill()
    line.broker.is_stopping = True
    begun = time.monotonic()

    line.release.set()
    line.worker.stop(timeout=10_000)

    assert time.monotonic() - begun < 5
