"""Loads the gate of Path F with what PostgreSQL says, every few seconds and for each new run.

And ends the state "closing": a URL that was closed while Redis could not be told.
"""

import logging

from sqlalchemy import Connection, text

from workers.gate import OpenOrClosed, begin_refresh, refresh
from workers.redis_run import GateUnreachable

logger = logging.getLogger(__name__)


def refresh_gate(connection: Connection) -> int:
    """Write every URL's state into the gate; return how many there are.

    The epoch is taken before PostgreSQL is asked: should Redis be emptied in between, what was
    asked is void, and the next run begins anew.
    """
    try:
        begun = begin_refresh()
        rows = connection.execute(_URLS).all()
        urls = [OpenOrClosed(r.token_hash, r.revision, r.is_open, r.settings) for r in rows]
        if not refresh(begun, urls):
            return 0
    except GateUnreachable as error:
        logger.info("the gate cannot be loaded: %s", error)
        return 0
    closing = {row.integration_id for row in rows if row.closing}
    if closing:
        connection.execute(_CLOSED, {"ids": list(closing)})
    return len(urls)


_URLS = text("""
    SELECT encode(t.token_hash, 'hex') AS token_hash, i.id AS integration_id, i.revision,
      i.closing,
      t.retired_at IS NULL AND i.deleted_at IS NULL AND i.status = 'active' AS is_open,
      jsonb_build_object(
        'integration_id', i.id, 'version', i.parse_version,
        'default_region', i.default_region, 'allowed_countries', i.allowed_countries,
        'mapping', i.field_mapping, 'consent_required', i.consent_required) AS settings
    FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
    WHERE i.deleted_at IS NULL OR i.deleted_at > now() - interval '30 days'
""")

_CLOSED = text("UPDATE integrations SET closing = false WHERE closing AND id = ANY(:ids)")
