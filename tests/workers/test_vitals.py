import json
import os

import pytest
import redis

from workers import counts, presence


class Expected(Exception):
    pass


def counted(client):
    found = {}
    for key in client.scan_iter(counts.key("*")):
        for field, count in client.hgetall(key).items():
            found[field.decode()] = found.get(field.decode(), 0) + int(count)
    return found


def test_runs_are_counted_by_the_minute_and_the_counts_expire(run_job, valkey, eventually):
    def refuse():
        raise Expected

    def stumble():
        raise ValueError

    run_job(lambda: None, actor_name="work")
    run_job(refuse, throws=(Expected,))
    run_job(stumble)

    eventually(lambda: counted(valkey.client).get("stumble:failed") == 2)
    found = counted(valkey.client)
    assert (found["work:done"], found["refuse:expected"]) == (1, 1)
    assert sum(count for field, count in found.items() if field.startswith("work:le")) == 1
    for key in valkey.client.scan_iter(counts.key("*")):
        assert 0 < valkey.client.ttl(key) <= counts.KEPT_SECONDS


def test_counts_wait_while_redis_is_away(valkey, valkey_url):
    counter = counts.Counts()
    counter.add("work", counts.Ending.DONE, 0.004)
    valkey.kill()
    with pytest.raises(redis.ConnectionError):
        counter.flush(valkey.client)
    counter.add("work", counts.Ending.DONE, 99.0)
    valkey.start()

    counter.flush(valkey.client)

    assert counted(valkey.client) == {
        "work:done": 2,
        "work:ms": 99_004,
        "work:le5": 1,
        "work:slower": 1,
    }


def described(client):
    return [json.loads(client.get(key)) for key in client.scan_iter(presence.KEYS + "*")]


def test_worker_tells_where_it_is_and_what_it_runs_until_it_is_gone(
    run_job, redis_broker, valkey, eventually
):
    seen = []

    def work():
        eventually(lambda: described(valkey.client))
        seen.append(described(valkey.client)[0]["jobs"])

    run_job(work)

    eventually(lambda: described(valkey.client))
    (told,) = described(valkey.client)
    assert (told["pid"], told["threads"], told["queues"]) == (os.getpid(), 2, ["leads"])
    assert told["memory"] > 1_000_000
    assert told["version"]
    (key,) = valkey.client.scan_iter(presence.KEYS + "*")
    assert 0 < valkey.client.ttl(key) <= presence.EXPIRY_SECONDS
    redis_broker.worker.stop(timeout=5_000)
    assert described(valkey.client) == []
