"""The link of an invitation: whoever has it becomes an operator, once."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func
from sqlalchemy.orm import Session

from models.accounts import Account, Operator
from models.audit import audit
from models.db import transaction
from models.invitations import Invitation
from models.timeline import Actor
from web.pages.frame import open_page
from web.pages.people import Person
from web.pages.rendering import back_to, render
from web.problems import Problem
from web.requests import request_id

bp = Blueprint("invitations", __name__)


@open_page(bp, "/invitations/<token>")
def show_invitation(token: str) -> ResponseReturnValue:
    """Show who invites; nothing is used up, whatever looks at links before people do."""
    with transaction() as session:
        invitation = _open(session, token)
        business = session.get_one(Account, invitation.account_id).name
    return _form(invitation, business, {}, {})


@open_page(bp, "/invitations/<token>", "POST")
def accept_invitation(token: str) -> ResponseReturnValue:
    form = request.form.to_dict()
    person = Person.read(form)
    with transaction() as session:
        Account.one_at_a_time(session)
        invitation = _open(session, token, lock=True)
        wrong = person.mistakes()
        if "email" not in wrong and Operator.by_email(session, person.email) is not None:
            wrong["email"] = "Somebody signs in with this e-mail already."
        if wrong:
            business = session.get_one(Account, invitation.account_id).name
            return _form(invitation, business, form, wrong), 422
        _accept(session, invitation, person)
    return back_to("/sign-in")


def _open(session: Session, token: str, *, lock: bool = False) -> Invitation:
    invitation = Invitation.open_by_token(session, token, lock=lock)
    if invitation is None:
        raise Problem(404, "invitation-over")
    return invitation


def _accept(session: Session, invitation: Invitation, person: Person) -> None:
    operator = Operator(account_id=invitation.account_id, role=invitation.role)
    session.add(person.become(operator))
    invitation.used_at = func.now()
    session.flush()
    by = Actor(operator.id, operator.name)
    said = f"as {operator.role}, invited by {invitation.by_name}"
    audit(session, operator.account_id, by, "joined the team", said, request_id=request_id())


def _form(
    invitation: Invitation, business: str, form: dict[str, str], wrong: dict[str, str]
) -> Response:
    return render(
        "invitation.html", invitation=invitation, business=business, form=form, wrong=wrong
    )
