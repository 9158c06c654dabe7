"""Phone numbers: registered by anyone, approved or rejected by an owner.

The last approved number of an active integration stays (rule 8). That is decided under the
account's lock, which whoever opens the integration holds as well.
"""

from typing import Annotated
from uuid import UUID

import msgspec
import phonenumbers
from sqlalchemy import func, select

from models.accounts import Account
from models.integrations import Integration, LastApprovedNumber
from models.phone_numbers import PhoneNumber, PhoneNumberStatus
from senders import UnusableField
from senders.phone import normalize
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.replies import Reply
from web.api.schema import Time, field_error, invalid
from web.problems import Problem

_OLDEST_FIRST = Order("oldest", (PhoneNumber.created_at, PhoneNumber.id), descending=False)
_EVERYWHERE = frozenset(phonenumbers.SUPPORTED_REGIONS)


class PhoneNumberShape(msgspec.Struct):
    id: UUID
    number: str
    status: PhoneNumberStatus
    created_at: Time


class PhoneNumberMade(msgspec.Struct):
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class PhoneNumberChanged(msgspec.Struct):
    status: PhoneNumberStatus


@operation(
    "GET",
    "/phone-numbers",
    Spec("List phone numbers", {200: Page[PhoneNumberShape]}, query=PageQuery),
)
def list_phone_numbers(call: Call, query: PageQuery) -> Page[PhoneNumberShape]:
    mine = select(PhoneNumber).where(
        PhoneNumber.account_id == call.account_id, PhoneNumber.deleted_at.is_(None)
    )
    rows, next_cursor = page_rows(call.session, mine, _OLDEST_FIRST, query)
    return Page([_shape(number) for (number,) in rows], next_cursor)


@operation(
    "POST",
    "/phone-numbers",
    Spec(
        "Register a phone number, to be approved",
        {201: PhoneNumberShape},
        body=PhoneNumberMade,
        problems=(409,),
        idempotent=True,
    ),
)
def make_phone_number(call: Call, body: PhoneNumberMade) -> Reply:
    account = call.session.get_one(Account, call.account_id)
    try:
        number = normalize(body.number, account.default_region, _EVERYWHERE)
    except UnusableField as error:
        raise invalid(field_error("number", error.error.code, error.error.detail)) from error
    made = PhoneNumber.register(call.session, call.account_id, number)
    if made is None:
        raise Problem(409, "number-exists")
    return Reply(_shape(made), 201, f"/api/v1/phone-numbers/{made.id}")


@operation(
    "PATCH",
    "/phone-numbers/<uuid:number_id>",
    Spec(
        "Approve or reject a phone number (owners)",
        {200: PhoneNumberShape},
        body=PhoneNumberChanged,
        problems=(403, 404, 409),
    ),
)
def change_phone_number(
    call: Call, number_id: UUID, body: PhoneNumberChanged
) -> PhoneNumberShape:
    call.owner_only()
    number = _locked(call, number_id)
    if body.status is not PhoneNumberStatus.APPROVED:
        _do_without(call, number)
    number.status = body.status
    return _shape(number)


@operation(
    "DELETE",
    "/phone-numbers/<uuid:number_id>",
    Spec("Delete a phone number", {204: None}, problems=(404, 409)),
)
def delete_phone_number(call: Call, number_id: UUID) -> Reply:
    number = _locked(call, number_id)
    _do_without(call, number)
    number.deleted_at = call.session.scalars(select(func.now())).one()
    return Reply(None, 204)


def _locked(call: Call, number_id: UUID) -> PhoneNumber:
    Account.lock(call.session, call.account_id)
    number = PhoneNumber.of_account(call.session, call.account_id, number_id, lock=True)
    if number is None:
        raise Problem(404, "not-found")
    return number


def _do_without(call: Call, number: PhoneNumber) -> None:
    try:
        Integration.do_without(call.session, number)
    except LastApprovedNumber as error:
        raise Problem(409, "last-approved-number") from error


def _shape(number: PhoneNumber) -> PhoneNumberShape:
    return PhoneNumberShape(number.id, number.number, number.status, number.created_at)
