"""What is forgotten, and when: bodies after their time, rejections beyond their bound."""

from sqlalchemy import Connection, text

import config

MOST = 5_000


def forget(connection: Connection) -> int:
    """Delete or empty what has outlived its use, a bounded number of rows a run."""
    return sum(connection.execute(statement, _SETTINGS).rowcount for statement in _STATEMENTS)


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
        DELETE FROM rejections USING (
          SELECT integration_id, (
            SELECT received_at FROM rejections newer
            WHERE newer.integration_id = integrations.integration_id
            ORDER BY received_at DESC OFFSET :rejections LIMIT 1) AS oldest_kept
          FROM (SELECT id AS integration_id FROM integrations) AS integrations
        ) AS bound
        WHERE rejections.integration_id = bound.integration_id
          AND rejections.received_at <= bound.oldest_kept
    """),
    text("DELETE FROM answers WHERE created_at < now() - interval '24 hours'"),
    text("DELETE FROM lookups WHERE looked_up_at < now() - interval '90 days'"),
)
