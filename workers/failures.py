"""Failures: a run that ended in an error nobody expected is written down in PostgreSQL.

An actor names the outcomes it expects in `throws`; those are no failures. Nothing personal
is kept: arguments are ids, and texts are scrubbed like the log.

Each failed run has a row in `failures`, and its job one in `failed_jobs` that says where it
stands. A message carries the number of runs that failed before it. So a copy that was
overtaken (an operator had the job run at once, or put it away) is known when its time comes,
and not run.
"""
# ruff: noqa: ARG002  (a hook takes all that Dramatiq hands it)

import hashlib
import logging
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType

from dramatiq import Broker, Message, Middleware
from dramatiq.broker import MessageProxy
from dramatiq.errors import RateLimitExceeded, Retry
from dramatiq.middleware import SkipMessage
from sqlalchemy import text
from sqlalchemy.orm import Session

import config
from logs import scrub
from models import failure_records
from models.db import transaction
from models.failures import Failure

logger = logging.getLogger(__name__)

_OWN_CODE = Path(config.__file__).parent
_MESSAGE_LETTERS = 1_000
_TRACEBACK_LETTERS = 8_000
#: While PostgreSQL is away every job fails: none of them waits for it once more.
_PAUSE_SECONDS = 5.0


#: Beside a message's own options: how many of its job's runs failed before.
FAILED_RUNS = "failed_runs"


class FailureRecords(Middleware):
    """Records failed runs. Stands before Retries, which decides first what comes next."""

    def __init__(self) -> None:
        self._paused_until = 0.0
        self._retried = threading.local()  # by Retries, a moment before we hear of the failure

    def before_enqueue(self, broker: Broker, message: Message[object], delay: int) -> None:
        # Retries would send it along, unscrubbed. It is also what tells a retry.
        if message.options.pop("traceback", None) is not None:
            message.options[FAILED_RUNS] = _failed_runs(message) + 1
            self._retried.eta = message.options.get("eta")

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Leave out a copy that was overtaken. While PostgreSQL is away every copy runs."""
        runs = _failed_runs(message)
        if not runs:
            return
        known = self._tell(
            message.actor_name,
            lambda session: failure_records.is_overtaken(session, message.message_id, runs),
        )
        if known:
            raise SkipMessage

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        eta, self._retried.eta = getattr(self._retried, "eta", None), None
        if exception is None or is_expected(broker, message, exception):
            if _failed_runs(message) and not _comes_again(exception):
                self._tell(
                    message.actor_name,
                    lambda session: failure_records.note_done(session, message.message_id),
                )
            return
        failed = failure(message, exception)
        self._tell(failed.actor, lambda session: failure_records.record(session, failed, eta))

    def _tell(self, actor: str, work: Callable[[Session], bool | None]) -> bool | None:
        """Do a small piece of work in PostgreSQL, if it is there. A job never fails by this."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            with transaction() as session:
                session.execute(text("SET LOCAL statement_timeout = '1s'"))
                return work(session)
        except Exception as error:  # noqa: BLE001  (whatever it is, the worker goes on)
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            logger.error(  # noqa: TRY400  (Dramatiq has logged the traceback that matters)
                "A failure of %s is only in the log: %s", actor, type(error).__name__
            )
            return None


def is_expected(broker: Broker, message: MessageProxy, exception: BaseException) -> bool:
    """Say whether the actor declared this outcome, or asked to be run again later."""
    options = broker.get_actor(message.actor_name).options
    throws = message.options.get("throws") or options.get("throws") or ()
    return isinstance(exception, (Retry, RateLimitExceeded, throws))


def _comes_again(exception: BaseException | None) -> bool:
    """Say whether the job asked for this: then it has not ended."""
    return isinstance(exception, (Retry, RateLimitExceeded))


def _failed_runs(message: Message[object] | MessageProxy) -> int:
    runs: int = message.options.get(FAILED_RUNS, 0)
    return runs


def failure(message: MessageProxy, exception: BaseException) -> Failure:
    """Describe a failed run."""
    trace = "".join(traceback.format_exception(exception, limit=-30))
    return Failure(
        actor=message.actor_name,
        queue=message.queue_name,
        message_id=message.message_id,
        arguments={"args": list(message.args), "kwargs": message.kwargs},
        attempt=_failed_runs(message) + 1,
        will_retry=not message.failed,
        error_class=_class_name(exception),
        fingerprint=fingerprint(exception),
        message=_storable(str(exception))[:_MESSAGE_LETTERS],
        traceback=_storable(trace)[-_TRACEBACK_LETTERS:],
        request_id=message.options.get("request_id"),
    )


def fingerprint(exception: BaseException) -> str:
    """Name the cause: the class, and the innermost function of ours. No line, no message."""
    cause = f"{_class_name(exception)} in {_place(exception)}"
    return hashlib.sha256(cause.encode()).hexdigest()[:16]


def _place(exception: BaseException) -> str:
    codes = [frame.f_code for frame, _ in traceback.walk_tb(exception.__traceback__)]
    own = [code for code in codes if _is_own(code)]
    innermost = (own or codes)[-1:]
    return "".join(f"{Path(code.co_filename).name}:{code.co_qualname}" for code in innermost)


def _is_own(code: CodeType) -> bool:
    path = Path(code.co_filename)
    return path.is_relative_to(_OWN_CODE) and "site-packages" not in path.parts


def _class_name(exception: BaseException) -> str:
    return f"{type(exception).__module__}.{type(exception).__qualname__}"


def _storable(words: str) -> str:
    """PostgreSQL takes neither NUL nor half a character."""
    return scrub(words).replace("\0", "").encode("utf-8", "replace").decode()
