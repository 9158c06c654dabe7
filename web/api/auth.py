"""Who calls the API: the bearer of a key, with the role the key was made with."""

from dataclasses import dataclass
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from models.accounts import ApiKey, Role
from models.timeline import Actor
from web.problems import Problem
from web.requests import request_id


@dataclass(frozen=True)
class Call:
    """One call: who makes it, for which account, in which transaction.

    Every query has to be scoped by `account_id`: another account's id is a 404.
    """

    session: Session
    account_id: UUID
    by: Actor
    role: Role
    request_id: str

    def owner_only(self) -> None:
        """Raise 403 unless an owner calls."""
        if self.role is not Role.OWNER:
            raise Problem(403, "owner-only")


def authenticate(session: Session) -> Call:
    """Find out by one query whose key this is. Raises Problem(401)."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = ApiKey.bearer(session, secret.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Problem(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    key, name = found
    by = Actor(key.operator_id, name)
    return Call(session, key.account_id, by, key.role, request_id())
