"""The first account of all, where no seed was made: a page that works once.

Whoever can read the web process's log may make it: the log has the token that the page asks
for. Two who send it at the same moment are told apart by a lock: one of them comes too late.
"""

import logging

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

import config
from models.accounts import Account, Operator, Role
from models.audit import audit
from models.crypto import is_signed, sign
from models.db import transaction
from models.timeline import Actor
from web.pages.choices import countries, is_country, is_time_zone, time_zones
from web.pages.frame import open_page
from web.pages.people import Person, is_line
from web.pages.rendering import back_to, render
from web.problems import Problem
from web.requests import request_id

log = logging.getLogger(__name__)

bp = Blueprint("setup", __name__)

_PURPOSE = "set-up"
_FOR = "the first operator"


@open_page(bp, "/setup")
def show_setup() -> ResponseReturnValue:
    with transaction() as session:
        _only_without_operators(session)
    log.warning(
        "nobody can sign in yet: open %s/setup and give the set-up token %s",
        config.PUBLIC_BASE_URL,
        sign(_PURPOSE, _FOR),
    )
    return _form({}, {})


@open_page(bp, "/setup", "POST")
def set_up() -> ResponseReturnValue:
    form = request.form.to_dict()
    person = Person.read(form)
    with transaction() as session:
        Account.one_at_a_time(session)
        _only_without_operators(session)
        wrong = person.mistakes() | _mistakes(form)
        if wrong:
            return _form(form, wrong), 422
        _make(session, form, person)
    return back_to("/sign-in")


def _make(session: Session, form: dict[str, str], person: Person) -> None:
    account = Account(
        name=form["business"].strip(),
        default_region=form["country"],
        time_zone=form["time_zone"],
    )
    session.add(account)
    session.flush()
    owner = person.become(Operator(account_id=account.id, role=Role.OWNER))
    session.add(owner)
    session.flush()
    by = Actor(owner.id, owner.name)
    audit(session, account.id, by, "made the account", account.name, request_id=request_id())


def _mistakes(form: dict[str, str]) -> dict[str, str]:
    right = {
        "token": is_signed(_PURPOSE, _FOR, form.get("token", "").strip()),
        "business": is_line(form.get("business", "")),
        "country": is_country(form.get("country", "")),
        "time_zone": is_time_zone(form.get("time_zone", "")),
    }
    words = {
        "token": "This is not the token in the log of the web process.",
        "business": "Say what the business is called.",
        "country": "Choose a country.",
        "time_zone": "Choose a time zone.",
    }
    return {field: words[field] for field, fine in right.items() if not fine}


def _form(form: dict[str, str], wrong: dict[str, str]) -> Response:
    lists = {"countries": countries(), "time_zones": time_zones()}
    return render("setup.html", form=form, wrong=wrong, **lists)


def _only_without_operators(session: Session) -> None:
    """Be nowhere to be found once somebody can sign in."""
    if Operator.exists(session):
        raise Problem(404, "not-found")
