"""Loads the gate of Path F with what PostgreSQL says, every few seconds and for each new run.

And ends the state "closing": a URL that was closed while Redis could not be told.
"""

import logging
from datetime import timedelta

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from failpoints import failpoint
from models import EndpointToken, Integration, IntegrationStatus, autocommit
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
        with Session(connection) as session:
            rows = session.execute(_URLS).all()
        failpoint("gate_asked_before_write")
        if not refresh(begun, [_state(token, integration) for token, integration in rows]):
            return 0
    except GateUnreachable as error:
        logger.info("the gate cannot be loaded: %s", error)
        return 0
    closing = {integration.id for _, integration in rows if integration.closing}
    if closing:
        connection.execute(_CLOSED, {"ids": list(closing)})
    return len(rows)


def load_gate() -> None:
    """Load the gate at once, where a URL was opened; if that cannot be, the sweep does it."""
    try:
        with autocommit() as connection:
            refresh_gate(connection)
    except SQLAlchemyError as error:
        logger.info("the gate cannot be loaded: %s", type(error).__name__)


def _state(token: EndpointToken, integration: Integration) -> OpenOrClosed:
    is_live = token.retired_at is None and integration.deleted_at is None
    names = {"integration_id": str(integration.id), "version": integration.parse_version}
    return OpenOrClosed(
        token_hash=token.token_hash.hex(),
        revision=integration.revision,
        is_open=is_live and integration.status == IntegrationStatus.ACTIVE,
        settings=names | integration.parse_settings(),
    )


#: Those of deleted integrations too, for a while: the gate may still take them for open.
_URLS = (
    select(EndpointToken, Integration)
    .join(Integration, Integration.id == EndpointToken.integration_id)
    .where(
        Integration.deleted_at.is_(None)
        | (Integration.deleted_at > func.now() - timedelta(days=30))
    )
)

_CLOSED = text("UPDATE integrations SET closing = false WHERE closing AND id = ANY(:ids)")
