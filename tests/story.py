"""A lead's life in the hands of a test: posted, processed, told of, looked up, and aged.

Posting and telling go through the web's own views; actors are called as the functions they
are. Nobody waits for time here: a test sets the row's times instead.
"""

from sqlalchemy import select, text
from twilio.request_validator import RequestValidator

import config
from models import (
    Contact,
    Delivery,
    EndpointToken,
    Integration,
    IntegrationStatus,
    Lead,
    PhoneNumber,
    PhoneNumberStatus,
    Receipt,
    Suppression,
    TimelineEntry,
    transaction,
)
from models.suppressions import Because, SuppressionKind, lift, suppress
from models.timeline import Actor
from workers.callbacks import status_callback
from workers.leads import process_lead, send_text
from workers.receipts import apply_receipts

PHONE = "+12025550142"
OURS = "+12025550100"
JANE = {"first_name": "Jane", "last_name": "Doe", "phone": "+1 202 555 0142"}
TEMPLATE = "{brand}: hi {first_name}. Reply HELP for help, STOP to opt out."
BODY = "Example Co: hi Jane. Reply HELP for help, STOP to opt out."


class Story:
    """One account with an active integration, and everything that happens to its leads."""

    def __init__(self, client, account):
        self.client = client
        self.account = account
        self.integration = self._make_integration()

    def _make_integration(self):
        with transaction() as session:
            number = PhoneNumber(
                account_id=self.account, number=OURS, status=PhoneNumberStatus.APPROVED
            )
            session.add(number)
            session.flush()
            made = Integration(
                account_id=self.account,
                name="Form",
                brand="Example Co",
                status=IntegrationStatus.ACTIVE,
                compliance_message=TEMPLATE,
                phone_number_id=number.id,
                allowed_countries=["US"],
                lookup=False,
            )
            session.add(made)
            session.flush()
            token = EndpointToken.make(made.id)
            session.add(token)
        self.path = token.path
        return made.id

    # What senders, Twilio and people do

    def answer(self, **fields):
        """Post a lead as a sender does; return what it is answered."""
        return self.client.post(self.path, json=JANE | fields)

    def post(self, **fields):
        """Post a lead that is new; return its id."""
        answer = self.answer(**fields)
        assert answer.status_code == 202, answer.json
        return answer.json["lead_id"]

    def texted(self, **fields):
        """Post a lead and do its job; return its id."""
        lead_id = self.post(**fields)
        process_lead(lead_id)
        return lead_id

    def delivered(self, **fields):
        """Post a lead, text it, have the text delivered; return its id."""
        lead_id = self.texted(**fields)
        self.receipt(lead_id, "delivered")
        return lead_id

    def another(self, phone=PHONE, **fields):
        """Post another lead of the same person that is none within the window."""
        self.change("UPDATE leads SET received_at = received_at - interval '25 hours'")
        return self.post(phone=phone, **fields)

    def signed(self, address, form, token=None):
        """Post a form as Twilio does, to an address or a path of ours."""
        if address.startswith("/"):
            address = config.PUBLIC_BASE_URL + address
        validator = RequestValidator(token or config.TWILIO_AUTH_TOKEN)
        headers = {"X-Twilio-Signature": validator.compute_signature(address, form)}
        path = address.removeprefix(config.PUBLIC_BASE_URL)
        return self.client.post(path, data=form, headers=headers)

    def told(self, lead_id, status, code=None, sid=None, attempt=None):
        """Tell of a text by a status callback; return the answer. Nothing is applied yet."""
        delivery = self.delivery(lead_id)
        form = {"MessageSid": sid or delivery.sid, "MessageStatus": status}
        if code:
            form["ErrorCode"] = str(code)
        callback = status_callback(delivery.lead_id, attempt or delivery.attempt)
        return self.signed(callback, form)

    def receipt(self, lead_id, status, code=None, sid=None, attempt=None):
        """Tell of a text by a status callback, and do the job that follows."""
        answer = self.told(lead_id, status, code, sid, attempt)
        assert answer.status_code == 204, answer.data
        apply_receipts(lead_id)

    def says(self, body, phone=PHONE, sid="SM" + "1" * 32, **fields):
        """Have a person text us; return the answer."""
        form = {"MessageSid": sid, "From": phone, "To": OURS, "Body": body} | fields
        return self.signed("/twilio/inbound", form)

    def suppress(self, kind=SuppressionKind.DNC, phone=PHONE, **because):
        with transaction() as session:
            why = Because(kind, "asked us by phone", "api", Actor(name="Olga"), **because)
            return suppress(session, self.account, phone, why)[0]

    def lift(self, suppression):
        with transaction() as session:
            lift(session, session.merge(suppression), Actor(name="Olga"), "a mistake")

    def switch(self, status):
        """Set the integration to `active` or `paused` behind everybody's back."""
        self.change("UPDATE integrations SET status = :status", status=status)

    def delete_integration(self):
        self.change("UPDATE integrations SET deleted_at = now() - interval '1 minute'")

    def retry(self, lead_id):
        """Send a text again as an operator's retry does."""
        self.change(
            "UPDATE deliveries SET status = 'ready', sid = NULL, error_code = NULL,"
            " attempt_token = NULL, accepted_at = NULL, final_at = NULL, check_at = NULL,"
            " setbacks = 0, checks = 0, unknowns = 0, due_at = now() WHERE lead_id = :lead_id",
            lead_id=lead_id,
        )
        self.change("UPDATE leads SET status = 'texting' WHERE id = :id", id=lead_id)
        send_text(lead_id)

    # What became of it

    def change(self, statement, **given):
        with transaction() as session:
            return session.execute(text(statement), given).rowcount

    def value(self, statement, **given):
        with transaction() as session:
            return session.scalar(text(statement), given)

    def _one(self, model, *conditions):
        with transaction() as session:
            return session.scalars(select(model).where(*conditions)).one()

    def _all(self, model, *conditions, order=None):
        with transaction() as session:
            return session.scalars(select(model).where(*conditions).order_by(order)).all()

    def lead(self, lead_id):
        return self._one(Lead, Lead.id == lead_id)

    def delivery(self, lead_id):
        return self._one(Delivery, Delivery.lead_id == lead_id)

    def contact(self, phone=PHONE):
        return self._one(Contact, Contact.phone == phone, Contact.deleted_at.is_(None))

    def suppressions(self, phone=PHONE):
        return self._all(Suppression, Suppression.phone == phone, order=Suppression.created_at)

    def receipts(self, lead_id):
        return self._all(Receipt, Receipt.lead_id == lead_id, order=Receipt.id)

    def timeline(self, lead_id):
        """Return the kinds of the entries of a lead, oldest first."""
        entries = self._all(
            TimelineEntry, TimelineEntry.lead_id == lead_id, order=TimelineEntry.id
        )
        return [entry.kind for entry in entries]

    def stands(self, lead_id):
        """Return the status of the text, of the lead, and whether the person is queued."""
        lead, delivery = self.lead(lead_id), self.delivery(lead_id)
        return (
            str(delivery.status),
            str(lead.status),
            self.contact(lead.phone).queued_at is not None,
        )

    def move_to_group(self, phone=PHONE):
        group = self.value(
            "INSERT INTO groups (id, account_id, name)"
            " VALUES (gen_random_uuid(), :account, gen_random_uuid()) RETURNING id",
            account=self.account,
        )
        self.change(
            "INSERT INTO memberships (group_id, contact_id, account_id)"
            " SELECT :group, id, account_id FROM contacts"
            " WHERE phone = :phone AND deleted_at IS NULL",
            group=group,
            phone=phone,
        )
        return group
