"""How a worker process begins and ends. What surrounds each job has files of its own:
context.py, failures.py and vitals.py; broker.py puts them in their order.
"""
# ruff: noqa: ARG002  (a hook takes all that Dramatiq hands it)

import signal
from collections.abc import Callable
from types import FrameType

from dramatiq import Broker, Middleware, Worker

import logs

Handle = Callable[[int, FrameType | None], object]


class JsonLogs(Middleware):
    """Logs as every process of ours does. Dramatiq has set up its own format until then."""

    def after_process_boot(self, broker: Broker) -> None:
        logs.configure()


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
