"""The first page: what needs a person now, the alarms, and how the last 24 hours went."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from models.alarms import Alarm, AlarmKind
from models.integrations import Integration
from models.overview import MOST_COUNTED, Hour, last_day, waiting
from web.api import alarms as api
from web.pages.charts import HEIGHT, WIDTH, bars
from web.pages.frame import page
from web.pages.integration_parts import ago
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit

bp = Blueprint("home", __name__)

#: What each kind of alarm is called, and where its cause is to be seen.
TITLES = {
    AlarmKind.SILENCE: ("Silence", "/integrations"),
    AlarmKind.OPT_OUTS: ("Many opt-outs", "/contacts/suppressed"),
    AlarmKind.FAILURES: ("Many texts fail", "/activity/leads?status=needs_attention"),
    AlarmKind.CIRCUIT: ("Texts are stopped", "/activity/leads?status=texting"),
    AlarmKind.NO_WORKER: ("No worker", "/workers"),
    AlarmKind.CLOCK: ("Nothing is swept", "/workers"),
    AlarmKind.REDIS_AWAY: ("Redis is away", "/workers"),
    AlarmKind.REDIS_NOT_DURABLE: ("Redis is not durable", "/workers"),
    AlarmKind.POSTGRES_AWAY: ("PostgreSQL was away", "/workers"),
    AlarmKind.RESTORED: ("Texts wait after a restore", "/activity/leads?status=texting"),
    AlarmKind.SPOOL: ("Leads wait in Redis", "/workers"),
}


@page(bp, "/")
def show_home(visit: Visit) -> ResponseReturnValue:
    return _overview(visit)


@page(bp, "/alarms/<uuid:alarm_id>/acknowledge", "POST")
def acknowledge_alarm(visit: Visit, alarm_id: UUID) -> ResponseReturnValue:
    alarm = api.acknowledge_alarm(visit.call(), alarm_id)
    visit.audit("acknowledged an alarm", f"{alarm.kind}: {alarm.subject}")
    return _overview(visit) if for_htmx() else back_to("/")


@page(bp, "/circuits/<string:scope>/release", "POST")
def release_circuit(visit: Visit, scope: str) -> ResponseReturnValue:
    api.release_circuit(visit.call(), scope)
    visit.audit("released a circuit", scope)
    visit.toast("Texts go again. What Twilio still refuses stops them anew.")
    return _overview(visit) if for_htmx() else back_to("/")


def _overview(visit: Visit) -> Response:
    day = last_day(visit.session, visit.account_id)
    values = {
        "integration": Integration.of_account(visit.session, visit.account_id),
        "alarms": Alarm.open_of(visit.session, visit.account_id),
        "circuits": {each.scope for each in api.list_circuits(visit.call()).items},
        "titles": TITLES,
        "waiting": waiting(visit.session, visit.account_id),
        "most": MOST_COUNTED,
        "day": day,
        "charts": _charts(day),
        "size": (WIDTH, HEIGHT),
        "ago": ago,
    }
    return (fragment if for_htmx() else render)(
        "_home.html" if for_htmx() else "home.html", **values
    )


def _charts(day: list[Hour]) -> list[dict[str, Any]]:
    """Draw leads for themselves; delivered and undelivered texts by one measure."""
    leads = [hour.leads for hour in day]
    delivered = [hour.delivered for hour in day]
    undelivered = [hour.undelivered for hour in day]
    most = max([*delivered, *undelivered])
    return [
        _chart("Leads", leads, ""),
        _chart("Texts delivered", delivered, "good", most),
        _chart("Texts not delivered", undelivered, "bad", most),
    ]


def _chart(
    title: str, values: list[int], tone: str, highest: int | None = None
) -> dict[str, Any]:
    return {"title": title, "total": sum(values), "bars": bars(values, highest), "tone": tone}
