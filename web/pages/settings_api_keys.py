"""Settings, API keys: made and removed by owners; the key itself is shown once."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.accounts import ApiKey, Operator
from web.api.api_keys import delete_api_key
from web.pages.frame import page
from web.pages.people import is_line
from web.pages.rendering import back_to, render
from web.pages.visit import Visit

bp = Blueprint("settings_api_keys", __name__)

HERE = "/settings/api-keys"


@page(bp, HERE)
def show_api_keys(visit: Visit) -> ResponseReturnValue:
    visit.owner_only()
    return _show(visit)


@page(bp, HERE, "POST")
def make_api_key(visit: Visit) -> ResponseReturnValue:
    visit.owner_only()
    name = request.form.get("name", "").strip()
    if not is_line(name):
        return _show(visit, error="Say what the key is for."), 422
    key, secret = ApiKey.make(visit.operator, name)
    visit.session.add(key)
    visit.session.flush()
    visit.audit("made an API key", f"{name} (…{key.hint})")
    return _show(visit, secret=secret, made=name)


@page(bp, f"{HERE}/<uuid:key_id>/remove", "POST")
def remove_api_key(visit: Visit, key_id: UUID) -> ResponseReturnValue:
    delete_api_key(visit.call(), key_id)
    key = visit.session.get_one(ApiKey, key_id)
    visit.audit("removed an API key", f"{key.name} (…{key.hint})")
    visit.toast(f"The key {key.name} is removed.")
    return back_to(HERE)


def _show(visit: Visit, **values: str) -> Response:
    query = (
        select(ApiKey, Operator.name)
        .join(Operator, Operator.id == ApiKey.operator_id)
        .where(ApiKey.account_id == visit.account_id, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.created_at.desc(), ApiKey.id)
    )
    keys = visit.session.execute(query).all()
    return render("settings_api_keys.html", keys=keys, **values)
