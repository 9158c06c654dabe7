"""Alarms: what a person should know now. And circuits, one of their causes, with the release.

Nothing but the cause closes an alarm; acknowledging says that somebody has seen it.
"""

from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import select

from models.alarms import Alarm, AlarmKind
from models.circuits import Circuit
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.pages import Order, Page, PageQuery, page_rows
from web.api.schema import Time
from web.problems import Problem

_NEWEST_FIRST = Order("newest", (Alarm.opened_at, Alarm.id))


class AlarmShape(msgspec.Struct):
    id: UUID
    kind: AlarmKind
    subject: str  # what it is about: an integration, a circuit, a queue
    detail: str
    since: Time | None  # when it began, as far as that is known
    opened_at: Time
    closed_at: Time | None
    acknowledged_at: Time | None
    acknowledged_by: str | None


class AlarmQuery(PageQuery, kw_only=True, frozen=True):
    status: Literal["open", "closed", "all"] = "open"


class CircuitShape(msgspec.Struct):
    """While it is open, the leads behind it wait with its reason."""

    scope: str  # account, or number:<the number>
    error_code: int  # Twilio's
    reason: str
    opened_at: Time
    closed_at: Time | None


class Circuits(msgspec.Struct):
    items: list[CircuitShape]


@operation("GET", "/alarms", Spec("List alarms", {200: Page[AlarmShape]}, query=AlarmQuery))
def list_alarms(call: Call, query: AlarmQuery) -> Page[AlarmShape]:
    mine = select(Alarm).where(Alarm.account_id == call.account_id)
    if query.status != "all":
        is_open = query.status == "open"
        mine = mine.where(
            Alarm.closed_at.is_(None) if is_open else Alarm.closed_at.is_not(None)
        )
    rows, next_cursor = page_rows(call.session, mine, _NEWEST_FIRST, query)
    return Page([_shape(alarm) for (alarm,) in rows], next_cursor)


@operation(
    "POST",
    "/alarms/<uuid:alarm_id>/acknowledge",
    Spec("Say that somebody has seen an alarm", {200: AlarmShape}, problems=(404,)),
)
def acknowledge_alarm(call: Call, alarm_id: UUID) -> AlarmShape:
    alarm = Alarm.of_account(call.session, call.account_id, alarm_id, lock=True)
    if alarm is None:
        raise Problem(404, "not-found")
    alarm.acknowledge(call.session, call.by)
    return _shape(alarm)


@operation("GET", "/circuits", Spec("List the open circuits", {200: Circuits}))
def list_circuits(call: Call) -> Circuits:
    found = Circuit.concerning(call.session, call.account_id)
    return Circuits([_circuit_shape(circuit) for circuit in found])


@operation(
    "POST",
    "/circuits/<string:scope>/release",
    Spec(
        "Let texts go again, once the cause is mended (owners)",
        {200: CircuitShape},
        problems=(403, 404),
    ),
)
def release_circuit(call: Call, scope: str) -> CircuitShape:
    call.owner_only()
    circuit = Circuit.released(call.session, call.account_id, scope)
    if circuit is None:
        raise Problem(404, "not-found")
    return _circuit_shape(circuit)


def _shape(alarm: Alarm) -> AlarmShape:
    return AlarmShape(
        id=alarm.id,
        kind=alarm.kind,
        subject=alarm.subject,
        detail=alarm.detail,
        since=alarm.since,
        opened_at=alarm.opened_at,
        closed_at=alarm.closed_at,
        acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by,
    )


def _circuit_shape(circuit: Circuit) -> CircuitShape:
    return CircuitShape(
        circuit.scope,
        circuit.error_code,
        circuit.reason,
        circuit.opened_at,
        circuit.closed_at,
    )
