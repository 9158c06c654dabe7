"""The activation check-list: what has to be in place before leads are worth sending.

Where Twilio sends the texts of our number, only Twilio knows. It is asked after the transaction
has ended, for at most three seconds, and what it said is kept for a minute.
"""

import threading
import time
from dataclasses import dataclass

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, select

import config
from models.integrations import Integration
from models.leads import Lead, LeadStatus
from models.phone_numbers import PhoneNumber
from senders.compliance import lint
from web.pages.frame import page
from web.pages.integration_parts import HERE, found
from web.pages.rendering import back_to, for_htmx, fragment
from web.pages.visit import Visit
from workers.numbers import inbound_url
from workers.twilio import TwilioUnavailable

bp = Blueprint("integration_checks", __name__)

KEPT_SECONDS = 60.0

_INBOUND = "Replies come to us"


@dataclass(frozen=True)
class Check:
    """One line of the list. `done` None: nobody knows yet."""

    title: str
    done: bool | None
    detail: str
    link: str = ""
    link_words: str = ""


@page(bp, f"{HERE}/inbound-url")
def show_inbound_url(visit: Visit) -> ResponseReturnValue:
    """Ask Twilio where texts to our number go, and answer once the transaction is over.

    Without htmx the list of all integrations shows it, as it is known by then.
    """
    number = _number(visit, found(visit))
    visit.after_commit(lambda: _answer(number))
    return back_to(HERE)


def checks_of(visit: Visit, integration: Integration) -> list[Check]:
    """Return what our own database tells."""
    number = _number(visit, integration)
    problems = lint(integration.compliance_message, integration.brand).problems
    return [
        Check(
            "An approved number",
            number is not None,
            f"Texts go out from {number}." if number else "No approved number is chosen.",
            "" if number else "/settings/phone-numbers",
            "Phone numbers",
        ),
        Check(
            "A compliance message with brand, STOP and HELP",
            not problems,
            " ".join(problem.sentence for problem in problems) or "It says who, STOP and HELP.",
            f"{HERE}/edit" if problems else "",
            "Mend it",
        ),
        _test_check(visit, integration),
    ]


def _test_check(visit: Visit, integration: Integration) -> Check:
    arrived = select(
        exists().where(
            Lead.account_id == integration.account_id,
            Lead.status == LeadStatus.JOINED,
            Lead.received_at >= integration.created_at,
        )
    )
    done = bool(visit.session.scalar(arrived))
    detail = (
        "A text has arrived and its person has joined."
        if done
        else "No text of this integration has arrived yet: send a test lead to your own phone."
    )
    return Check(
        "A lead went all the way", done, detail, "" if done else f"{HERE}/edit#test", "Test"
    )


def _number(visit: Visit, integration: Integration) -> str | None:
    wanted = integration.phone_number_id
    number = PhoneNumber.approved(visit.session, visit.account_id, wanted)
    return number.number if number else None


def inbound_known(visit: Visit, integration: Integration) -> Check | None:
    """Return what Twilio said a moment ago; None when it has to be asked."""
    number = _number(visit, integration)
    with _lock:
        url, until = KNOWN.get(number or "", (None, 0.0))
    return _inbound_check(number, url) if number and until >= time.monotonic() else None


def _answer(number: str | None) -> Response | None:
    if number is None:
        check = Check(_INBOUND, None, "Twilio is asked once there is an approved number.")
    else:
        try:
            check = _inbound_check(number, _asked(number))
        except TwilioUnavailable:
            check = Check(_INBOUND, None, "Twilio does not answer just now.")
    return fragment("_integration_inbound.html", check=check) if for_htmx() else None


def _inbound_check(number: str, url: str | None) -> Check:
    title = _INBOUND
    ours = f"{config.PUBLIC_BASE_URL}/twilio/inbound"
    if url is None:
        return Check(title, False, f"Twilio knows no number {number} in this account of its.")
    if url != ours:
        elsewhere = f"to {url}" if url else "nowhere"
        return Check(
            title,
            False,
            f"Twilio sends texts to {number} {elsewhere}. Set its inbound URL to {ours}, "
            "or nobody can opt out.",
        )
    return Check(title, True, f"Twilio sends texts to {number} here: STOP is heard.")


_lock = threading.Lock()
#: What Twilio said of each number, and until when it stands.
KNOWN: dict[str, tuple[str | None, float]] = {}


def _asked(number: str) -> str | None:
    """Return what Twilio said within the last minute, or ask. Raises TwilioUnavailable."""
    with _lock:
        url, until = KNOWN.get(number, (None, 0.0))
    if until < time.monotonic():
        url = inbound_url(number)
        with _lock:
            KNOWN[number] = url, time.monotonic() + KEPT_SECONDS
    return url
