"""Settings, phone numbers: registered by anyone, approved or rejected by an owner (rule 8)."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.integrations import Integration
from models.phone_numbers import PhoneNumber, PhoneNumberStatus
from web.api import phone_numbers as api
from web.pages.frame import page
from web.pages.rendering import back_to, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("settings_phone_numbers", __name__)

HERE = "/settings/phone-numbers"


@page(bp, HERE)
def show_phone_numbers(visit: Visit) -> ResponseReturnValue:
    return _show(visit)


@page(bp, HERE, "POST")
def register_phone_number(visit: Visit) -> ResponseReturnValue:
    typed = request.form.get("number", "").strip()[:64]
    try:
        with visit.session.begin_nested():
            api.make_phone_number(visit.call(), api.PhoneNumberMade(typed))
    except Problem as problem:
        told = [error["detail"] for error in problem.members.get("errors", ())]  # type: ignore[attr-defined]
        return _show(visit, typed=typed, error=" ".join(told) or problem.title), 422
    visit.audit("registered a phone number", typed)
    visit.toast("The number is registered. An owner has to approve it.")
    return back_to(HERE)


@page(bp, f"{HERE}/<uuid:number_id>/status", "POST")
def change_phone_number(visit: Visit, number_id: UUID) -> ResponseReturnValue:
    try:
        wanted = PhoneNumberStatus(request.form.get("status", ""))
    except ValueError as error:
        raise Problem(422, "invalid") from error
    shape = api.change_phone_number(visit.call(), number_id, api.PhoneNumberChanged(wanted))
    visit.audit(f"set a phone number to {wanted}", shape.number)
    visit.toast(f"{shape.number} is {wanted} now.")
    return back_to(HERE)


@page(bp, f"{HERE}/<uuid:number_id>/delete", "POST")
def delete_phone_number(visit: Visit, number_id: UUID) -> ResponseReturnValue:
    api.delete_phone_number(visit.call(), number_id)
    number = visit.session.get_one(PhoneNumber, number_id)
    visit.audit("deleted a phone number", number.number)
    visit.toast(f"{number.number} is deleted.")
    return back_to(HERE)


def _show(visit: Visit, **values: str) -> Response:
    numbers = select(PhoneNumber).where(
        PhoneNumber.account_id == visit.account_id, PhoneNumber.deleted_at.is_(None)
    )
    in_use = select(Integration.phone_number_id).where(
        Integration.account_id == visit.account_id, Integration.deleted_at.is_(None)
    )
    return render(
        "settings_phone_numbers.html",
        numbers=visit.session.scalars(numbers.order_by(PhoneNumber.created_at)).all(),
        in_use=visit.session.scalar(in_use),
        **values,
    )
