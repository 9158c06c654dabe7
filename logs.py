"""What every process says: one JSON object a line on stdout, with nothing personal in it.

Phone numbers are named by `phone_ref`. Whatever slips through all the same (a number in a
library's message, an endpoint token in a path, an API key) is masked here, at the last
moment before it is written: a log is read by more people than a database.

The id of the request that started it all lives here too, since web and workers both log it.
"""

import hashlib
import hmac
import json
import logging
import re
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

import config

#: The request this thread works for; it is on every line logged meanwhile.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

logger = logging.getLogger(__name__)

#: Libraries that write numbers, addresses or statements' parameters below this level.
_TALKATIVE = ("twilio", "urllib3", "sqlalchemy", "alembic")

_ADDRESS_PASSWORD = re.compile(r"(?<=://)[^/\s@]+(?=@)")
_ENDPOINT_TOKEN = re.compile(r"(/hooks/)[^\s/?#\"']+")
_API_KEY = re.compile(r"\b(oak_)[\w-]+")
#: What PostgreSQL and SQLAlchemy add to an error: whole rows, names and all.
_ROW = re.compile(r"(Failing row contains |Key \([^\n=]{1,200}\)=|\[parameters: )[^\n]*")
_PHONE = re.compile(
    r"""
    (?:\+|%2B) [1-9] (?:[\s().-]{0,2}\d){6,}                          # international
    | (?<![\w.+-]) 1?[2-9]\d{2}[2-9]\d{6} (?![\w-]|\.\d)              # ten bare digits
    | (?<![\w.-]) (?:1[-. ])? \(?[2-9]\d{2}\)?[-. ]{1,2}\d{3}[-. ]\d{4} (?![\w-])
    """,
    re.VERBOSE | re.IGNORECASE,
)


def configure(stream: TextIO | None = None) -> None:
    """Send all logging, warnings and uncaught errors to *stream* (stdout) as JSON lines.

    May be called again: the later stream takes over.
    """
    lines = logging.StreamHandler(stream or sys.stdout)
    lines.setFormatter(JsonLines())
    logging.root.handlers = [lines]
    logging.root.setLevel(config.LOG_LEVEL)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def phone_ref(e164: str) -> str:
    """Name a phone number in a log: the last four digits and a hash only we can make."""
    return f"{e164[-4:]}-{_keyed_hash(e164)}"


def scrub(text: str) -> str:
    """Return *text* with every phone number, token, key, password and row masked."""
    text = _ADDRESS_PASSWORD.sub("[masked]", text)
    text = _ENDPOINT_TOKEN.sub(r"\1[masked]", text)
    text = _ROW.sub(r"\1[masked]", text)
    text = _API_KEY.sub(r"\1[masked]", text)
    return _PHONE.sub(_phone_found, text)


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON. Control characters arrive escaped."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat("T", "milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(_message(record)),
        }
        if request := request_id.get():
            fields["request_id"] = scrub(request)
        fields |= {key: _plain(value) for key, value in _extras(record).items()}
        if record.exc_info:
            fields["error"] = scrub(self.formatException(record.exc_info))
        # DEL is the one control character that JSON lets through as it is.
        return json.dumps(fields).replace("\x7f", "\\u007f")


def _message(record: logging.LogRecord) -> str:
    """Dramatiq writes a failing job with all its arguments: its name and id will do."""
    if isinstance(record.args, tuple):
        record.args = tuple(_named(argument) for argument in record.args)
    return record.getMessage()


def _named(argument: object) -> object:
    if hasattr(argument, "actor_name") and hasattr(argument, "message_id"):
        return f"{argument.actor_name}[{argument.message_id}]"
    return argument


_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _OWN_FIELDS}


def _plain(value: object) -> object:
    return (
        value if value is None or isinstance(value, bool | int | float) else scrub(str(value))
    )


def _phone_found(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group().lower().removeprefix("%2b"))
    return phone_ref(f"+{digits}" if found.group()[0] in "+%" else f"+1{digits[-10:]}")


def _keyed_hash(text: str) -> str:
    key = b"phone-ref:" + config.SECRET_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:8]


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logger.critical("The process ends: %s", kind.__name__, exc_info=(kind, error, trace))


def _log_uncaught_in_thread(uncaught: threading.ExceptHookArgs) -> None:
    error = uncaught.exc_value
    logger.critical("A thread ends: %s", uncaught.exc_type.__name__, exc_info=error)
