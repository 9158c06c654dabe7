"""A visit: one request of a signed-in operator, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy.orm import Session

from models.accounts import Account, Operator, Role
from models.audit import audit
from models.sign_ins import SignIn
from models.timeline import Actor
from web.api.auth import Call
from web.problems import Problem
from web.requests import request_id
from workers.ring import Job


class Toast(NamedTuple):
    """A line that tells what was done; `undo` is the address that a click on Undo posts to."""

    text: str
    undo: str | None = None


@dataclass
class Visit:
    """Who is here, and what follows once the view's transaction is committed.

    Every query has to be scoped by `account_id`: another account's id is a 404.
    """

    session: Session
    sign_in: SignIn
    operator: Operator
    account: Account
    rings: list[Job] = field(default_factory=list)
    toasts: list[Toast] = field(default_factory=list)
    afterwards: list[Callable[[], Response | None]] = field(default_factory=list)

    @property
    def account_id(self) -> UUID:
        return self.account.id

    @property
    def by(self) -> Actor:
        return Actor(self.operator.id, self.operator.name)

    @property
    def is_owner(self) -> bool:
        return self.operator.role is Role.OWNER

    @property
    def zone(self) -> ZoneInfo:
        """The operator's time zone, or else the account's."""
        return ZoneInfo(self.operator.time_zone or self.account.time_zone)

    @property
    def request_id(self) -> str:
        return request_id()

    def owner_only(self) -> None:
        """Raise 403 unless an owner is here."""
        if not self.is_owner:
            raise Problem(403, "owner-only")

    def call(self) -> Call:
        """The same visit as the API's views take it: for what pages and API share."""
        return Call(self.session, self.account_id, self.by, self.operator.role, request_id())

    def audit(self, verb: str, subject: str = "") -> None:
        """Write down what the operator did; every page that changes something does."""
        audit(self.session, self.account_id, self.by, verb, subject, request_id=self.request_id)

    def toast(self, text: str, undo: str | None = None) -> None:
        """Say what was done, on this page or on the one that follows a redirect."""
        self.toasts.append(Toast(text, undo))

    def ring(self, job: Job) -> None:
        """Send a job once the transaction is committed."""
        self.rings.append(job)

    def after_commit(self, do: Callable[[], Response | None]) -> None:
        """Run outside of any transaction; a Response that it returns is the answer."""
        self.afterwards.append(do)
