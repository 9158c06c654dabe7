"""From a view to HTML: whole pages, fragments for htmx, and what templates may ask."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, redirect, render_template, request
from markupsafe import Markup

import config
from web.pages import cookies, csrf
from web.pages.assets import asset
from web.pages.browsers import browser_name
from web.pages.navigation import navigation
from web.pages.visit import Toast, Visit

THEMES = ("system", "light", "dark")


def render(template: str, **values: Any) -> Response:
    """Make a whole page, with navigation, bars and what there is to say."""
    visit: Visit | None = g.get("visit")
    said = [*cookies.kept_toasts(), *(visit.toasts if visit else [])]
    html = render_template(
        template,
        visit=visit,
        places=navigation(visit, request.path) if visit else [],
        toasts=said,
        simulated=config.TWILIO_BASE_URL != config.TWILIO_API,
        environment=config.ENVIRONMENT,
        theme=_theme(),
        **values,
    )
    response = make_response(html)
    if cookies.TOASTS in request.cookies:
        cookies.drop(response, cookies.TOASTS)
    return response


def fragment(template: str, **values: Any) -> Response:
    """Make a part of a page for htmx; toasts of the visit go along with it."""
    visit: Visit | None = g.get("visit")
    html = render_template(template, visit=visit, **values)
    if visit and visit.toasts:
        html += render_template("_toasts.html", toasts=visit.toasts, out_of_band=True)
    return make_response(html)


def back_to(path: str) -> Response:
    """Redirect after a form was taken, so that Reload sends nothing twice."""
    return make_response(redirect(path, 303))


def for_htmx() -> bool:
    """Say whether a fragment is asked for."""
    return request.headers.get("HX-Request") == "true"


def install(app: Flask) -> None:
    """Give every template its globals and filters."""
    app.jinja_env.globals.update(
        asset=asset, csrf_field=_csrf_field, csrf_token=csrf.token, url_with=url_with
    )
    app.jinja_env.filters.update(
        browser_name=browser_name, exact=_exact, short=_short, iso=_iso
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def url_with(**changed: object) -> str:
    """Make the address of this page with other parameters; None takes one away."""
    kept: Mapping[str, list[str]] = request.args.to_dict(flat=False)
    pairs = [
        (name, each) for name, all_ in kept.items() for each in all_ if name not in changed
    ]
    pairs += [(name, str(value)) for name, value in changed.items() if value is not None]
    return request.path + (f"?{urlencode(pairs)}" if pairs else "")


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, csrf.token())


def _theme() -> str:
    asked = request.cookies.get(cookies.THEME, "")
    return asked if asked in THEMES else THEMES[0]


def _local(at: datetime) -> datetime:
    visit: Visit | None = g.get("visit")
    return at.astimezone(visit.zone if visit else UTC)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _exact(at: datetime) -> str:
    """The exact time, as the title of a <time> tells it."""
    return _local(at).strftime("%A, %B %-d, %Y, %H:%M:%S %Z")


def _short(at: datetime) -> str:
    """As short as it is clear: the time of day today, else the day."""
    here, now = _local(at), _local(datetime.now(UTC))
    if here.date() == now.date():
        return here.strftime("%H:%M")
    if here.year == now.year:
        return here.strftime("%b %-d, %H:%M")
    return here.strftime("%b %-d, %Y")


__all__ = ["Toast", "back_to", "for_htmx", "fragment", "install", "render", "url_with"]
