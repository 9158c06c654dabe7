"""How often a sign-in was tried: for an e-mail, and from an address.

Counted in PostgreSQL before the password is looked at, so that several web processes and a
restart change nothing. An e-mail counts whether or not somebody has it, so the answer tells
nothing. A stranger who tries an owner's e-mail locks out himself long before the owner.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.db import Base

WINDOW = timedelta(minutes=15)
#: Tries of one e-mail from one address, of one e-mail from anywhere, of an address.
PAIR_TRIES, EMAIL_TRIES, ADDRESS_TRIES = 10, 50, 100


class SignInAttempts(Base):
    """Tries of one subject since a moment; the subject is hashed."""

    __tablename__ = "sign_in_attempts"

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime]

    @classmethod
    def seconds_to_wait(cls, session: Session, email: str, address: str) -> int:
        """Count a try; return 0 if it may be made, else for how long none may."""
        waits = [
            cls._count(session, subject, most) for subject, most in _subjects(email, address)
        ]
        return max(waits)

    @classmethod
    def forget(cls, session: Session, email: str, address: str) -> None:
        """Begin anew for somebody who knew the password, and clear what is past."""
        pair = _subjects(email, address)[0][0]
        past = cls.since < func.now() - WINDOW
        session.execute(delete(cls).where((cls.subject == pair) | past))

    @classmethod
    def _count(cls, session: Session, subject: bytes, most: int) -> int:
        past = cls.since < func.now() - WINDOW
        made = insert(cls).values(subject=subject, tries=1, since=func.now())
        counted = made.on_conflict_do_update(
            index_elements=[cls.subject],
            set_={
                "tries": case((past, 1), else_=cls.tries + 1),
                "since": case((past, func.now()), else_=cls.since),
            },
        )
        left = func.ceil(func.extract("epoch", cls.since + WINDOW - func.now()))
        row = session.execute(counted.returning(cls.tries, left)).one()
        return int(row[1]) if row[0] > most else 0


def _subjects(email: str, address: str) -> list[tuple[bytes, int]]:
    """Name the subjects in one order always: two requests wait for each other, no more."""
    email = email.strip().lower()
    return [
        (_hashed("pair", f"{email} {address}"), PAIR_TRIES),
        (_hashed("email", email), EMAIL_TRIES),
        (_hashed("address", address), ADDRESS_TRIES),
    ]


def _hashed(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind} {text}".encode()).digest()
