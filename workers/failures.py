"""Failures: a run that ended in an error nobody expected is written down in PostgreSQL.

An actor names the outcomes it expects in `throws`; those are no failures. Nothing personal
is kept: arguments are ids, and texts are scrubbed like the log.
"""
# ruff: noqa: ARG002  (a hook takes all that Dramatiq hands it)

import hashlib
import logging
import time
import traceback
from pathlib import Path
from types import CodeType

from dramatiq import Broker, Message, Middleware
from dramatiq.broker import MessageProxy
from dramatiq.errors import RateLimitExceeded, Retry
from sqlalchemy import text

import config
from logs import scrub
from models.db import transaction
from models.failures import Failure

logger = logging.getLogger(__name__)

_OWN_CODE = Path(config.__file__).parent
_MESSAGE_LETTERS = 1_000
_TRACEBACK_LETTERS = 8_000
#: While PostgreSQL is away every job fails: none of them waits for it once more.
_PAUSE_SECONDS = 5.0


class FailureRecords(Middleware):
    """Records failed runs. Stands before Retries, which decides first what comes next."""

    def __init__(self) -> None:
        self._paused_until = 0.0

    def before_enqueue(self, broker: Broker, message: Message[object], delay: int) -> None:
        message.options.pop("traceback", None)  # Retries would send it along, unscrubbed

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        if exception is None or is_expected(broker, message, exception):
            return
        if time.monotonic() >= self._paused_until:
            self._record(failure(message, exception))

    def _record(self, failed: Failure) -> None:
        try:
            with transaction() as session:
                session.execute(text("SET LOCAL statement_timeout = '1s'"))
                session.add(failed)
        except Exception as error:  # noqa: BLE001  (whatever it is, the worker goes on)
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            logger.error(  # noqa: TRY400  (Dramatiq has logged the traceback that matters)
                "A failure of %s is only in the log: %s", failed.actor, type(error).__name__
            )


def is_expected(broker: Broker, message: MessageProxy, exception: BaseException) -> bool:
    """Say whether the actor declared this outcome, or asked to be run again later."""
    options = broker.get_actor(message.actor_name).options
    throws = message.options.get("throws") or options.get("throws") or ()
    return isinstance(exception, (Retry, RateLimitExceeded, throws))


def failure(message: MessageProxy, exception: BaseException) -> Failure:
    """Describe a failed run."""
    trace = "".join(traceback.format_exception(exception, limit=-30))
    return Failure(
        actor=message.actor_name,
        queue=message.queue_name,
        message_id=message.message_id,
        arguments={"args": list(message.args), "kwargs": message.kwargs},
        attempt=message.options.get("retries", 1),
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
