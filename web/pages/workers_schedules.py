"""Schedules: what is done by itself, when next, and how the last run went."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from models.schedules import Schedule
from web.api import workers_schedules as api
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit
from web.pages.workers_parts import words
from workers.sweeps import SWEEPS, sweep

bp = Blueprint("workers_schedules", __name__)

HERE = "/workers/schedules"


@page(bp, HERE)
def show_schedules(visit: Visit) -> ResponseReturnValue:
    known = [each for each in Schedule.all(visit.session) if each.name in SWEEPS]
    values = {"schedules": known, "clock_late": Schedule.clock_is_late(visit.session)}
    template = "_workers_schedules.html" if for_htmx() else "workers_schedules.html"
    return (fragment if for_htmx() else render)(template, **words(), **values)


@page(bp, f"{HERE}/<name>/run", "POST")
def run_schedule(visit: Visit, name: str) -> ResponseReturnValue:
    visit.owner_only()
    api.found(visit.call(), name)
    visit.ring(sweep.message(name))
    visit.audit("ran a schedule", name)
    visit.toast(f"“{name}” runs now.")
    return back_to(HERE)


@page(bp, f"{HERE}/<name>/switch", "POST")
def switch_schedule(visit: Visit, name: str) -> ResponseReturnValue:
    visit.owner_only()
    disabled = request.form.get("disabled") == "1"
    api.found(visit.call(), name).switch(visit.session, disabled=disabled)
    visit.audit("disabled a schedule" if disabled else "enabled a schedule", name)
    visit.toast(f"“{name}” is {'disabled' if disabled else 'enabled'}.")
    return back_to(HERE)
