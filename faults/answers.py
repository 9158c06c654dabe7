"""What an answer says to the history: its code, its id, and whether it is as it should be."""

import json
from collections.abc import Mapping
from typing import Any

from faults.history import FAIL, INFO, OK

TRACE_MARKS = ("Traceback (most recent call last)", 'File "/', "psycopg.", "sqlalchemy.")
PROBLEM = "application/problem+json"


def outcome_of(status: int) -> str:
    """2xx happened, 4xx did not; after a 5xx nobody knows."""
    if status < 400:  # noqa: PLR2004  (the classes of HTTP)
        return OK
    return FAIL if status < 500 else INFO  # noqa: PLR2004


def told(status: int, headers: Mapping[str, str], text: str) -> dict[str, Any]:
    """Boil an answer down to what the checker asks for. Names and numbers stay out."""
    said: dict[str, Any] = {"status": status}
    body = _object(text)
    if status < 300:  # noqa: PLR2004
        if "lead_id" in body:
            said |= {"lead_id": body["lead_id"], "word": body.get("status")}
        return said
    code = body.get("code")
    said["code"] = code if isinstance(code, str) else None
    said["problem"] = headers.get("Content-Type", "").startswith(PROBLEM) and bool(code)
    said["retry_after"] = headers.get("Retry-After", "").isdecimal()
    if any(mark in text for mark in TRACE_MARKS):
        said["trace"] = True
    return said


def _object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
