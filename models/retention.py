"""What is forgotten, and when: bodies after their time, rejections beyond their bound.

It goes in chunks, each a transaction of its own, until nothing is left or the time of the run
is up: what is left then is taken by the next. Anybody who knows a URL, even an old one, can
have rejections stored; so those are looked after every few seconds.
"""

import time
from datetime import timedelta

from sqlalchemy import Connection, TextClause, text

import config
from models.job_leftovers import LEFTOVERS

#: Rows of a chunk, and how long a run may begin another one of the same kind.
MOST = 5_000
SECONDS = 1.0
#: An integration with a rejection younger than this is being sent some.
LATELY = timedelta(seconds=30)
EVER = timedelta(days=36_500)


def forget(connection: Connection) -> int:
    """Delete or empty what has outlived its use; return how many rows."""
    kept = _in_chunks(connection, _TRIM, lately=EVER)
    kept += sum(_in_chunks(connection, statement) for statement in _STATEMENTS)
    return kept + sum(connection.execute(each).rowcount for each in LEFTOVERS)


def trim_rejections(connection: Connection) -> int:
    """Delete the oldest rejections where there are too many; return how many.

    Only of integrations that are being sent some: counting is dear, and `forget` sees to all.
    """
    return _in_chunks(connection, _TRIM, lately=LATELY)


def _in_chunks(connection: Connection, statement: TextClause, **given: timedelta) -> int:
    until = time.monotonic() + SECONDS
    done = chunk = connection.execute(statement, _SETTINGS | given).rowcount
    while chunk >= _SETTINGS["most"] and time.monotonic() < until:
        chunk = connection.execute(statement, _SETTINGS | given).rowcount
        done += chunk
    return done


_SETTINGS = {
    "lead_days": config.LEAD_BODY_DAYS,
    "rejection_days": config.REJECTION_BODY_DAYS,
    "rejections": config.REJECTIONS_KEPT,
    "most": MOST,
}

# An array, so that the rows are found by their ids, however the table has grown.
_TRIM = text("""
    DELETE FROM rejections WHERE id = ANY(ARRAY(
      SELECT beyond.id FROM integrations CROSS JOIN LATERAL (
        SELECT id FROM rejections WHERE integration_id = integrations.id
        ORDER BY received_at DESC, id DESC OFFSET :rejections LIMIT :most) AS beyond
      WHERE EXISTS (
        SELECT 1 FROM rejections WHERE integration_id = integrations.id
          AND received_at > now() - CAST(:lately AS interval))
      LIMIT :most))
""")

_STATEMENTS = (
    text("""
        UPDATE leads SET body = NULL WHERE id IN (
          SELECT id FROM leads
          WHERE body IS NOT NULL AND received_at < now() - make_interval(days => :lead_days)
          LIMIT :most)
    """),
    text("""
        UPDATE lead_conflicts SET body = NULL WHERE id IN (
          SELECT id FROM lead_conflicts
          WHERE body IS NOT NULL AND received_at < now() - make_interval(days => :lead_days)
          LIMIT :most)
    """),
    text("""
        UPDATE rejections SET body = NULL WHERE id IN (
          SELECT id FROM rejections WHERE body IS NOT NULL
            AND received_at < now() - make_interval(days => :rejection_days)
          LIMIT :most)
    """),
    text("""
        DELETE FROM answers WHERE (account_id, key) IN (
          SELECT account_id, key FROM answers
          WHERE created_at < now() - interval '24 hours' LIMIT :most)
    """),
    text("""
        DELETE FROM lookups WHERE phone IN (
          SELECT phone FROM lookups
          WHERE looked_up_at < now() - interval '90 days' LIMIT :most)
    """),
    text("""
        DELETE FROM listed_texts WHERE sid IN (
          SELECT sid FROM listed_texts WHERE created_at < now() - interval '30 days'
          LIMIT :most)
    """),
    text("""
        DELETE FROM alarms WHERE id IN (
          SELECT id FROM alarms WHERE closed_at < now() - interval '1 year' LIMIT :most)
    """),
)
