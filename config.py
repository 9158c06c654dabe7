"""Every setting the service reads, taken from the environment once, at import.

All mistakes are reported together, and the process ends with status 1, so that an operator
mends them in one go. docs/settings.md explains each setting.
"""

import os
import sys
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

TWILIO_API = "https://api.twilio.com"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_mistakes: list[str] = []


def _setting(name: str, parse: Callable[[str], T], fallback: T, *, required: bool = False) -> T:
    """Read one setting; a mistake is noted by name (never by value: it may be a secret)."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        if required:
            _mistakes.append(f"{name} is not set")
        return fallback
    try:
        return parse(raw)
    except ValueError as error:
        _mistakes.append(f"{name} is not usable: {error}")
        return fallback


def _whole_number(raw: str) -> int:
    if not raw.isdecimal():
        raise ValueError("a whole number, 0 or more, is wanted")
    return int(raw)


def _seconds(raw: str) -> float:
    value = float(raw)
    if not 0 <= value < float("inf"):
        raise ValueError("a number of seconds, 0 or more, is wanted")
    return value


def _three_seconds(raw: str) -> tuple[float, ...]:
    checks = tuple(_seconds(part) for part in raw.split(","))
    if len(checks) != 3 or list(checks) != sorted(checks):  # noqa: PLR2004  (early, middle, late)
        raise ValueError("three rising numbers of seconds are wanted, such as 60,300,900")
    return checks


def _flag(raw: str) -> bool:
    if raw not in {"0", "1"}:
        raise ValueError("0 or 1 is wanted")
    return raw == "1"


def _database_url(raw: str) -> str:
    """Accept Heroku's `postgres://` and name the driver, psycopg 3, in any case."""
    scheme, separator, rest = raw.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError("it has to begin with postgresql:// or postgres://")
    return f"postgresql+psycopg://{rest}"


def _redis_url(raw: str) -> str:
    if not raw.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("it has to begin with redis://, rediss:// or unix://")
    return raw


def _base_url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it has to begin with http:// or https:// and name a host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("scheme, host and port only, with no path")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_NAMES:
        raise ValueError("plain http is for loopback only; use https")
    return raw.rstrip("/")


def _secret(raw: str) -> str:
    if len(raw) < 16:  # noqa: PLR2004  (128 bits, written as hex, is twice as long)
        raise ValueError("at least 16 characters are wanted")
    return raw


def _hosts(raw: str) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in raw.split(",") if host.strip())


def is_hosted() -> bool:
    """Say whether a hosting platform runs us: nothing of a laptop may be in use there."""
    marks = ("DYNO", "RENDER", "FLY_APP_NAME")
    return any(os.environ.get(mark) for mark in marks) or any(
        name.startswith("RAILWAY_") for name in os.environ
    )


def _twilio_base_url(raw: str) -> str:
    if urlsplit(raw).scheme not in {"http", "https"}:
        raise ValueError("it has to begin with http:// or https://")
    if raw.rstrip("/") != TWILIO_API and is_hosted():
        raise ValueError("only Twilio itself may be texted through on a hosting platform")
    return raw.rstrip("/")


DATABASE_URL = _setting("DATABASE_URL", _database_url, "", required=True)
REDIS_URL = _setting("REDIS_URL", _redis_url, "", required=True)
REDIS_TLS_VERIFY = _setting("REDIS_TLS_VERIFY", _flag, fallback=True)
RESTORED = _setting("RESTORED", _flag, fallback=False)
REDIS_DURABLE = _setting("REDIS_DURABLE", _flag, fallback=False)
PUBLIC_BASE_URL = _setting("PUBLIC_BASE_URL", _base_url, "", required=True)
NO_HOSTS: frozenset[str] = frozenset()
ALLOWED_HOSTS = _setting("ALLOWED_HOSTS", _hosts, NO_HOSTS)
SECRET_KEY = _setting("SECRET_KEY", _secret, "", required=True)
SECRET_KEY_PREVIOUS = _setting("SECRET_KEY_PREVIOUS", _secret, "")
METRICS_TOKEN = _setting("METRICS_TOKEN", _secret, "")

TWILIO_ACCOUNT_SID = _setting("TWILIO_ACCOUNT_SID", str, "", required=True)
TWILIO_AUTH_TOKEN = _setting("TWILIO_AUTH_TOKEN", _secret, "", required=True)
TWILIO_AUTH_TOKEN_PREVIOUS = _setting("TWILIO_AUTH_TOKEN_PREVIOUS", _secret, "")
TWILIO_BASE_URL = _setting("TWILIO_BASE_URL", _twilio_base_url, TWILIO_API)
OPT_OUT_CONFIRMATION = _setting("OPT_OUT_CONFIRMATION", _flag, fallback=False)

SETTLE_SECONDS = _setting("SETTLE_SECONDS", _seconds, 600.0)
UNKNOWN_CHECKS: tuple[float, ...] = _setting(
    "UNKNOWN_CHECKS", _three_seconds, (60.0, 300.0, 900.0)
)
RECEIPT_FETCH_SECONDS = _setting("RECEIPT_FETCH_SECONDS", _seconds, 43200.0)
UNDO_SECONDS = _setting("UNDO_SECONDS", _seconds, 600.0)
CIRCUIT_PROBE_SECONDS = _setting("CIRCUIT_PROBE_SECONDS", _seconds, 30.0)
PREFIX_CAP_HOURLY = _setting("PREFIX_CAP_HOURLY", _whole_number, 200)
HELD_MAX_HOURS = _setting("HELD_MAX_HOURS", _seconds, 72.0)
LEAD_BODY_DAYS = _setting("LEAD_BODY_DAYS", _whole_number, 1826)
REJECTION_BODY_DAYS = _setting("REJECTION_BODY_DAYS", _whole_number, 30)
REJECTIONS_KEPT = _setting("REJECTIONS_KEPT", _whole_number, 10_000)
RATE_LIMIT = _setting("RATE_LIMIT", _whole_number, 600)

SPOOL_MAX = _setting("SPOOL_MAX", _whole_number, -1)  # -1: bounded by bytes alone
WEB_CONCURRENCY = _setting("WEB_CONCURRENCY", _whole_number, 2)
WORKER_PROCESSES = _setting("WORKER_PROCESSES", _whole_number, 2)
DATABASE_POOL = _setting("DATABASE_POOL", _whole_number, 8)
WORKER_THREADS = _setting("WORKER_THREADS", _whole_number, 8)
ENVIRONMENT = _setting("ENVIRONMENT", str, "production")  # a badge on every page
LOG_LEVEL = _setting("LOG_LEVEL", str.upper, "INFO")

if _mistakes:
    sys.exit("The service cannot start:\n" + "\n".join(f"  - {line}" for line in _mistakes))
