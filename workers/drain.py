"""Drain: what Redis took while PostgreSQL was away goes into PostgreSQL, once.

First what Twilio told us, since a stop may be among it; then the leads, in the order and with
the times of their acceptance. Everything stored here is recognized when it comes again, so
an entry is let go only after its commit.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.exc import DataError

from failpoints import failpoint
from models.accept import AcceptError, drain_lead, known_now
from models.budget import Unstorable
from models.incoming import Submission
from senders import NotALead, parse
from workers.gate import SPOOL, TOLD
from workers.leads import process_lead
from workers.redis_run import GateUnreachable
from workers.ring import Job, ring
from workers.spool import Entry, forget, put_aside, spooled
from workers.told import store_told

logger = logging.getLogger(__name__)

BATCH = 200
#: A job ends after so many batches, to let other sweeps have the thread.
BATCHES = 5


def drain() -> int:
    """Store what waits in the spool; return how many entries it was."""
    try:
        return _drain(TOLD, store_told) + _drain(SPOOL, _store_lead)
    except GateUnreachable as error:
        logger.info("the spool cannot be read: %s", error)
    except AcceptError as error:
        logger.info("the spool waits: %s", error)
    return 0


def _drain(stream: str, store: Callable[[Entry], list[Job]]) -> int:
    count = 0
    for _ in range(BATCHES):
        entries = spooled(stream, BATCH)
        _drain_batch(stream, entries, store)
        count += len(entries)
        if len(entries) < BATCH:
            break
    return count


def _drain_batch(
    stream: str, entries: Sequence[Entry], store: Callable[[Entry], list[Job]]
) -> None:
    """Store them in order. Those before one that has to wait are done with, and let go."""
    done: list[Entry] = []
    jobs: list[Job] = []
    try:
        for entry in entries:
            failpoint("drain_before_insert")
            jobs += _store_or_put_aside(stream, entry, store)
            done.append(entry)
            failpoint("drain_after_insert")
    finally:
        failpoint("drain_before_ack")
        forget(stream, done)
        failpoint("drain_after_ack_before_ring")
        ring(jobs)


def _store_or_put_aside(
    stream: str, entry: Entry, store: Callable[[Entry], list[Job]]
) -> list[Job]:
    """Store one entry. One that never can be must not keep the others waiting for ever."""
    try:
        return store(entry)
    except (KeyError, TypeError, ValueError, Unstorable, DataError):
        logger.exception("entry %s of the spool cannot be stored: put aside", entry.spool_id)
        put_aside(stream, entry)
        return []


def _store_lead(entry: Entry) -> list[Job]:
    token_hash = bytes.fromhex(entry.fields["token_hash"])
    submission = _as_read_today(token_hash, Submission.from_json(entry.fields["submission"]))
    received_at = datetime.fromtimestamp(entry.received_at, UTC)
    outcome, lead_id = drain_lead(token_hash, received_at, submission)
    if outcome == "unknown":
        raise ValueError("neither its endpoint URL nor its integration is in the database")
    if outcome != "accepted" or submission.is_settled:
        return []
    return [process_lead.message(str(_known(lead_id)))]


def _as_read_today(token_hash: bytes, submission: Submission) -> Submission:
    """Read the body again where the settings have changed since. It stays accepted anyway."""
    known = known_now(token_hash)
    if known is None or known.version == submission.version:
        return submission
    incoming = submission.incoming
    try:
        lead = parse(incoming.body, incoming.content_type, known.settings)
    except NotALead:
        return replace(submission, unread=True)
    return replace(submission, lead=lead)


def _known(lead_id: UUID | None) -> UUID:
    if lead_id is None:
        raise ValueError("accepted without an id")
    return lead_id
