"""The spool: what was taken while PostgreSQL was away, until PostgreSQL has it.

workers/gate.py puts it in; workers/drain.py reads it, stores it, and lets it go here.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workers import gate_scripts
from workers.gate import BYTES, SEEN, SPOOL
from workers.redis_run import client, reachable, run_script, text_of

BROKEN = "optin:spool:broken"


@dataclass(frozen=True)
class Entry:
    """One thing in the spool."""

    spool_id: str
    received_at: float  # seconds since 1970, by Redis' clock
    size: int
    fields: dict[str, Any]


def spooled(stream: str, most: int) -> list[Entry]:
    """Return the oldest entries of SPOOL or TOLD. Raises GateUnreachable."""
    with reachable():
        rows: Any = client().xrange(stream, count=most)
    return [_entry(text_of(name), fields[b"entry"]) for name, fields in rows]


def forget(stream: str, entries: Iterable[Entry]) -> None:
    """Remove what PostgreSQL has now. Raises GateUnreachable.

    Two drains may have stored the same entries: each is counted off once, by the one that
    removes it.
    """
    told: list[str | int] = []
    for entry in entries:
        told += [entry.spool_id, entry.size, entry.fields["lead_id"] if stream == SPOOL else ""]
    if told:
        run_script(gate_scripts.FORGET, [stream, BYTES, SEEN], told)


def put_aside(stream: str, entry: Entry) -> None:
    """Copy an entry that cannot be stored to where a person finds it."""
    with reachable():
        client().xadd(BROKEN, {"from": stream, "entry": json.dumps(entry.fields)})


def _entry(name: str, raw: bytes) -> Entry:
    return Entry(name, int(name.partition("-")[0]) / 1000, len(raw), json.loads(raw))
