"""The spool: what was taken while PostgreSQL was away, until PostgreSQL has it.

workers/gate.py puts it in; workers/drain.py reads it, stores it, and lets it go here.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workers.gate import BYTES, SEEN, SPOOL
from workers.redis_run import client, reachable, text_of

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
    """Remove what PostgreSQL has now. Raises GateUnreachable."""
    with reachable():
        pipeline = client().pipeline(transaction=True)
        for entry in entries:
            pipeline.xdel(stream, entry.spool_id)
            pipeline.decrby(BYTES, entry.size)
            if stream == SPOOL:
                pipeline.hdel(SEEN, entry.fields["lead_id"])
        pipeline.execute()


def put_aside(stream: str, entry: Entry) -> None:
    """Copy an entry that cannot be stored to where a person finds it."""
    with reachable():
        client().xadd(BROKEN, {"from": stream, "entry": json.dumps(entry.fields)})


def _entry(name: str, raw: bytes) -> Entry:
    return Entry(name, int(name.partition("-")[0]) / 1000, len(raw), json.loads(raw))
