"""Replaying rejections: the same bytes, read and accepted as POST /hooks would do it now.

On the integration's current URL, by its current settings, by the same accept call. It keeps no
second rejection, and a rejection becomes a lead at most once: whoever repeats it after a crash
meets its idempotency key, and so does the sender that repeats its request under the same key.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from models.accept import Endpoint, Incoming, Known, Refused, UrlBusy, Verdict, accept_lead
from models.integrations import EndpointToken, Integration, IntegrationStatus
from models.rejections import Rejection
from senders import ParsedLead

_UNAUTHORIZED = 401

Reader = Callable[[Incoming, Known], ParsedLead | Refused]


class UrlClosed(Exception):
    """The integration takes nothing now. `state` is retired, paused or unknown."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Url(NamedTuple):
    """Where an integration takes leads now, and what to read them by."""

    endpoint: Endpoint
    known: Known


@dataclass(frozen=True)
class Matching:
    """Which rejections of an account are meant. None: does not matter."""

    account_id: UUID
    code: str | None = None
    url: str | None = None  # live or retired

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        yield Rejection.account_id == self.account_id
        if self.code is not None:
            yield Rejection.code == self.code
        if self.url is not None:
            yield Rejection.url == self.url

    def replayable(self) -> Select[Rejection]:
        """Those whose body is kept and that were not replayed yet.

        Whoever sent a request without the right signature may be anybody: such a one is for an
        operator to look at and replay by itself.
        """
        return select(Rejection).where(
            *self.conditions(),
            Rejection.replayed_as.is_(None),
            Rejection.body.is_not(None),
            Rejection.status != _UNAUTHORIZED,
        )


def replay(
    session: Session, rejection: Rejection, request_id: str, read: Reader
) -> tuple[Verdict, ParsedLead | Refused]:
    """Replay a rejection, which the caller has locked, and mark it if it became a lead.

    Raises UrlClosed; AcceptError of models/accept.py when it was not stored.
    """
    body = rejection.body or b""
    incoming = Incoming(body, rejection.content_type, request_id, rejection.header_key)
    verdict, lead = _accept(_current_url(session, rejection), incoming, read)
    if verdict.outcome not in {"accepted", "duplicate", "kept"}:
        raise UrlClosed(verdict.outcome)  # closed by somebody who did not wait for our lock
    if verdict.outcome != "kept":
        rejection.replayed_as = verdict.id
        rejection.replayed_at = session.scalar(select(func.now()))
    return verdict, lead


def _current_url(session: Session, rejection: Rejection) -> Url:
    """Look up the URL, and keep it as it is until this is over. Raises UrlClosed."""
    query = select(EndpointToken).where(
        EndpointToken.integration_id == rejection.integration_id,
        EndpointToken.retired_at.is_(None),
    )
    token = session.scalar(query)
    if token is None:
        raise UrlClosed("retired")
    endpoint = Endpoint(token.token_hash, token.lock_number)
    # Shared, as an accept call takes it: whoever pauses or regenerates waits. So no accept
    # call finds the URL closed and keeps a second rejection.
    session.execute(select(func.pg_advisory_xact_lock_shared(endpoint.token_lock)))
    session.refresh(token)
    integration = session.get_one(Integration, token.integration_id)
    session.refresh(integration)
    if token.retired_at is not None or integration.deleted_at is not None:
        raise UrlClosed("retired")
    if integration.status is IntegrationStatus.PAUSED:
        raise UrlClosed("paused")
    row = {"integration_id": str(integration.id), "version": integration.parse_version}
    return Url(endpoint, Known.read(row | integration.parse_settings()))


def _accept(url: Url, incoming: Incoming, read: Reader) -> tuple[Verdict, ParsedLead | Refused]:
    """Read and store it as web/hooks.py does, but keep no rejection."""
    known = url.known
    for _ in range(3):
        found = read(incoming, known)
        if isinstance(found, Refused):
            return Verdict("kept", None, None), found
        verdict = accept_lead(url.endpoint, known, found, incoming)
        if verdict.known is None:
            return verdict, found
        known = verdict.known
    raise UrlBusy("the settings of this integration keep changing")
