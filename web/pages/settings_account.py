"""Settings, account: the business, and the operator's own name, zone, keys and password."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.passwords import fits, mistake
from models.sign_in_attempts import SignInAttempts
from models.sign_ins import SignIn
from web.pages.choices import countries, is_country, is_time_zone, time_zones
from web.pages.frame import page
from web.pages.people import is_line
from web.pages.rendering import back_to, render
from web.pages.visit import Visit

bp = Blueprint("settings_account", __name__)

HERE = "/settings/account"


@page(bp, HERE)
def show_account(visit: Visit) -> ResponseReturnValue:  # noqa: ARG001  (the template asks it)
    return _show({})


@page(bp, HERE, "POST")
def change_account(visit: Visit) -> ResponseReturnValue:
    visit.owner_only()
    name, country, zone = (_typed(field) for field in ("business", "country", "time_zone"))
    right = {
        "business": is_line(name),
        "country": is_country(country),
        "time_zone": is_time_zone(zone),
    }
    if not all(right.values()):
        return _show({each: "This cannot be." for each, fine in right.items() if not fine}), 422
    account = visit.account
    account.name, account.default_region, account.time_zone = name, country, zone
    visit.audit("changed the account", f"{name}, {country}, {zone}")
    visit.toast("The account is changed.")
    return back_to(HERE)


@page(bp, f"{HERE}/me", "POST")
def change_me(visit: Visit) -> ResponseReturnValue:
    name, zone = _typed("name"), _typed("my_time_zone")
    right = {"name": is_line(name), "my_time_zone": not zone or is_time_zone(zone)}
    if not all(right.values()):
        return _show({each: "This cannot be." for each, fine in right.items() if not fine}), 422
    operator = visit.operator
    visit.audit("changed own settings", name)
    operator.name, operator.time_zone = name, zone or None
    operator.shortcuts = "shortcuts" in request.form
    visit.toast("Your settings are changed.")
    return back_to(HERE)


@page(bp, f"{HERE}/password", "POST")
def change_password(visit: Visit) -> ResponseReturnValue:
    """Take the password there is first: an unlocked screen is not enough."""
    wrong = _wrong_passwords(visit)
    if wrong:
        return _show(wrong), 422
    visit.operator.set_password(request.form["new_password"])
    others = SignIn.end_all(visit.session, visit.operator.id, but=visit.sign_in.id)
    visit.audit("changed own password", f"{others} other sign-ins ended")
    visit.toast("Your password is changed; every other browser is signed out.")
    return back_to(HERE)


def _wrong_passwords(visit: Visit) -> dict[str, str]:
    """Count the try as one of signing in, or this form would be a way around that limit."""
    session, email = visit.session, visit.operator.email
    if SignInAttempts.seconds_to_wait(session, email, request.remote_addr or ""):
        return {"password": "There were too many tries. Wait 15 minutes."}
    if not fits(visit.operator.password_hash, request.form.get("password", "")):
        return {"password": "This is not your password."}
    SignInAttempts.forget(session, email, request.remote_addr or "")
    words = mistake(request.form.get("new_password", ""))
    return {"new_password": words} if words else {}


def _typed(field: str) -> str:
    return request.form.get(field, "").strip()


def _show(wrong: dict[str, str]) -> Response:
    lists = {"countries": countries(), "time_zones": time_zones()}
    return render("settings_account.html", wrong=wrong, **lists)
