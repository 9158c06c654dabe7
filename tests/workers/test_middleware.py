"""How a worker process begins and ends, seen from outside: real processes, real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dramatiq
import pytest

import workers
from workers.middleware import GracefulStop, OwnName


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGHUP])
def test_second_signal_to_end_is_not_passed_on(redis_broker, second):
    passed_on = []
    before = {
        number: signal.signal(number, lambda number, _: passed_on.append(number))
        for number in (signal.SIGTERM, signal.SIGHUP)
    }
    GracefulStop().after_process_boot(redis_broker)

    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(second)

    for number, handle in before.items():
        signal.signal(number, handle)
    assert passed_on == [signal.SIGTERM]


NICENESS = """
import os
import sys
from types import SimpleNamespace

from workers.middleware import Courtesy

worker = SimpleNamespace(consumer_whitelist=set(sys.argv[1:]) or None)
Courtesy().before_worker_boot(None, worker)
print(os.nice(0))
"""


@pytest.mark.parametrize(
    ("queues", "further"),
    [(["leads", "receipts", "sms"], 5), ([], 5), (["admin", "sweeps"], 10)],
    ids=["leads", "every queue", "bulk"],
)
def test_workers_stand_back_behind_requests_and_bulk_behind_workers(queues, further):
    root = Path(workers.__file__).parent.parent
    command = [sys.executable, "-c", NICENESS, *queues]

    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)

    assert int(told.stdout) == min(19, os.nice(0) + further)


def test_each_process_fetches_jobs_under_a_name_of_its_own(redis_broker):
    inherited = redis_broker.broker_id

    OwnName().after_process_boot(redis_broker)

    assert redis_broker.broker_id != inherited


SLOW_JOB = """
import logging
import time

import dramatiq

from workers.connection import connect


@dramatiq.actor(queue_name="leads")
def slow_job(seconds):
    client = connect(seconds=1)
    client.set("begun", 1)
    time.sleep(seconds)
    client.set("ended", 1)
    logging.getLogger("slow").info("ended\\r\\nwell")
"""


@pytest.fixture
def worker_process(tmp_path, valkey, monkeypatch):
    """Run Dramatiq's own command with one slow actor, in a process group of its own."""
    (tmp_path / "slow_job.py").write_text(SLOW_JOB)
    root = Path(workers.__file__).parent.parent
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "workers", "slow_job"),
                *("--path", tmp_path, root, "--processes", "1", "--threads", "2"),
                *("--worker-shutdown-timeout", "20000"),
            ],
            env={**os.environ, "REDIS_URL": valkey.url},
            cwd=root,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process, tmp_path / "log"
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_job_in_flight_ends_when_everything_gets_sigterm_twice(
    worker_process, valkey, redis_broker, eventually
):
    process, log = worker_process
    job = dramatiq.Message("leads", "slow_job", (3,), {}, {})
    redis_broker.enqueue(job)
    eventually(lambda: valkey.client.get("begun"), seconds=20)
    begun = time.monotonic()

    os.killpg(process.pid, signal.SIGTERM)
    time.sleep(0.5)  # a platform's own pause between the two
    os.killpg(process.pid, signal.SIGTERM)

    assert process.wait(timeout=25) == 0, log.read_text()
    assert time.monotonic() - begun < 25
    assert valkey.client.get("ended") == b"1"
    assert valkey.client.hlen("dramatiq:leads.msgs") == 0  # it was acknowledged as well


def test_worker_process_logs_one_json_object_a_line(
    worker_process, valkey, redis_broker, eventually
):
    process, log = worker_process
    redis_broker.enqueue(
        dramatiq.Message("leads", "slow_job", (0,), {}, {"request_id": "req-4"})
    )
    eventually(lambda: valkey.client.get("ended"), seconds=20)

    process.terminate()
    process.wait(timeout=25)

    lines = [line for line in log.read_text().splitlines() if '"slow"' in line]
    (told,) = map(json.loads, lines)
    assert (told["message"], told["request_id"]) == ("ended\r\nwell", "req-4")
