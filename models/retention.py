"""What is forgotten, and when: bodies after their time, rejections beyond their bound."""

from sqlalchemy import Connection, text

import config
from models.job_leftovers import LEFTOVERS

MOST = 5_000


def forget(connection: Connection) -> int:
    """Delete or empty what has outlived its use, a bounded number of rows a run."""
    kept = sum(connection.execute(statement, _SETTINGS).rowcount for statement in _STATEMENTS)
    return kept + sum(connection.execute(each).rowcount for each in LEFTOVERS)


_SETTINGS = {
    "lead_days": config.LEAD_BODY_DAYS,
    "rejection_days": config.REJECTION_BODY_DAYS,
    "rejections": config.REJECTIONS_KEPT,
    "most": MOST,
}

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
        DELETE FROM rejections WHERE id IN (
          SELECT beyond.id FROM integrations CROSS JOIN LATERAL (
            SELECT id FROM rejections WHERE integration_id = integrations.id
            ORDER BY received_at DESC, id DESC OFFSET :rejections LIMIT :most) AS beyond
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
