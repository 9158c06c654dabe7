"""One operation of the API: who calls, what is sent, one transaction, one answer.

A view is a function of a Call. What it takes and gives is declared beside it, read and
written by this frame, and told by /openapi.json from the same declaration:

    @operation("POST", "/groups", Spec("Make a group", {201: GroupShape}, body=NewName))
    def make_group(call: Call, body: NewName) -> Reply: ...

Parts of the path come as keyword arguments; `query` comes where the Spec names one.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError

from failpoints import failpoint
from models.audit import audit
from models.db import snapshot, transaction
from web.api.answers import Once
from web.api.auth import Call, authenticate
from web.api.replies import Encoded, Reply
from web.api.schema import decode, read_query
from web.doorbell import doorbell
from web.problems import Problem

bp = Blueprint("api", "web.api", url_prefix="/api/v1")

BUSY_RETRY_SECONDS = "5"

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Spec:
    """What an operation takes and gives.

    `answers` maps each status of success to its shape, or to None where there is no body.
    `problems` are the statuses of refusal beside those that every operation has.
    `idempotent`: takes an Idempotency-Key; for every POST that makes something.
    `media`: the format of the answer where it is not JSON.
    `maybe_body`: a JSON body that may be left out; the view reads it by itself.
    `seals`: a GET that writes as well, under locks of its own, and reads what others commit.
    `streamed`: the body may be large; the view reads it from wsgi.input, part by part.
    """

    summary: str
    answers: Mapping[int, Any]
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    problems: tuple[int, ...] = ()
    idempotent: bool = False
    media: str = "application/json"
    streamed: bool = False
    seals: bool = False
    maybe_body: type[msgspec.Struct] | None = None


@dataclass(frozen=True)
class Operation:
    """An operation as /openapi.json tells it."""

    method: str
    path: str  # as Flask writes it: /groups/<uuid:group_id>
    name: str
    module: str
    spec: Spec


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, spec: Spec) -> Callable[[V], V]:
    """Register a view. It returns a shape (200), a Reply, or a Response as it is."""

    def register(view: V) -> V:
        @wraps(view)
        def serve(**parts: Any) -> Response:
            return _serve(spec, view, parts)

        bp.add_url_rule(path, view.__name__, serve, methods=[method])
        OPERATIONS.append(
            Operation(method, path, view.__name__, view.__module__.rpartition(".")[2], spec)
        )
        return view

    return register


def _serve(spec: Spec, view: Callable[..., Any], parts: dict[str, Any]) -> Response:
    raw = _body(spec)  # before a connection is taken
    once: Once | None = None
    begun = snapshot if request.method == "GET" and not spec.seals else transaction
    with busy_is_503(), begun() as session:
        call = authenticate(session)
        sent = _sent(spec, raw)
        key = request.headers.get("Idempotency-Key")
        if spec.idempotent and key is not None:
            once = Once(call, key, raw)
            if known := once.first_answer():
                return known.response()
        result = view(call, **sent, **parts)
        if isinstance(result, Response):
            return result
        reply = result if isinstance(result, Reply) else Reply(result)
        _audit(spec, call, reply)
        if once is not None:
            once.keep(Encoded.of(reply), holds=not reply.is_provisional)
    return Encoded.of(_after_commit(reply, call, once)).response()


def _body(spec: Spec) -> bytes:
    """Return the body, or what tells one large body from another."""
    if not spec.streamed:
        return request.get_data(cache=spec.body is None)
    file = request.environ["wsgi.input"]
    found = hashlib.sha256()
    while part := file.read(1 << 20):
        found.update(part)
    file.seek(0)
    return found.digest()


def _sent(spec: Spec, raw: bytes) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    if spec.query is not None:
        sent["query"] = read_query(spec.query, request.args)
    if spec.body is not None:
        sent["body"] = decode(spec.body, request, raw)
    return sent


def _audit(spec: Spec, call: Call, reply: Reply) -> None:
    """Write down what changes something or asks for a job, in the transaction that does it."""
    if request.method != "GET" or reply.rings:
        subject = request.path.removeprefix(f"{bp.url_prefix}/")
        verb = f"API: {spec.summary}"
        audit(call.session, call.account_id, call.by, verb, subject, request_id=call.request_id)


def _after_commit(reply: Reply, call: Call, once: Once | None) -> Reply:
    failpoint("api_after_commit_before_ring")
    for message in reply.rings:
        doorbell.press(message)
    with busy_is_503():
        final = reply.after_commit() if reply.after_commit else None
        if once is not None and (final or reply.is_provisional):
            with transaction() as session:
                once.replace(replace(call, session=session), Encoded.of(final or reply))
    return final or reply


@contextmanager
def busy_is_503() -> Iterator[None]:
    """Answer 503 when PostgreSQL is away, or somebody holds a lock for too long."""
    try:
        yield
    except OperationalError as error:
        raise Problem(
            503, "unavailable", headers={"Retry-After": BUSY_RETRY_SECONDS}
        ) from error
