"""The switch of an integration: opening it, closing it, a new URL, deletion.

Each verb works in the caller's transaction, in either state, and may be repeated. Whatever
closes a URL takes that URL's advisory lock exclusively before it changes anything. The accept
call takes the same lock shared before it reads (migration 0003), so what it accepted is
committed when the lock is ours, and what comes later sees the URL closed: once the caller
has committed, nothing more is accepted there.

Locks are taken in one order everywhere: the account, its integration, the URL.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text, true
from sqlalchemy.orm import Session

from failpoints import failpoint
from models.accounts import Account
from models.db import transaction
from models.integrations import EndpointToken, Integration, IntegrationStatus
from models.jobs import Job, JobStatus
from models.phone_numbers import PhoneNumber
from models.timeline import Actor


class NoIntegration(Exception):
    """The account has none: make one first."""


class NoApprovedNumber(Exception):
    """No number of the account may carry texts: have one approved first."""


@dataclass(frozen=True)
class Asked:
    """Who asks for the switch, and where."""

    account_id: UUID
    by: Actor
    request_id: str | None


def activate(session: Session, asked: Asked) -> tuple[Integration, Job]:
    """Open the URL. The job releases the leads that were held meanwhile.

    Raises NoIntegration, NoApprovedNumber.
    """
    integration = _locked(session, asked)
    integration.phone_number_id = _number_to_text_from(session, integration)
    integration.status = IntegrationStatus.ACTIVE
    integration.revision += 1
    return integration, _job(session, asked, integration, "activate")


def deactivate(session: Session, asked: Asked) -> tuple[Integration, Job]:
    """Close the URL until it is opened again; leads not yet texted are held."""
    integration = _locked(session, asked)
    _lock_url(session, integration)
    integration.status = IntegrationStatus.PAUSED
    integration.revision += 1
    return integration, _done(session, _job(session, asked, integration, "deactivate"))


def regenerate_url(session: Session, asked: Asked) -> tuple[Integration, Job]:
    """Close the URL for good and make another one. The state stays what it is."""
    integration = _locked(session, asked)
    _retire(session, _lock_url(session, integration))
    session.add(EndpointToken.make(integration.id))
    integration.revision += 1
    return integration, _done(session, _job(session, asked, integration, "regenerate_url"))


def delete(session: Session, asked: Asked) -> Job:
    """Close the URL for good; the job drops the held leads. Contacts stay where they are.

    Repeated, it returns the first one's job. Raises NoIntegration when there never was one.
    """
    try:
        integration = _locked(session, asked)
    except NoIntegration:
        if (known := _last_deletion(session, asked.account_id)) is None:
            raise
        return known
    _retire(session, _lock_url(session, integration))
    integration.deleted_at = session.scalars(select(func.now())).one()
    integration.revision += 1
    return _job(session, asked, integration, "delete_integration")


def closed_urls(session: Session, integration_id: UUID) -> list[tuple[str, int]]:
    """Return the URLs of an integration that are closed now, as the gate of Path F knows them.

    Each is the hash of its token, and the revision at which it is closed. What was replaced
    long ago is left out, unless Redis could not be told of a closing.
    """
    integration = session.get_one(Integration, integration_id)
    is_paused = integration.status == IntegrationStatus.PAUSED
    is_closed = is_paused or integration.deleted_at is not None
    lately = EndpointToken.retired_at.is_(None) | (
        EndpointToken.retired_at > func.now() - timedelta(hours=1)
    )
    of_it = EndpointToken.integration_id == integration_id
    tokens = session.scalars(
        select(EndpointToken).where(of_it, true() if integration.closing else lately)
    )
    return [
        (token.token_hash.hex(), integration.revision)
        for token in tokens
        if is_closed or token.retired_at is not None
    ]


def note_closing(integration_id: UUID) -> None:
    """Record that Redis could not be told; the sweep that loads the gate ends this."""
    with transaction() as session:
        session.get_one(Integration, integration_id).closing = True


def _locked(session: Session, asked: Asked) -> Integration:
    Account.lock(session, asked.account_id)
    integration = Integration.of_account(session, asked.account_id, lock=True)
    if integration is None:
        raise NoIntegration
    return integration


def _lock_url(session: Session, integration: Integration) -> EndpointToken:
    """Wait until no accept call of the current URL is under way, and keep others out.

    A statement of its own: one that also changed something would have read before it waited.
    """
    token = EndpointToken.current(session, integration.id)
    session.execute(text("SET LOCAL lock_timeout = '2s'"))  # new leads queue up behind us
    session.execute(select(func.pg_advisory_xact_lock(token.lock_number)))
    failpoint("revoke_locked_before_update")
    return token


def _retire(session: Session, token: EndpointToken) -> None:
    token.retired_at = session.scalars(select(func.now())).one()
    session.flush()  # before another one becomes the current one


def _number_to_text_from(session: Session, integration: Integration) -> UUID:
    """Keep the integration's number where it is approved, else take the oldest that is."""
    number = PhoneNumber.approved(
        session, integration.account_id, integration.phone_number_id
    ) or PhoneNumber.oldest_approved(session, integration.account_id)
    if number is None:
        raise NoApprovedNumber
    return number.id


def _job(session: Session, asked: Asked, integration: Integration, kind: str) -> Job:
    job = Job(
        account_id=asked.account_id,
        kind=kind,
        params={"integration_id": str(integration.id)},
        by_id=asked.by.id,
        by_name=asked.by.name,
        request_id=asked.request_id,
    )
    session.add(job)
    session.flush()
    return job


def _done(session: Session, job: Job) -> Job:
    """Record that the request itself did all there was to do."""
    job.total = job.done = 1
    job.started_at = job.created_at
    job.end(session, JobStatus.DONE)
    return job


def _last_deletion(session: Session, account_id: UUID) -> Job | None:
    query = select(Job).where(Job.account_id == account_id, Job.kind == "delete_integration")
    return session.scalar(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(1))
