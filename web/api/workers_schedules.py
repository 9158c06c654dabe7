"""Schedules: what the clock rings for, when next, and how the last run went."""

import msgspec

from models.schedules import Schedule
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.api.schema import Time
from web.problems import Problem
from workers.sweeps import SWEEPS, sweep

ONE = "/workers/schedules/<name>"


class ScheduleShape(msgspec.Struct):
    """`last_result` is how many rows the last run found, or "failed"."""

    name: str
    every_seconds: float
    disabled: bool
    next_at: Time | None
    last_at: Time | None
    last_seconds: float | None
    last_result: str | None


class SchedulesShape(msgspec.Struct):
    """`clock_late`: nobody has rung for what is due; the clock does not run."""

    items: list[ScheduleShape]
    clock_late: bool


class Switch(msgspec.Struct):
    disabled: bool


@operation("GET", "/workers/schedules", Spec("List schedules", {200: SchedulesShape}))
def list_schedules(call: Call) -> SchedulesShape:
    shapes = [schedule_shape(each) for each in Schedule.all(call.session)]
    return SchedulesShape(shapes, Schedule.clock_is_late(call.session))


@operation("GET", ONE, Spec("Show a schedule", {200: ScheduleShape}))
def show_schedule(call: Call, name: str) -> ScheduleShape:
    return schedule_shape(found(call, name))


@operation(
    "PATCH",
    ONE,
    Spec("Disable or enable a schedule", {200: ScheduleShape}, Switch, problems=(403,)),
)
def change_schedule(call: Call, name: str, body: Switch) -> ScheduleShape:
    call.owner_only()
    schedule = found(call, name)
    schedule.switch(call.session, disabled=body.disabled)
    return schedule_shape(schedule)


@operation(
    "POST", f"{ONE}/run", Spec("Run a schedule now", {202: ScheduleShape}, problems=(403,))
)
def run_schedule(call: Call, name: str) -> Reply:
    """A disabled one too: this once."""
    call.owner_only()
    schedule = found(call, name)
    return Reply(schedule_shape(schedule), 202, rings=[sweep.message(name)])


def schedule_shape(schedule: Schedule) -> ScheduleShape:
    return ScheduleShape(
        name=schedule.name,
        every_seconds=schedule.every_seconds,
        disabled=schedule.disabled,
        next_at=None if schedule.disabled else schedule.next_at,
        last_at=schedule.last_at,
        last_seconds=schedule.last_seconds,
        last_result=schedule.last_result,
    )


def found(call: Call, name: str) -> Schedule:
    """Return a schedule of this version, locked. Raises Problem(404)."""
    schedule = Schedule.locked(call.session, name) if name in SWEEPS else None
    if schedule is None:
        raise Problem(404, "not-found")
    return schedule
