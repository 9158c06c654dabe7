"""Integration, signing: the optional second lock of the endpoint URL."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from models import signing_secrets as secrets
from web.api import signing_secrets as api
from web.pages.frame import page
from web.pages.integration_parts import HERE, found
from web.pages.rendering import back_to, render
from web.pages.visit import Visit

bp = Blueprint("integration_signing", __name__)

SIGNING = f"{HERE}/signing"


@page(bp, SIGNING)
def show_secrets(visit: Visit) -> ResponseReturnValue:
    return _page(visit)


@page(bp, SIGNING, "POST")
def make_secret(visit: Visit) -> ResponseReturnValue:
    """Show the secret in the very answer: it is shown nowhere else."""
    shown = api.make_signing_secret(visit.call()).shape
    visit.audit("made a signing secret", found(visit).name)
    return _page(visit, shown.secret if isinstance(shown, api.SecretShown) else "")


@page(bp, f"{SIGNING}/<uuid:secret_id>/remove", "POST")
def remove_secret(visit: Visit, secret_id: UUID) -> ResponseReturnValue:
    api.delete_signing_secret(visit.call(), secret_id)
    visit.audit("removed a signing secret", found(visit).name)
    visit.toast("Removed. What was signed with it alone is refused from now on.")
    return back_to(SIGNING)


def _page(visit: Visit, shown: str = "") -> ResponseReturnValue:
    kept = secrets.signing_secrets(found(visit))
    return render(
        "integration_signing.html", secrets=kept, shown=shown, is_full=len(kept) >= secrets.MOST
    )
