"""Entries chained by hash: whoever changes, removes or moves one leaves a trace.

Each entry holds the hash of the one before it as `prev` (64 zeros in the first) and its own
`hash`: SHA-256 over the canonical JSON of the entry without `hash`. Canonical: keys sorted, no
spaces, no escapes but those that JSON demands, UTF-8. docs/consent.md tells it to others.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

BEGINNING = "0" * 64

Entry = dict[str, Any]


def link(entry: Entry, prev: str) -> Entry:
    """Return the entry with its place in the chain: after the one whose hash is *prev*."""
    placed = entry | {"prev": prev}
    return placed | {"hash": entry_hash(placed)}


def entry_hash(entry: Entry) -> str:
    """Return the hash of an entry, whatever its `hash` says."""
    bare = {name: value for name, value in entry.items() if name != "hash"}
    canonical = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def broken_at(entries: Sequence[Entry]) -> int | None:
    """Return the position of the first entry that does not fit, or None if all do."""
    prev = BEGINNING
    for position, entry in enumerate(entries):
        if entry.get("prev") != prev or entry.get("hash") != entry_hash(entry):
            return position
        prev = entry["hash"]
    return None
