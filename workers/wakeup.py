"""Wake-up: how an idle worker hears of a job at once without asking Redis for one.

Whoever sends a job publishes on its queue's channel, in the same pipeline (broker.py, `push`).
One thread in each process listens and rings the bells on which that process' consumers wait
(consumer.py). Redis keeps no published word for a listener that is away, so a bell also
rings after each new subscription, and consumers look every few seconds in any case.
"""

import logging
import threading
import time
from contextlib import closing
from typing import Any

import redis
from redis.client import PubSub

logger = logging.getLogger(__name__)

#: A consumer looks unasked this often while it is told of jobs, and while it is not.
POLL_SECONDS = 5.0
POLL_SECONDS_UNTOLD = 1.0

_TICK_SECONDS = 0.5  # how soon a new bell is subscribed to, and a stop is noticed
_PING_SECONDS = 10.0  # a connection that a router forgot would be silent for ever
_SILENCE_SECONDS = 20.0
_RECONNECT_SECONDS = 0.25


class Bell:
    """What the consumers of one queue in this process wait for. Outlives any of them."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.is_told = False
        self.is_paused = False
        self._resumed = threading.Event()
        self._look_at = 0.0

    def wait(self, seconds: float) -> bool:
        """Wait at most *seconds*; say whether there is a reason to look into the queue."""
        if self.is_paused:
            self._resumed.wait(seconds)
            return False
        until_look = max(0.0, self._look_at - time.monotonic())
        rung = self.rung.wait(min(seconds, until_look))
        return (rung or time.monotonic() >= self._look_at) and not self.is_paused

    def pause(self) -> None:
        """Give no reason to look until `resume`, whatever rings."""
        self._resumed.clear()
        self.is_paused = True

    def resume(self) -> None:
        self.is_paused = False
        self.rung.set()  # what rang meanwhile may wait there
        self._resumed.set()

    def begin_look(self) -> None:
        """Call before looking: what rings from now on is news, also if the look fails."""
        self.rung.clear()
        self._look_at = time.monotonic() + POLL_SECONDS

    def end_look(self) -> None:
        """Call when the queue was seen empty."""
        seconds = POLL_SECONDS if self.is_told else POLL_SECONDS_UNTOLD
        self._look_at = time.monotonic() + seconds


class Listener:
    """The thread that rings this process' bells. It starts with the first of them."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client
        self._bells: dict[str, Bell] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def bell(self, channel: str) -> Bell:
        """Return the bell that rings when something is published on *channel*."""
        with self._lock:
            bell = self._bells.setdefault(channel, Bell())
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bells", daemon=True)
                self._thread.start()
        return bell

    def is_told(self) -> bool:
        """Say whether Redis tells this process of every job it could run."""
        with self._lock:
            return bool(self._bells) and all(bell.is_told for bell in self._bells.values())

    def stop(self) -> None:
        """End the thread. Its connection is closed when this returns."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=2 * _TICK_SECONDS)

    def _run(self) -> None:
        is_news = True
        while not self._stopped.is_set():
            try:
                self._listen()
            except redis.RedisError as error:
                if self._untell() or is_news:
                    logger.warning("Jobs are polled for, Redis tells of none: %s", error)
                is_news = False
            except Exception:  # a listener that died silently would slow every lead
                logger.exception("The listener failed and begins anew")
                self._untell()
            self._stopped.wait(_RECONNECT_SECONDS)

    def _untell(self) -> bool:
        """Let the consumers poll more often; say whether any was told until now."""
        with self._lock:
            told = [bell for bell in self._bells.values() if bell.is_told]
        for bell in told:
            bell.is_told = False
        return bool(told)

    def _listen(self) -> None:
        """Subscribe to every bell and ring them until told to stop, or until Redis fails."""
        with closing(self._client.pubsub()) as subscription:  # type: ignore[no-untyped-call]
            subscribed: set[str] = set()
            heard_at = pinged_at = time.monotonic()
            while not self._stopped.is_set():
                if new := self._channels() - subscribed:
                    subscription.subscribe(*new)
                    subscribed |= new
                if message := subscription.get_message(timeout=_TICK_SECONDS):
                    heard_at = time.monotonic()
                    self._hear(message)
                pinged_at = _kept_alive(subscription, heard_at, pinged_at)

    def _channels(self) -> set[str]:
        with self._lock:
            return set(self._bells)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] not in {"message", "subscribe"}:
            return  # an answer to a ping
        bell = self._bells[message["channel"].decode()]
        bell.is_told = True
        bell.rung.set()  # after subscribing too: something may have come before


def _kept_alive(subscription: PubSub, heard_at: float, pinged_at: float) -> float:
    """Ping when it is time. Raises ConnectionError when nothing was heard for too long."""
    now = time.monotonic()
    if now - heard_at > _SILENCE_SECONDS:
        raise redis.ConnectionError(f"nothing heard for {_SILENCE_SECONDS:g} s")
    if now - max(heard_at, pinged_at) < _PING_SECONDS:
        return pinged_at
    subscription.ping()
    return now
