"""Idempotency-Key: the same request again gets the first answer again, for 24 hours.

The answer is stored in the transaction that makes the thing, so there is never one without
the other, and a crash in between leaves neither. While a first request is under way it holds
an advisory lock, which PostgreSQL lets go of when the transaction ends, however it ends.
An answer that made nothing (an error) is not kept: the request may be tried again.
"""

import hashlib
from datetime import timedelta

from flask import request
from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from models.answers import Answer
from models.crypto import decrypt, encrypt
from web.api.auth import Call
from web.api.replies import Encoded
from web.api.schema import field_error, invalid
from web.problems import Problem

KEPT = timedelta(hours=24)
LONGEST_KEY = 255


class Once:
    """What is known of one Idempotency-Key. Made within the call's transaction."""

    def __init__(self, call: Call, key: str, raw: bytes) -> None:
        self._call = call
        self._key = _usable(key)
        self._hash = _request_hash(call, raw)

    def first_answer(self) -> Encoded | None:
        """Return the answer given before, if there is one; else keep others of this key out.

        A first request that is under way is waited for. Raises Problem: 409 where that takes
        too long, 422 for another request.
        """
        self._lock()
        known = self._call.session.get(Answer, (self._call.account_id, self._key))
        if known is None:
            return None
        if known.status is None or known.body is None or self._is_over(known):
            self._call.session.delete(known)
            self._call.session.flush()
            return None
        if known.request_hash != self._hash:
            raise Problem(422, "key-reused")
        body = decrypt(known.body["sealed"].encode()).encode()
        return Encoded(known.status, body, known.location)

    def keep(self, answer: Encoded, *, holds: bool) -> None:
        """Store the answer, sealed: it may show a secret that is shown only once.

        One that does not hold yet promises nothing, until *replace* says what holds.
        """
        self._call.session.add(
            Answer(
                account_id=self._call.account_id,
                key=self._key,
                request_hash=self._hash,
                status=answer.status if holds else None,
                body=_sealed(answer),
                location=answer.location,
            )
        )

    def replace(self, call: Call, answer: Encoded) -> None:
        """Put the answer that was finally given in place of the one kept."""
        call.session.execute(
            update(Answer)
            .where(Answer.account_id == call.account_id, Answer.key == self._key)
            .values(status=answer.status, body=_sealed(answer), location=answer.location)
        )

    def _lock(self) -> None:
        number = func.hashtextextended(f"answers:{self._call.account_id}:{self._key}", 0)
        try:
            self._call.session.execute(select(func.pg_advisory_xact_lock(number)))
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise Problem(409, "key-in-use") from error
            raise

    def _is_over(self, known: Answer) -> bool:
        now = self._call.session.scalars(select(func.now())).one()
        return now - known.created_at > KEPT


def _sealed(answer: Encoded) -> dict[str, str]:
    return {"sealed": encrypt(answer.body.decode()).decode()}


def _usable(key: str) -> str:
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        detail = f"Send 1 to {LONGEST_KEY} printable characters."
        raise invalid(field_error("Idempotency-Key", "invalid", detail))
    return key


def _request_hash(call: Call, raw: bytes) -> bytes:
    """Tell requests apart; what one role was shown is not for another one to see."""
    place = f"{request.method} {request.full_path} {call.role.value}\n".encode()
    return hashlib.sha256(place + raw).digest()
