"""Twilio's client, and what its answers mean: create, fetch, list, look up.

The official client builds and reads everything; below it lies our own exchange
(workers/http.py), because the question is always: may Twilio have the text?
"""

import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

import config
from workers.http import MaybeRead, NotWritten, exchange
from workers.verdicts import (
    Halted,
    MaybeSent,
    NotSent,
    Refused,
    Verdict,
    is_success,
    meaning,
)

__all__ = [
    "NO_ANSWER",
    "Halted",
    "MaybeSent",
    "NotSent",
    "Refused",
    "TwilioText",
    "TwilioUnavailable",
    "client",
    "create",
    "fetch",
    "line_type",
    "list_inbound",
    "list_texts",
]

CREATE_SECONDS = 15.0
FETCH_SECONDS = 10.0
LOOKUP_SECONDS = 2.0
#: A person gets a handful of texts from us in the time an unknown one is looked for.
LISTED_AT_MOST = 50


class TwilioUnavailable(Exception):
    """Twilio did not answer a question; ask again later. Nothing was changed by asking."""


@dataclass(frozen=True)
class TwilioText:
    """A text as Twilio has it. `sid` is None when Twilio took it and said no more."""

    sid: str | None
    status: str
    error_code: int | None = None
    body: str | None = None
    from_number: str | None = None
    created_at: datetime | None = None


def create(
    to: str, from_number: str, body: str, status_callback: str, validity_seconds: int | None
) -> TwilioText:
    """Ask Twilio to send one text. One request, at most 15 s, never repeated here.

    Raises NotSent, Refused, Halted; MaybeSent for everything that is not one of these.
    """
    fields: dict[str, Any] = {"status_callback": status_callback}
    if validity_seconds is not None:
        fields["validity_period"] = validity_seconds
    try:
        return _read(
            client(CREATE_SECONDS).messages.create(
                to=to, from_=from_number, body=body, **fields
            )
        )
    except NotWritten as error:
        raise NotSent(str(error)) from error
    except MaybeRead as error:
        if error.status is not None and is_success(error.status):
            return TwilioText(sid=None, status="accepted")  # the rest of the answer is lost
        raise MaybeSent(str(error)) from error
    except (TwilioRestException, TwilioServiceException) as error:
        raise _meaning_of(error) from error
    except _UNREADABLE:
        return TwilioText(sid=None, status="accepted")  # a 2xx that cannot be read
    except TwilioException as error:
        raise MaybeSent(type(error).__name__) from error


def fetch(sid: str) -> TwilioText | None:
    """Return what Twilio knows of a text, or None. Raises TwilioUnavailable."""
    try:
        return _read(client(FETCH_SECONDS).messages(sid).fetch())
    except TwilioRestException as error:
        if error.status == 404:  # noqa: PLR2004  (HTTP's)
            return None
        raise TwilioUnavailable(str(error.status)) from error
    except NO_ANSWER as error:
        raise TwilioUnavailable(type(error).__name__) from error


def list_texts(to: str) -> list[TwilioText]:
    """Return the newest texts to a number. Raises TwilioUnavailable.

    Not filtered by date or sender: Twilio leaves both unset while a text is queued.
    """
    try:
        listed = client(FETCH_SECONDS).messages.list(to=to, limit=LISTED_AT_MOST)
        return [_read(message) for message in listed]
    except NO_ANSWER as error:
        raise TwilioUnavailable(type(error).__name__) from error


def list_inbound(to: str, since: datetime) -> list[tuple[TwilioText, str]]:
    """Return texts that people sent to our number since a time, with their numbers.

    Raises TwilioUnavailable.
    """
    try:
        listed = client(FETCH_SECONDS).messages.list(
            to=to, date_sent_after=since, page_size=1000
        )
        inbound = [message for message in listed if message.direction == "inbound"]
        return [(_read(message), str(message.from_)) for message in inbound]
    except NO_ANSWER as error:
        raise TwilioUnavailable(type(error).__name__) from error


def line_type(phone: str) -> str | None:
    """Return a number's kind of line (mobile, landline …) or None when nobody knows.

    At most 2 s; a failure counts as unknown, and the text goes.
    """
    try:
        found = (
            client(LOOKUP_SECONDS)
            .lookups.v2.phone_numbers(phone)
            .fetch(fields="line_type_intelligence")
        )
        kind = (found.line_type_intelligence or {}).get("type")
    except NO_ANSWER:
        return None
    return str(kind) if kind else None


#: What reading an answer raises that is no JSON, or another JSON than Twilio's.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
NO_ANSWER = (NotWritten, MaybeRead, TwilioException, *_UNREADABLE)


def _meaning_of(error: TwilioRestException | TwilioServiceException) -> Verdict:
    message = str(getattr(error, "msg", None) or getattr(error, "title", ""))[:300]
    return meaning(int(error.status), _code_of(error), message)


def _code_of(error: TwilioRestException | TwilioServiceException) -> int:
    try:
        return int(error.code)
    except (TypeError, ValueError):
        return int(error.status)


def _read(message: Any) -> TwilioText:
    return TwilioText(
        sid=message.sid,
        status=str(message.status),
        error_code=int(message.error_code) if message.error_code else None,
        body=message.body,
        from_number=message.from_,
        created_at=message.date_created,
    )


class _Exchange(HttpClient):  # type: ignore[misc]  # the client ships no types
    """What the official client sends through; it counts on `request` alone."""

    def __init__(self, seconds: float) -> None:
        self.is_async = False
        self.timeout = self._seconds = seconds

    def request(  # noqa: PLR0913, PLR0917  (the signature is Twilio's)
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002  (never)
    ) -> Response:
        url = f"{uri}?{urlencode(params, doseq=True)}" if params else uri
        body = urlencode(data, doseq=True).encode() if data else None
        sent = dict(headers or {}) | {"Connection": "close"}
        if auth:
            sent["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
        answer = exchange(method, url, sent, body, timeout or self._seconds)
        if 300 <= answer.status < 400:  # noqa: PLR2004  (the client takes a redirect for success)
            raise MaybeRead(f"HTTP {answer.status}")
        return Response(answer.status, answer.body.decode(errors="replace"), answer.headers)


_local = threading.local()


def client(seconds: float) -> Client:
    """Return this thread's client for calls of at most *seconds*. The client is not shared."""
    clients: dict[float, Client] = _local.__dict__.setdefault("clients", {})
    if seconds not in clients:
        client = Client(
            config.TWILIO_ACCOUNT_SID,
            config.TWILIO_AUTH_TOKEN,
            http_client=_Exchange(seconds),
            environment={"TWILIO_REGION": ""},  # not the process', whose edge moves the host
        )
        client.api.base_url = config.TWILIO_BASE_URL
        if config.TWILIO_BASE_URL != config.TWILIO_API:
            client.lookups.base_url = config.TWILIO_BASE_URL
        clients[seconds] = client
    return clients[seconds]
