"""What Twilio calls: receipts of our texts, and texts that people send us.

Check the signature, store, ring, answer. A receipt that leaves nothing to decide is settled by
the call that stores it, and needs no ring. Both answers come after a commit; the commit of an
inbound text that reads as a stop already holds the suppression. While PostgreSQL is away both
are kept in Redis, and no text goes out before they are drained.
"""

import hmac
import html
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

import config
from models.accept import DatabaseAway, UrlBusy
from models.db import within
from models.receipts import Told
from web.breaker import breaker
from web.doorbell import doorbell
from web.problems import Problem
from web.requests import request_id
from web.together import store_receipt
from workers.callbacks import is_ours
from workers.gate import keep_told
from workers.redis_run import GateUnreachable
from workers.told import store_text

#: Twilio waits for 15 s; a stopped database must not hold a thread any longer than this.
PATIENCE_SECONDS = 2.0

bp = Blueprint("twilio", __name__, url_prefix="/twilio")


@bp.post("/status")
def take_receipt() -> ResponseReturnValue:
    form = _signed_form()
    lead_id, attempt = _own_reference()
    told = Told(
        lead_id=lead_id,
        attempt=attempt,
        sid=_field(form, "MessageSid", "SmsSid"),
        status=_field(form, "MessageStatus", "SmsStatus"),
        error_code=_code(form.get("ErrorCode")),
        raw=_clean(form),
        request_id=request_id(),
    )
    try:
        with breaker.guard():
            jobs = store_receipt(told)
    except DatabaseAway as error:
        _spool("receipt", asdict(told) | {"lead_id": str(lead_id) if lead_id else None}, error)
        return Response(status=204)
    except UrlBusy as error:
        raise _try_again() from error
    for job in jobs:
        doorbell.press(job)
    return Response(status=204)


@bp.post("/inbound")
def take_text() -> ResponseReturnValue:
    form = _signed_form()
    fields = _clean(form)
    inbound = {
        "sid": _field(form, "MessageSid", "SmsSid"),
        "phone": _field(form, "From"),
        "our_number": _field(form, "To"),
        "body": fields.get("Body", ""),
        "raw": fields,
        "request_id": request_id(),
    }
    try:
        with breaker.guard(), within(PATIENCE_SECONDS):
            jobs, confirmation = store_text(inbound)
    except DatabaseAway as error:
        _spool("text", inbound, error)
        return _twiml(None)
    for job in jobs:
        doorbell.press(job)
    return _twiml(confirmation)


def _spool(kind: str, told: dict[str, Any], cause: Exception) -> None:
    """Keep it in Redis until PostgreSQL is back. Raises Problem 503 when Redis is away too."""
    try:
        if keep_told({"kind": kind, "told": told}):
            return
    except GateUnreachable:
        pass  # said below: nothing durable can be reached
    raise _try_again() from cause


def _try_again() -> Problem:
    return Problem(503, "unavailable", headers={"Retry-After": "5"})


def _signed_form() -> MultiDict[str, str]:
    """Return the fields, if it was Twilio that sent them. Raises Problem 403.

    The signature covers the public address, which is ours to know: never what Host says.
    """
    query = request.query_string.decode("latin-1")
    address = f"{config.PUBLIC_BASE_URL}{request.path}" + (f"?{query}" if query else "")
    signature = request.headers.get("X-Twilio-Signature", "")
    tokens = filter(None, (config.TWILIO_AUTH_TOKEN, config.TWILIO_AUTH_TOKEN_PREVIOUS))
    form = request.form
    if not any(_is_signed(RequestValidator(each), address, form, signature) for each in tokens):
        raise Problem(403, "bad-signature")
    return form


def _is_signed(
    validator: RequestValidator, address: str, form: MultiDict[str, str], signature: str
) -> bool:
    """Try the address as it is first: the library computes each way of writing its port."""
    as_it_is = validator.compute_signature(address, form)
    if hmac.compare_digest(as_it_is.encode(), signature.encode()):
        return True
    return bool(validator.validate(address, form, signature))


def _own_reference() -> tuple[UUID | None, int | None]:
    """Return the lead and the attempt named by our callback address, if we made it."""
    try:
        lead_id, attempt = UUID(request.args["lead"]), int(request.args["attempt"])
    except (KeyError, ValueError):
        return None, None
    if not is_ours(lead_id, attempt, request.args.get("sig", "")):
        return None, None
    return lead_id, attempt


def _field(form: MultiDict[str, str], *names: str) -> str:
    for name in names:
        value = form.get(name, "").replace("\0", "")
        if value:
            return value[:200]
    raise Problem(400, "bad-request", f"The field {names[0]} is missing.")


def _code(raw: str | None) -> int | None:
    return int(raw) if raw and raw.isdecimal() and len(raw) <= 9 else None  # noqa: PLR2004  (an integer column)


def _clean(form: MultiDict[str, str]) -> dict[str, str]:
    """Return the fields as PostgreSQL can keep them: no NUL, no half characters."""
    return {
        name.replace("\0", ""): value.replace("\0", "").encode(errors="replace").decode()
        for name, value in form.items()
    }


def _twiml(message: str | None) -> Response:
    inner = f"<Message>{html.escape(message)}</Message>" if message else ""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'
    return Response(body, status=200, content_type="text/xml; charset=utf-8")
