"""The account's one integration: its settings, and the switch with all its verbs.

The switch stands before the answer, with no worker and no Redis needed (models/switching.py).
What follows from it, releasing held leads or dropping them, is the job's work.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from failpoints import failpoint
from models import switching
from models.accounts import Account
from models.integrations import Integration
from models.jobs import Job
from models.phone_numbers import PhoneNumber
from models.switching import Asked, NoApprovedNumber, NoIntegration
from senders.compliance import DEFAULT_TEMPLATE
from web.api.auth import Call
from web.api.integration_settings import (
    IntegrationChanged,
    IntegrationMade,
    check,
    said,
    with_region,
)
from web.api.integration_shapes import IntegrationShape, Switched, integration_shape
from web.api.job_shapes import job_shape
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.problems import Problem
from workers import gate
from workers.admin import run_job
from workers.gate_keeper import load_gate
from workers.ring import Job as Ring

PATH = "/integration"


@operation("GET", PATH, Spec("Show the integration", {200: IntegrationShape}, problems=(404,)))
def show_integration(call: Call) -> IntegrationShape:
    return integration_shape(call.session, _found(call))


@operation(
    "POST",
    PATH,
    Spec(
        "Make the integration",
        {201: IntegrationShape},
        body=IntegrationMade,
        problems=(409,),
        idempotent=True,
    ),
)
def make_integration(call: Call, body: IntegrationMade) -> Reply:
    Account.lock(call.session, call.account_id)
    settings = _complete(call, said(body))
    check(call.session, call.account_id, settings, None)
    made = Integration.make(call.session, call.account_id, settings)
    if made is None:
        raise Problem(409, "integration-exists")
    shape = integration_shape(call.session, made)
    return Reply(shape, 201, "/api/v1/integration", after_commit=load_gate)


@operation(
    "PATCH",
    PATH,
    Spec(
        "Change settings of the integration",
        {200: IntegrationShape},
        body=IntegrationChanged,
        problems=(404,),
    ),
)
def change_integration(call: Call, body: IntegrationChanged) -> IntegrationShape:
    Account.lock(call.session, call.account_id)
    integration = _found(call, lock=True)
    settings = said(body)
    check(call.session, call.account_id, settings, integration)
    integration.change(with_region(settings, integration.allowed_countries))
    call.session.flush()
    return integration_shape(call.session, integration)


def _verb(summary: str, *problems: int) -> Spec:
    return Spec(
        summary, {200: Switched, 202: Switched}, problems=(404, *problems), idempotent=True
    )


@operation("POST", PATH + "/activate", _verb("Turn the integration on", 409))
def activate(call: Call) -> Reply:
    return _switch(call, switching.activate)


@operation("POST", PATH + "/deactivate", _verb("Turn the integration off"))
def deactivate(call: Call) -> Reply:
    return _switch(call, switching.deactivate)


@operation("POST", PATH + "/regenerate-url", _verb("Replace the endpoint URL"))
def regenerate_url(call: Call) -> Reply:
    return _switch(call, switching.regenerate_url)


@operation(
    "DELETE",
    PATH,
    Spec(
        "Delete the integration for good",
        {200: Switched, 202: Switched},
        problems=(404,),
    ),
)
def delete_integration(call: Call) -> Reply:
    with _refusals():
        job = switching.delete(call.session, _asked(call))
    return _closed(call, Switched(None, job_shape(job)), job)


def _switch(call: Call, verb: Callable[[Session, Asked], tuple[Integration, Job]]) -> Reply:
    with _refusals():
        integration, job = verb(call.session, _asked(call))
    call.session.flush()
    shape = integration_shape(call.session, integration)
    if verb is switching.activate:  # the gate follows: what it does not know yet it refuses
        rings = _what_follows(job)
        return Reply(Switched(shape, job_shape(job)), rings=rings, after_commit=load_gate)
    another = verb is switching.regenerate_url
    return _closed(call, Switched(shape, job_shape(job)), job, opens_another=another)


def _closed(call: Call, switched: Switched, job: Job, *, opens_another: bool = False) -> Reply:
    """Answer once the gate of Path F is closed as well; 202 while Redis cannot be told."""
    integration_id = UUID(job.params["integration_id"])
    urls = switching.closed_urls(call.session, integration_id)

    def close_gate() -> Reply | None:
        failpoint("revoke_after_commit_before_gate")
        left = _left_open(urls)
        failpoint("revoke_after_gate_before_answer")
        if not left:
            if opens_another:
                load_gate()
            return None
        for url in left:
            gate.refuse_here(*url)
        switching.note_closing(integration_id)
        if switched.integration is not None:
            switched.integration.closing = True
        return Reply(switched, 202)

    rings = _what_follows(job)
    return Reply(switched, rings=rings, after_commit=close_gate, is_provisional=True)


def _left_open(urls: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Close the gate for URLs; return those that are left once Redis cannot be told."""
    for done, url in enumerate(urls):
        if not gate.close(*url):
            return urls[done:]
    return []


def _what_follows(job: Job) -> list[Ring]:
    return [run_job.message(str(job.id))] if job.is_open else []


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except NoIntegration as error:
        raise Problem(404, "not-found") from error
    except NoApprovedNumber as error:
        raise Problem(409, "no-approved-number") from error


def _asked(call: Call) -> Asked:
    return Asked(call.account_id, call.by, call.request_id)


def _found(call: Call, *, lock: bool = False) -> Integration:
    integration = Integration.of_account(call.session, call.account_id, lock=lock)
    if integration is None:
        raise Problem(404, "not-found")
    return integration


def _complete(call: Call, settings: dict[str, Any]) -> dict[str, Any]:
    """Fill in what a new integration has where nothing is said."""
    account = call.session.get_one(Account, call.account_id)
    region = settings["default_region"] or account.default_region
    number = PhoneNumber.oldest_approved(call.session, call.account_id)
    return settings | {
        "compliance_message": settings["compliance_message"] or DEFAULT_TEMPLATE,
        "default_region": region,
        "allowed_countries": settings["allowed_countries"] or [region],
        "phone_number_id": settings["phone_number_id"] or (number.id if number else None),
    }
