"""Integration, field mapping: by example, with the last bodies beside it and a preview."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from web.api import field_mapping as api
from web.api import integration as integration_api
from web.api.integration_settings import IntegrationChanged
from web.api.schema import read_form
from web.pages.frame import page
from web.pages.integration_parts import HERE, found, wrong_fields
from web.pages.rendering import back_to, for_htmx, fragment, render
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("integration_mapping", __name__)

MAPPING = f"{HERE}/mapping"

#: What may be mapped, and how the form names it.
FIELDS = (
    ("first_name", "First name"),
    ("last_name", "Last name"),
    ("full_name", "Full name, where there is only one field"),
    ("phone", "Phone number"),
    ("email", "E-mail"),
    ("consent", "Consent"),
)


@page(bp, MAPPING)
def show_mapping(visit: Visit) -> ResponseReturnValue:
    return _form(visit, found(visit).field_mapping or {})


@page(bp, MAPPING, "POST")
def save_mapping(visit: Visit) -> ResponseReturnValue:
    mapping = _typed()
    if "preview" in request.form or for_htmx():
        return _form(visit, mapping)
    try:
        changed = read_form(IntegrationChanged, _as_settings(mapping))
        integration_api.change_integration(visit.call(), changed)
    except Problem as problem:
        return _form(visit, mapping, wrong_fields(problem)), 422
    visit.audit("changed the field mapping", found(visit).name)
    visit.toast("Saved. Rejections can be replayed with it.")
    return back_to(MAPPING)


def _form(
    visit: Visit, mapping: dict[str, str], wrong: dict[str, str] | None = None
) -> Response:
    call = visit.call()
    tried = api.MappingTried(mapping or None)  # type: ignore[arg-type]  # the names are FIELDS'
    previews = {each.id: each for each in api.preview_mapping(call, tried).items}
    if for_htmx():
        return fragment("_integration_previews.html", previews=previews.values())
    bodies = api.list_bodies(call).items
    return render(
        "integration_mapping.html",
        fields=FIELDS,
        mapping=mapping,
        wrong=wrong or {},
        bodies=bodies,
        previews=previews.values(),
        paths=sorted({field.path for body in bodies for field in body.fields}),
    )


def _typed() -> dict[str, str]:
    typed = {name: request.form.get(name, "").strip() for name, _ in FIELDS}
    return {name: path for name, path in typed.items() if path}


def _as_settings(mapping: dict[str, str]) -> dict[str, Any]:
    return {"field_mapping": mapping or None}
