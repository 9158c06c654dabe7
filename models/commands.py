"""Commands for whoever runs the service: the first account, further ones, a new password.

    python -m models.commands first-run --email owner@example.com
    python -m models.commands account --email second@example.com
    python -m models.commands password --email owner@example.com

Each prints one line of JSON. What is secret in it is kept nowhere else and never shown again.
"""

import argparse
import json
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from models import (
    SERVICE,
    Account,
    ApiKey,
    EndpointToken,
    Integration,
    Operator,
    PhoneNumber,
    PhoneNumberStatus,
    Role,
    SignIn,
    audit,
    transaction,
)
from senders.compliance import DEFAULT_TEMPLATE

_PASSWORD_BYTES = 18  # 24 letters
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
#: Area codes of the fictitious numbers (555-0100 to 555-0199) that new accounts text from.
_AREA_CODES = (202, 212, 303, 312, 404, 415, 503, 512, 602, 617)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the status to exit with."""
    wanted = _parser().parse_args(arguments)
    commands = {"first-run": first_run, "account": further_account, "password": new_password}
    with transaction() as session:
        try:
            said = commands[wanted.command](session, wanted.email)
        except Refused as error:
            print(error, file=sys.stderr)  # noqa: T201  (a command speaks by printing)
            return 1
    if said is not None:
        print(json.dumps(said))  # noqa: T201  (likewise)
    return 0


class Refused(Exception):
    """The command cannot do this; its text tells the operator why."""


def first_run(session: Session, email: str) -> dict[str, str] | None:
    """Make the first account of all, or nothing when there is one."""
    Account.one_at_a_time(session)
    if session.scalar(select(Account.id).limit(1)) is not None:
        return None
    return _make_account(session, email)


def further_account(session: Session, email: str) -> dict[str, str]:
    """Make one more account, ready to take leads. Raises Refused when the email has one."""
    Account.one_at_a_time(session)
    if Operator.by_email(session, email) is not None:
        raise Refused(f"There is an operator with the email {email} already.")
    made = _make_account(session, email)
    base_url = config.PUBLIC_BASE_URL
    return made | {"base_url": base_url, "endpoint_url": base_url + made["endpoint_path"]}


def new_password(session: Session, email: str) -> dict[str, str]:
    """Give an operator a new password. Raises Refused when nobody has the email."""
    operator = Operator.by_email(session, email)
    if operator is None:
        raise Refused(f"There is no operator with the email {email}.")
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    operator.set_password(password)
    SignIn.end_all(session, operator.id)
    audit(session, operator.account_id, SERVICE, "gave a new password by command", email)
    return {"email": operator.email, "password": password}


def _make_account(session: Session, email: str) -> dict[str, str]:
    account = Account(name="Example Co")
    session.add(account)
    session.flush()
    operator, password = _make_owner(session, account, email)
    key, secret = ApiKey.make(operator, "first key")
    number = PhoneNumber(
        account_id=account.id,
        number=_free_number(session),
        status=PhoneNumberStatus.APPROVED,
    )
    session.add_all([key, number])
    session.flush()
    settings = _settings(account, number)
    integration = Integration.make(session, account.id, settings)
    if integration is None:
        raise AssertionError("a new account has no integration yet")
    return {
        "email": email,
        "password": password,
        "api_key": secret,
        "endpoint_path": EndpointToken.current(session, integration.id).path,
        "from_number": number.number,
    }


def _make_owner(session: Session, account: Account, email: str) -> tuple[Operator, str]:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    name = email.partition("@")[0]
    operator = Operator(account_id=account.id, email=email, name=name, role=Role.OWNER)
    operator.set_password(password)
    session.add(operator)
    session.flush()
    return operator, password


def _settings(account: Account, number: PhoneNumber) -> dict[str, Any]:
    return {
        "name": "Opt-In API",
        "brand": account.name,
        "compliance_message": DEFAULT_TEMPLATE,
        "phone_number_id": number.id,
        "default_region": "US",
        "allowed_countries": ["US"],
    }


def _free_number(session: Session) -> str:
    """Return a fictitious number that no account has: a person's STOP reaches one of them."""
    taken = set(session.scalars(select(PhoneNumber.number)))
    free = next((number for number in _fictitious() if number not in taken), None)
    if free is None:
        raise Refused("Every fictitious number is in use; add a real one through the API.")
    return free


def _fictitious() -> Iterator[str]:
    for area_code in _AREA_CODES:
        for last in range(100, 200):
            yield f"+1{area_code}5550{last}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.commands")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (
        ("first-run", "make the first account, if there is none"),
        ("account", "make a further account"),
        ("password", "give an operator a new password"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("--email", required=True, type=_email)
    return parser


def _email(raw: str) -> str:
    if not _EMAIL.fullmatch(raw.strip()):
        raise argparse.ArgumentTypeError("an address such as owner@example.com is wanted")
    return raw.strip()


if __name__ == "__main__":
    sys.exit(main())
