"""What the checker needs of each row the API shows. Names stay out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Row = dict[str, Any]


def seconds(iso: str) -> float:
    """Read a time as the wall clock counts."""
    return datetime.fromisoformat(iso).timestamp()


def _lead(lead: Row) -> Row:
    kept = {name: lead[name] for name in ("id", "status", "phone", "duplicate_of", "via")}
    kept |= {"reason": lead["reason"], "received": seconds(lead["received_at"])}
    if lead["text"]:
        kept |= {"text": lead["text"]["status"], "attempts": lead["text"]["attempts"]}
    return kept


def _contact(contact: Row) -> Row:
    kept = {name: contact[name] for name in ("id", "phone", "suppressed")}
    return kept | {"groups": len(contact["groups"]), "queued": contact["in_opt_in_queue"]}


def _suppression(suppression: Row) -> Row:
    return {name: suppression[name] for name in ("id", "phone", "kind")}


def _job(job: Row) -> Row:
    kept = {name: job[name] for name in ("id", "kind", "status")}
    return kept | {"failures": len(job["failures"])}


ROWS: dict[str, Callable[[Row], Row]] = {
    "leads": _lead,
    "contacts": _contact,
    "queue": _contact,
    "suppressions": _suppression,
    "jobs": _job,
}
