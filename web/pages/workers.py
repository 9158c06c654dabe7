"""Workers: what waits, what runs, how much was done, and whether something is wrong."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.failure_causes import causes
from models.job_figures import Point, Window, by_actor, throughput
from models.queue_pauses import QueuePause
from models.schedules import Schedule
from web.api import workers as api
from web.pages.charts import HEIGHT, WIDTH, bars
from web.pages.frame import page
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit
from web.pages.workers_parts import lookout, own_finished, words
from web.problems import Problem
from workers.queues import queue_names

bp = Blueprint("workers", __name__)

HERE = "/workers"

#: Rows of "ended last" on a page.
LAST = 20


@page(bp, HERE)
def show_workers(visit: Visit) -> ResponseReturnValue:
    return _shown("workers", _overview(visit))


@page(bp, f"{HERE}/queues/<name>")
def show_queue(visit: Visit, name: str) -> ResponseReturnValue:
    api.check_queue(name)
    seen = lookout.seen()
    finished = [job for job in seen.finished if job.queue == name] if seen else []
    found = {
        "name": name,
        "seen": seen,
        "queue": next((each for each in seen.queues if each.name == name), None)
        if seen
        else None,
        "workers": [each for each in seen.workers if name in each.queues] if seen else [],
        "pause": QueuePause.all(visit.session).get(name),
        "causes": [
            each for each in causes(visit.session, visit.account_id) if each.queue == name
        ],
        "finished": own_finished(visit, finished)[:LAST],
    }
    return _shown("workers_queue", found)


@page(bp, f"{HERE}/queues/<name>/pause", "POST")
def pause_queue(visit: Visit, name: str) -> ResponseReturnValue:
    api.pause_queue(visit.call(), name)
    visit.audit("paused a queue", name)
    visit.toast(f"“{name}” is paused: workers begin no more jobs of it.")
    return _switched(visit)


@page(bp, f"{HERE}/queues/<name>/resume", "POST")
def resume_queue(visit: Visit, name: str) -> ResponseReturnValue:
    api.resume_queue(visit.call(), name)
    visit.audit("let a queue go on", name)
    visit.toast(f"“{name}” goes on.")
    return _switched(visit)


def _switched(visit: Visit) -> Response:
    visit.after_commit(_tell_workers)
    wanted = request.form.get("next", "")
    return back_to(wanted if wanted in _addresses() else HERE)


def _tell_workers() -> None:
    api.tell_workers()
    lookout.forget()


def _addresses() -> set[str]:
    return {HERE, *(f"{HERE}/queues/{name}" for name in queue_names())}


def _overview(visit: Visit) -> dict[str, Any]:
    window = _window()
    seen = lookout.seen()
    points = throughput(visit.session, window)
    return {
        "seen": seen,
        "pauses": QueuePause.all(visit.session),
        "unattended": seen.unattended() if seen else [],
        "clock_late": Schedule.clock_is_late(visit.session),
        "window": window,
        "windows": [*Window],
        "points": points,
        "charts": _charts(points),
        "size_of_chart": (WIDTH, HEIGHT),
        "actors": by_actor(visit.session, window),
        "finished": own_finished(visit, seen.finished)[:LAST] if seen else [],
        "queue_names": queue_names(),
    }


def _window() -> Window:
    try:
        return Window(request.args.get("window", Window.HOUR))
    except ValueError as error:
        raise Problem(404, "not-found") from error


def _charts(points: list[Point]) -> list[tuple[str, int, list[Any]]]:
    """Draw what was done and what failed by one measure each: few failures are seen too."""
    done = [point.done for point in points]
    failed = [point.failed for point in points]
    return [("done", sum(done), bars(done)), ("failed", sum(failed), bars(failed))]


def _shown(name: str, values: dict[str, Any]) -> Response:
    if for_htmx():
        return fragment(f"_{name}.html", **words(), **values)
    return render(f"{name}.html", **words(), **values)
