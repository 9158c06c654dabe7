"""How a worker process begins and ends. What surrounds each job has files of its own:
context.py, failures.py and vitals.py; broker.py puts them in their order.
"""
# ruff: noqa: ARG002  (a hook takes all that Dramatiq hands it)

import os
import signal
from collections.abc import Callable
from types import FrameType
from uuid import uuid4

from dramatiq import Broker, Middleware, Worker

import logs

#: How far worker processes stand back.
WORKER_NICENESS = 5
BULK_NICENESS = 10
BULK_QUEUES = frozenset({"admin", "sweeps"})

Handle = Callable[[int, FrameType | None], object]


class JsonLogs(Middleware):
    """Logs as every process of ours does. Dramatiq has set up its own format until then."""

    def after_process_boot(self, broker: Broker) -> None:
        logs.configure()


class OwnName(Middleware):
    """Names each process' fetched jobs as its own: the name was made before the fork."""

    def after_process_boot(self, broker: Broker) -> None:
        broker.broker_id = str(uuid4())  # type: ignore[attr-defined]


class Courtesy(Middleware):
    """Lets requests come first on a machine that is shared: a lead that waits is safe.

    A lead that cannot be accepted in time is lost to a sender who does not try again. Bulk
    actions and sweeps come last. Threads take over the niceness of the one that made them, so
    it is set before there is any.
    """

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:
        is_bulk = BULK_QUEUES.issuperset(worker.consumer_whitelist or {"leads"})
        os.nice(BULK_NICENESS if is_bulk else WORKER_NICENESS)


class GracefulStop(Middleware):
    """Ends the process once, in peace.

    A platform sends SIGTERM to every process of a group, Dramatiq's main process passes it on
    to its workers, and a worker takes the second one for "die now": it would cut a call to
    Twilio in two. Here the first one counts, and the time is bounded by
    --worker-shutdown-timeout.
    """

    def __init__(self) -> None:
        self._is_ending = False

    def after_process_boot(self, broker: Broker) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            handle = signal.getsignal(number)
            if callable(handle):
                signal.signal(number, self._once(handle))

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        # Jobs that are done need not wait for an unreachable Redis any longer.
        broker.is_stopping = True  # type: ignore[attr-defined]

    def _once(self, handle: Handle) -> Handle:
        def stop(number: int, frame: FrameType | None) -> None:
            # Both signals may come at the same moment: no call may stand between these two.
            if not self._is_ending:
                self._is_ending = True
                handle(number, frame)

        return stop
