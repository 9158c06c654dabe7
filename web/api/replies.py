"""What a view of the API returns, and the bytes that become of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from flask import Response

from workers.ring import Job

Shape = msgspec.Struct | Sequence[msgspec.Struct]


@dataclass(frozen=True)
class Reply:
    """An answer that is more than 200 and a shape.

    `rings` are sent once the call's transaction is committed. `after_commit` runs then too,
    outside of any transaction; a Reply that it returns is answered instead of this one.
    `is_provisional`: what is answered does not hold before that, so that a request with the
    same Idempotency-Key begins anew should this one come to its end in between.
    """

    shape: Shape | None
    status: int = 200
    location: str | None = None
    rings: Sequence[Job] = ()
    after_commit: "Callable[[], Reply | None] | None" = None
    is_provisional: bool = False


class Encoded(NamedTuple):
    """An answer as it goes out, and as it is kept for an Idempotency-Key."""

    status: int
    body: bytes
    location: str | None

    @classmethod
    def of(cls, reply: Reply) -> "Encoded":
        body = b"" if reply.shape is None else msgspec.json.encode(reply.shape)
        return cls(reply.status, body, reply.location)

    def response(self) -> Response:
        response = Response(self.body, self.status, content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        if not self.body:
            del response.headers["Content-Type"]
        if self.location is not None:
            response.headers["Location"] = self.location
        return response
