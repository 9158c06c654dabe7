"""The life of one lead from its acceptance to its text, one branch a test."""

import pytest
from sqlalchemy import select, text

import config
from models import (
    Contact,
    Delivery,
    DeliveryStatus,
    EndpointToken,
    Integration,
    IntegrationStatus,
    Lead,
    LeadStatus,
    PhoneNumber,
    PhoneNumberStatus,
    TimelineEntry,
    transaction,
)
from models.suppressions import Because, SuppressionKind, suppress
from workers.leads import process_lead, send_text

JANE = {"first_name": "Jane", "last_name": "Doe", "phone": "+1 202 555 0142"}
TEMPLATE = "{brand}: hi {first_name}. Reply HELP for help, STOP to opt out."


@pytest.fixture
def integration(account):
    with transaction() as session:
        number = PhoneNumber(
            account_id=account, number="+12025550100", status=PhoneNumberStatus.APPROVED
        )
        session.add(number)
        session.flush()
        integration = Integration(
            account_id=account,
            name="Form",
            brand="Example Co",
            status=IntegrationStatus.ACTIVE,
            compliance_message=TEMPLATE,
            phone_number_id=number.id,
            allowed_countries=["US"],
            lookup=False,
        )
        session.add(integration)
        session.flush()
        session.add(EndpointToken.make(integration.id))
    return integration


@pytest.fixture
def post(client, integration):
    """Post a lead as a sender does; return its id."""
    with transaction() as session:
        path = EndpointToken.current(session, integration.id).path

    def post(**fields):
        answer = client.post(path, json=JANE | fields)
        assert answer.status_code == 202, answer.json
        return answer.json["lead_id"]

    return post


def of(model, lead_id):
    with transaction() as session:
        return session.get(model, lead_id)


def contact(phone="+12025550142"):
    with transaction() as session:
        return session.scalars(select(Contact).where(Contact.phone == phone)).one()


def change(statement, **given):
    with transaction() as session:
        session.execute(text(statement), given)


def test_lead_is_texted_once_however_often_its_job_runs(post, simulator):
    lead_id = post()

    for _ in range(3):
        process_lead(lead_id)
        send_text(lead_id)

    [sent] = simulator.texts()
    assert sent["to"] == "+12025550142"
    assert sent["from"] == "+12025550100"
    assert sent["body"] == "Example Co: hi Jane. Reply HELP for help, STOP to opt out."
    assert of(Delivery, lead_id).status == DeliveryStatus.SENT
    assert of(Delivery, lead_id).sid == sent["sid"]
    assert of(Lead, lead_id).status == LeadStatus.TEXTING
    assert contact().queued_at is None  # rule 13: only when it is delivered
