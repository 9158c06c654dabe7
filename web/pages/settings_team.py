"""Settings, team: who works here, as what, and the links by which others may join."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func

import config
from models.accounts import LastOwner, Operator, Role
from models.invitations import Invitation
from models.sign_ins import SignIn
from web.pages.frame import page
from web.pages.people import is_line
from web.pages.rendering import back_to, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("settings_team", __name__)

HERE = "/settings/team"


@page(bp, HERE)
def show_team(visit: Visit) -> ResponseReturnValue:
    return _show(visit)


@page(bp, f"{HERE}/invitations", "POST")
def invite(visit: Visit) -> ResponseReturnValue:
    """Show the link once: only its hash is kept."""
    visit.owner_only()
    role, note = _role(), request.form.get("note", "").strip()
    if not is_line(note):
        return _show(visit, error="Say for whom the invitation is."), 422
    _, token = Invitation.make(visit.session, visit.account_id, visit.by, role, note)
    visit.audit(f"invited as {role}", note)
    link = f"{config.PUBLIC_BASE_URL}/invitations/{token}"
    return _show(visit, link=link, invited=note)


@page(bp, f"{HERE}/invitations/<uuid:invitation_id>/withdraw", "POST")
def withdraw_invitation(visit: Visit, invitation_id: UUID) -> ResponseReturnValue:
    visit.owner_only()
    invitations = Invitation.open_of_account(visit.session, visit.account_id)
    found = next((each for each in invitations if each.id == invitation_id), None)
    if found is None:
        raise Problem(404, "not-found")
    found.withdrawn_at = func.now()
    visit.audit("withdrew an invitation", found.note)
    visit.toast(f"The invitation for {found.note} is withdrawn.")
    return back_to(HERE)


@page(bp, f"{HERE}/<uuid:operator_id>/role", "POST")
def change_role(visit: Visit, operator_id: UUID) -> ResponseReturnValue:
    visit.owner_only()
    role, operator = _role(), _locked(visit, operator_id)
    try:
        operator.change_role(visit.session, role)
    except LastOwner as error:
        raise Problem(409, "last-owner") from error
    visit.audit(f"made {role}", operator.name)
    visit.toast(f"{operator.name} is {'an owner' if role is Role.OWNER else 'a member'} now.")
    return back_to(HERE)


@page(bp, f"{HERE}/<uuid:operator_id>/remove", "POST")
def remove_operator(visit: Visit, operator_id: UUID) -> ResponseReturnValue:
    visit.owner_only()
    operator = _locked(visit, operator_id)
    try:
        keys = operator.remove(visit.session)
    except LastOwner as error:
        raise Problem(409, "last-owner") from error
    SignIn.end_all(visit.session, operator.id)
    visit.audit("removed from the team", f"{operator.name}, with {keys} API keys")
    visit.toast(f"{operator.name} is removed, signed out everywhere.")
    return back_to(HERE)


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError as error:
        raise Problem(422, "invalid") from error


def _locked(visit: Visit, operator_id: UUID) -> Operator:
    operator = Operator.locked(visit.session, visit.account_id, operator_id)
    if operator is None:
        raise Problem(404, "not-found")
    return operator


def _show(visit: Visit, **values: str) -> Response:
    session, account_id = visit.session, visit.account_id
    return render(
        "settings_team.html",
        team=Operator.team(session, account_id),
        invitations=Invitation.open_of_account(session, account_id),
        **values,
    )
