"""A text as the ledger holds it, and every statement that reads or writes one.

Each statement takes the connection first and runs as a job of ledger.py.
"""

import random
import sqlite3
from dataclasses import astuple, dataclass, fields

from simulator.fates import Fate

SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sid TEXT NOT NULL UNIQUE,
    direction TEXT NOT NULL,
    via TEXT NOT NULL,
    sender TEXT,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    service_sid TEXT,
    status TEXT NOT NULL,
    error_code INTEGER,
    status_callback TEXT,
    owed TEXT NOT NULL,
    signed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    sent_at TEXT,
    accepted_at TEXT
);
CREATE INDEX IF NOT EXISTS texts_recipient ON texts (recipient);
CREATE INDEX IF NOT EXISTS texts_sender ON texts (sender);
CREATE INDEX IF NOT EXISTS texts_unstamped ON texts (id) WHERE accepted_at IS NULL;
CREATE TABLE IF NOT EXISTS numbers (
    sid TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    friendly_name TEXT NOT NULL,
    sms_url TEXT,
    sms_method TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
"""

INBOUND = "inbound"
OUTBOUND_API = "outbound-api"
OUTBOUND_REPLY = "outbound-reply"
POOL_NUMBER = "+12025550199"  # what a Messaging Service texts from while we own no number


@dataclass(slots=True)
class Text:
    sid: str
    direction: str
    via: str  # "api": created by a call; "twiml": answered to an inbound text; "phone": inbound
    sender: str | None  # unknown until sent, when a Messaging Service picks it
    recipient: str
    body: str
    service_sid: str | None
    status: str
    error_code: int | None
    status_callback: str | None
    owed: str  # the statuses still to be called back, in the order of the calls
    signed: bool
    created_at: str
    updated_at: str
    sent_at: str | None = None
    accepted_at: str | None = None


COLUMNS = ", ".join(field.name for field in fields(Text))
MARKS = ", ".join("?" for _ in fields(Text))

# Statements are made of column names and question marks only; every value is bound.
_INSERT = f"INSERT INTO texts ({COLUMNS}) VALUES ({MARKS})"  # noqa: S608
_SELECT = f"SELECT {COLUMNS} FROM texts"  # noqa: S608


_ids = random.Random()  # noqa: S311  (unique, not secret; the system's source is slow)


def new_sid(prefix: str) -> str:
    return f"{prefix}{_ids.getrandbits(128):032x}"


def accept(connection: sqlite3.Connection, text: Text) -> None:
    connection.execute(_INSERT, astuple(text))


def reach(connection: sqlite3.Connection, text: Text, fate: Fate, at: str) -> None:
    """Write the status just reached; now a Messaging Service picks its sender as well."""
    if text.sender is None:
        row = connection.execute("SELECT min(number) FROM numbers").fetchone()
        text.sender = row[0] or POOL_NUMBER
    code = fate.error_code if text.status == fate.statuses[-1] else None
    text.error_code, text.updated_at, text.sent_at = code, at, text.sent_at or at
    connection.execute(
        "UPDATE texts SET status = ?, error_code = ?, sender = ?, updated_at = ?, sent_at = ?"
        " WHERE sid = ?",
        (text.status, code, text.sender, at, text.sent_at, text.sid),
    )


def note_owed(connection: sqlite3.Connection, text: Text) -> None:
    connection.execute("UPDATE texts SET owed = ? WHERE sid = ?", (text.owed, text.sid))


def find(connection: sqlite3.Connection, sid: str) -> Text | None:
    row = connection.execute(f"{_SELECT} WHERE sid = ?", (sid,)).fetchone()
    return Text(*row) if row else None


def unfinished(connection: sqlite3.Connection) -> list[Text]:
    """Find the texts that a dead simulator left on their way, or owed a callback for."""
    rows = connection.execute(
        f"{_SELECT} WHERE direction <> ? AND (owed <> '' OR status IN (?, ?, ?)) ORDER BY id",
        (INBOUND, "accepted", "queued", "sent"),
    )
    return [Text(*row) for row in rows]


def listed(
    connection: sqlite3.Connection, conditions: list[tuple[str, str | int]], limit: int
) -> list[tuple[int, Text]]:
    """Give the newest texts that meet every condition, each with its place in the ledger."""
    where = " AND ".join(condition for condition, _ in conditions) or "TRUE"
    values = [value for _, value in conditions]
    rows = connection.execute(
        f"SELECT id, {COLUMNS} FROM texts WHERE {where} ORDER BY id DESC LIMIT ?",  # noqa: S608
        [*values, limit],
    )
    return [(row[0], Text(*row[1:])) for row in rows]


def ledger_json(connection: sqlite3.Connection, to: str | None) -> str:
    """Write every text that was accepted to be sent, oldest first, as one JSON list.

    SQLite writes the JSON: a checker may ask for tens of thousands under load.
    """
    row = connection.execute(
        "SELECT json_group_array(json_object('sid', sid, 'to', recipient, 'from', sender,"
        " 'body', body, 'accepted_at', accepted_at, 'status', status, 'error_code', error_code,"
        " 'status_callback', status_callback, 'via', via))"
        " FROM (SELECT * FROM texts WHERE direction <> ?1 AND (?2 IS NULL OR recipient = ?2)"
        " ORDER BY id)",
        (INBOUND, to),
    ).fetchone()
    return str(row[0])


def forget_everything(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM texts")
    connection.execute("DELETE FROM numbers")
