"""People, leads and an integration in the database, made as the service makes them."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from flask import request, request_finished

_numbers = count()


@pytest.fixture(autouse=True)
def _described_answers_alone(app):
    """Whatever a test is answered, its status is one that the description has there."""
    from web.api.openapi import document  # noqa: PLC0415

    paths, others = document()["paths"], set()

    def look(_, response):
        rule = request.url_rule
        if rule is None or not rule.endpoint.startswith("api."):
            return
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        told = paths[path].get(request.method.lower())
        if told is not None and str(response.status_code) not in told["responses"]:
            others.add((request.method, path, response.status_code))

    with request_finished.connected_to(look, app):
        yield
    assert not others


@pytest.fixture
def make_integration(app):
    """Make an active integration with its URL and its approved number."""
    from models import (  # noqa: PLC0415
        EndpointToken,
        Integration,
        IntegrationStatus,
        PhoneNumber,
        PhoneNumberStatus,
        transaction,
    )

    def make(account_id, **columns):
        with transaction() as session:
            number = PhoneNumber(
                account_id=account_id, number="+12025550100", status=PhoneNumberStatus.APPROVED
            )
            session.add(number)
            session.flush()
            made = Integration(
                account_id=account_id,
                name="Form",
                brand="Example Co",
                compliance_message="{brand}: reply HELP for help, STOP to stop.",
                phone_number_id=number.id,
                allowed_countries=["US"],
                **({"status": IntegrationStatus.ACTIVE} | columns),
            )
            session.add(made)
            session.flush()
            session.add(EndpointToken.make(made.id))
        return made

    return make


@pytest.fixture
def make_lead(app):
    """Make a lead, and its text where *text* gives the status of one."""
    from models import Delivery, Lead, transaction  # noqa: PLC0415

    def make(account_id, text=None, integration_id=None, **columns):
        given = {
            "id": uuid4(),
            "phone": "+12025550142",
            "first_name": "Jane",
            "last_name": "Doe",
            "status": "joined",
            "request_id": "a-request",
        } | columns
        with transaction() as session:
            lead = Lead(
                account_id=account_id,
                integration_id=integration_id or uuid4(),
                token_id=uuid4(),
                key_kind="body",
                sender="json",
                notes=[],
                extra={},
                **given,
            )
            session.add(lead)
            session.flush()
            if text is not None:
                session.add(
                    Delivery(
                        lead_id=lead.id,
                        account_id=account_id,
                        integration_id=lead.integration_id,
                        contact_id=lead.contact_id,
                        phone=lead.phone,
                        from_number="+12025550100",
                        body="Example Co: reply HELP for help, STOP to stop.",
                        status=text,
                    )
                )
        return lead

    return make


@pytest.fixture
def make_contact(make_lead):
    """Make a contact who stands in the opt-in queue, unless told otherwise.

    Each is a minute younger than the one before.
    """
    from models import Contact, Lead, transaction  # noqa: PLC0415

    def make(account_id, queued=True, **columns):
        number = next(_numbers)
        since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        given = {
            "phone": f"+1202555{100 + number % 100:04}",
            "first_name": "Jane",
            "last_name": "Doe",
            "first_seen_at": since,
        } | columns
        lead = make_lead(account_id, phone=given["phone"]) if queued else None
        with transaction() as session:
            contact = Contact(
                account_id=account_id,
                queued_at=since if queued else None,
                queue_lead_id=lead.id if lead else None,
                **given,
            )
            session.add(contact)
            session.flush()
            if lead:
                session.get_one(Lead, lead.id).contact_id = contact.id
        return contact

    return make


@pytest.fixture
def work():
    """Do a job to its end, as the worker does when it is rung for."""
    from workers.admin import run_job  # noqa: PLC0415

    def work(answer, runs=10):
        for _ in range(runs):
            run_job(answer.json["job"]["id"])

    return work
