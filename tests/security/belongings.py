"""What an account has, of every kind that an address can name: how to make one more of it.

A route with an argument that KINDS does not know, and that names nothing of an account, fails
test_isolation.py.
"""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, text

from models import (
    Alarm,
    AlarmKind,
    ApiKey,
    Campaign,
    Circuit,
    Group,
    Integration,
    Invitation,
    Job,
    Label,
    Operator,
    PhoneNumber,
    Rejection,
    Role,
    SignIn,
    transaction,
)
from models.circuits import number_scope
from models.signing_secrets import make_secret
from models.suppressions import Because, SuppressionKind, suppress
from tests.failed_jobs import add_failed_jobs


def _row(model, **columns):
    def make(ours):
        with transaction() as session:
            given = {
                key: value(ours) if callable(value) else value for key, value in columns.items()
            }
            row = model(account_id=ours.account, **given)
            session.add(row)
            session.flush()
            return row.id

    return make


def _contact(ours):
    return ours.make_contact(ours.account, first_name=ours.mark, phone=ours.phone()).id


def _lead(ours):
    return ours.make_lead(
        ours.account,
        text="undelivered",
        status="needs_attention",
        first_name=ours.mark,
        phone=ours.phone(),
        integration_id=ours.integration.id,
    ).id


def _suppression(ours):
    with transaction() as session:
        why = Because(SuppressionKind.DNC, ours.words(), "api", ours.by(), needs_review=True)
        return suppress(session, ours.account, ours.phone(), why)[0].id


def _operator(ours):
    with transaction() as session:
        made = Operator(
            account_id=ours.account,
            email=f"{uuid4()}@example.com",
            name=ours.words(),
            role=Role.MEMBER,
            password_hash="none: nobody signs in here",
        )
        session.add(made)
        session.flush()
        return made.id


def _api_key(ours):
    with transaction() as session:
        key, _ = ApiKey.make(session.get_one(Operator, ours.person.operator_id), ours.words())
        session.add(key)
        session.flush()
        return key.id


def _invitation(ours):
    with transaction() as session:
        return Invitation.make(session, ours.account, ours.by(), Role.MEMBER, ours.words())[
            0
        ].id


def _sign_in(ours):
    with transaction() as session:
        operator = session.get_one(Operator, ours.person.operator_id)
        return SignIn.begin(session, operator, "127.0.0.1", ours.words())[0].id


def _secret(ours):
    with transaction() as session:
        integration = session.get_one(Integration, ours.integration.id)
        integration.change({"signing_secrets": integration.signing_secrets[1:]})
        return make_secret(integration)[0].id


def _circuit(ours):
    scope = number_scope(ours.phone())
    with transaction() as session:
        session.add(PhoneNumber(account_id=ours.account, number=scope.partition(":")[2]))
        session.add(
            Circuit(scope=scope, error_code=21606, reason=ours.words(), probe_at=func.now())
        )
    return scope


def _file(ours):
    """A job whose export has ended."""
    job_id = _row(
        Job, kind="export", status="done", params={"noun": "contacts"}, ended_at=func.now()
    )(ours)
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO job_files (job_id, account_id, number, data)"
                " VALUES (:id, :account, 0, :data)"
            ),
            {"id": job_id, "account": ours.account, "data": ours.mark.encode()},
        )
    return job_id


def _undoable(ours):
    until = func.now() + timedelta(minutes=10)
    goal = {"goal_id": ours.new("group_id"), "goal_name": ours.words(), "ids": []}
    return _row(
        Job,
        kind="move_to_group",
        status="done",
        params=goal,
        ended_at=func.now(),
        undoable_until=until,
    )(ours)


KINDS = {
    "alarm_id": _row(
        Alarm,
        kind=AlarmKind.SILENCE,
        subject=lambda ours: ours.words(),
        detail=lambda ours: ours.words(),
    ),
    "campaign_id": _row(Campaign, name=lambda ours: ours.words()),
    "contact_id": _contact,
    "failed_job_id": lambda ours: add_failed_jobs(1, ours.account, message=ours.words())[0],
    "group_id": _row(Group, name=lambda ours: ours.words()),
    "invitation_id": _invitation,
    "job_id": _row(Job, kind="favorite", params={"ids": []}),
    "key_id": _api_key,
    "label_id": _row(Label, name=lambda ours: ours.words()),
    "lead_id": _lead,
    "number_id": _row(PhoneNumber, number=lambda ours: ours.phone()),
    "operator_id": _operator,
    "rejection_id": _row(
        Rejection,
        integration_id=lambda ours: ours.integration.id,
        token_id=lambda _: uuid4(),
        status=422,
        code="invalid",
        detail=lambda ours: ours.words(),
        errors=[],
        url="live",
        body=lambda ours: ours.words().encode(),
    ),
    "scope": _circuit,
    "secret_id": _secret,
    "sign_in_id": _sign_in,
    "suppression_id": _suppression,
}

_LIST = _row(Job, kind="import_suppressions", params={"kind": "dnc", "dry_run": True})
#: Where an address is for some of a kind only.
BY_RULE = {
    ("job_id", "/contacts/suppressed/list/<uuid:job_id>"): _LIST,
    ("job_id", "/contacts/suppressed/list/<uuid:job_id>/progress"): _LIST,
    ("job_id", "/api/v1/jobs/<uuid:job_id>/file"): _file,
    ("job_id", "/activity/jobs/<uuid:job_id>/file"): _file,
    ("job_id", "/api/v1/jobs/<uuid:job_id>/undo"): _undoable,
    ("job_id", "/activity/jobs/<uuid:job_id>/undo"): _undoable,
    ("job_id", "/contacts/jobs/<uuid:job_id>/undo"): _undoable,
}
