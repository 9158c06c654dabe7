"""Presence: what a worker process says of itself, for the dashboard.

One key a process, written again every few seconds; it expires soon after the last time. So a
reader needs no clean-up: who has no key is gone.
"""

import json
import os
import resource
import socket
import sys
import threading
import time
import tomllib
from functools import cache
from pathlib import Path

import redis
from dramatiq import Worker
from dramatiq.broker import MessageProxy
from dramatiq.common import q_name

import config
from workers.pauses import paused_here

KEYS = "optin:worker:"  # then the id under which the process fetches jobs
#: Those keys by the time of their last beat: nobody has to go through all keys of Redis.
INDEX = "optin:workers"
BEAT_SECONDS = 5.0
EXPIRY_SECONDS = 20


class Presence:
    """This process as others see it: where it is, what it takes, what it is doing."""

    def __init__(self, worker: Worker, broker_id: str) -> None:
        self._key = KEYS + broker_id
        self._worker = worker
        self._started_at = time.time()
        self._running: dict[str, dict[str, object]] = {}
        self._lock = threading.Lock()

    def begin(self, message: MessageProxy) -> None:
        job = {"actor": message.actor_name, "id": message.message_id, "since": time.time()}
        with self._lock:
            self._running[message.message_id] = job

    def end(self, message: MessageProxy) -> None:
        with self._lock:
            self._running.pop(message.message_id, None)

    def beat(self, client: "redis.Redis") -> None:
        """Say that this process lives. Raises RedisError."""
        now = time.time()
        pipeline = client.pipeline(transaction=False)
        pipeline.set(self._key, json.dumps(self.describe()), ex=EXPIRY_SECONDS)
        pipeline.zadd(INDEX, {self._key: now})
        pipeline.zremrangebyscore(INDEX, 0, now - EXPIRY_SECONDS)
        pipeline.execute()

    def leave(self, client: "redis.Redis") -> None:
        """Say that it is gone. Raises RedisError."""
        client.delete(self._key)
        client.zrem(INDEX, self._key)

    def describe(self) -> dict[str, object]:
        with self._lock:
            running = list(self._running.values())
        return {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "threads": self._worker.worker_threads,
            "queues": sorted({q_name(name) for name in self._worker.consumers}),
            "paused": paused_here(self._worker.broker),
            "jobs": running,
            "memory": memory_bytes(),
            "version": version(),
            "started_at": self._started_at,
            "at": time.time(),
        }


def memory_bytes() -> int:
    """Tell the memory in use; where the system does not tell, the most that ever was."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except FileNotFoundError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return pages * os.sysconf("SC_PAGE_SIZE")


@cache
def version() -> str:
    project = Path(config.__file__).with_name("pyproject.toml")
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
