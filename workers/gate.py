"""Path F: how leads are accepted while PostgreSQL is away.

Redis holds a gate (which endpoint URLs are open, by the hash of their token) and a spool (what
was accepted, to be drained into PostgreSQL). One script decides and stores in one step. The
gate counts only for the run of Redis it was loaded under, and only where Redis keeps every
write: a restarted, restored or emptied Redis is closed until PostgreSQL has been asked.

Entries of the gate are `revision:open` or `revision:closed`. The higher revision stays, so a
refresher that is late cannot open what was closed meanwhile; and a refresher's write is void
when Redis was emptied since it began (the epoch).
"""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import config
from failpoints import failpoint
from workers import gate_scripts
from workers.redis_run import (
    SECONDS,
    GateUnreachable,
    client,
    durable_run,
    reachable,
    run_id,
    run_script,
    text_of,
    unless_it_hung,
)

GATE = "optin:gate"
SETTINGS = "optin:gate:settings"
EPOCH = "optin:gate:epoch"
LOADED = "optin:gate:loaded"
SPOOL = "optin:spool"
TOLD = "optin:spool:twilio"
SEEN = "optin:spool:seen"
BYTES = "optin:spool:bytes"
MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class OpenOrClosed:
    """What PostgreSQL says of one endpoint URL."""

    token_hash: str
    revision: int
    is_open: bool
    settings: dict[str, Any]


def accept(token_hash: str, lead_id: str, fields: dict[str, Any]) -> str:
    """Store a lead in the spool: accepted, duplicate, closed or full.

    Raises GateUnreachable; the lead may have been stored all the same, and if it is sent again
    it is recognized by its id.
    """
    entry = json.dumps(fields | {"lead_id": lead_id})
    bounds = config.SPOOL_MAX, MOST_BYTES
    with unless_it_hung():
        run = durable_run()
        if run is None or token_hash in _refused_here:
            return "closed"
        failpoint("spool_before_gate")
        keys, arguments = [GATE, LOADED, SPOOL, SEEN, BYTES], [token_hash, run, lead_id, entry]
        outcome = run_script(gate_scripts.ACCEPT, keys, [*arguments, *bounds])
    failpoint("spool_after_store_before_answer")
    return str(outcome)


def settings_of(token_hash: str) -> dict[str, Any] | None:
    """Return what to parse by, for a process that has not seen this URL yet."""
    with unless_it_hung(), reachable():
        raw = client().hget(SETTINGS, token_hash)
    return json.loads(raw) if raw else None


def keep_told(fields: dict[str, Any]) -> bool:
    """Store something Twilio told us. False if nothing durable is to be had here.

    Raises GateUnreachable.
    """
    with unless_it_hung():
        run = durable_run()
        if run is None:
            return False
        arguments: list[str | int] = [run, json.dumps(fields), config.SPOOL_MAX, MOST_BYTES]
        return run_script(gate_scripts.KEEP, [TOLD, BYTES], arguments) == "kept"


def close(token_hash: str, revision: int) -> bool:
    """Close a URL's gate at this revision. False if Redis could not be told."""
    try:
        run_script(gate_scripts.CLOSE, [GATE], [token_hash, revision])
    except GateUnreachable:
        return False
    return True


def refuse_here(token_hash: str, revision: int) -> None:
    """Have this process refuse Path F for a URL, and go on trying to close its gate."""
    _refused_here.add(token_hash)
    threading.Thread(
        target=_close_in_the_end, args=(token_hash, revision), name="gate-closer", daemon=True
    ).start()


def begin_refresh() -> tuple[str, str]:
    """Return the epoch and the run under which a refresh may write. Ask PostgreSQL after it.

    Raises GateUnreachable.
    """
    with reachable():
        client().set(EPOCH, uuid4().hex, nx=True)
        epoch = text_of(client().get(EPOCH))
    return epoch, run_id()


def refresh(begun: tuple[str, str], urls: Sequence[OpenOrClosed]) -> bool:
    """Load the gate with what PostgreSQL said since *begun*. False if it was emptied since."""
    arguments: list[str | int] = [*begun]
    for url in urls:
        state = f"{url.revision}:{'open' if url.is_open else 'closed'}"
        arguments += [url.token_hash, state, json.dumps(url.settings)]
    return run_script(gate_scripts.REFRESH, [EPOCH, GATE, SETTINGS, LOADED], arguments) == 1


def is_open() -> bool:
    """Say whether Path F could take leads now: durable, and loaded under this run."""
    try:
        run = durable_run()
        with reachable():
            loaded = text_of(client().get(LOADED))
    except GateUnreachable:
        return False
    return run is not None and loaded == run


def has_news_of_twilio() -> bool:
    """Say whether Twilio told us something that PostgreSQL does not know yet.

    A stop may be among it. An unreachable Redis has nothing to tell.
    """
    try:
        with reachable():
            return bool(client().xlen(TOLD))
    except GateUnreachable:
        return False


def _close_in_the_end(token_hash: str, revision: int) -> None:
    while not close(token_hash, revision):
        time.sleep(SECONDS)
    _refused_here.discard(token_hash)


_refused_here: set[str] = set()
