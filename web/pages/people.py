"""Names, e-mails and new passwords as people type them, for whoever becomes an operator."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.accounts import Operator
from models.passwords import mistake

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_LINE = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True)
class Person:
    """Somebody as a form describes her."""

    name: str
    email: str
    password: str

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "Person":
        return cls(
            form.get("name", "").strip(),
            form.get("email", "").strip(),
            form.get("password", ""),
        )

    def mistakes(self) -> dict[str, str]:
        """Return what is wrong, by field; nothing when she may become an operator."""
        wrong = {
            "name": None if is_line(self.name) else "Say what others should call you.",
            "email": None if _EMAIL.fullmatch(self.email) else "This is not an e-mail address.",
            "password": mistake(self.password),
        }
        return {field: words for field, words in wrong.items() if words}

    def become(self, operator: Operator) -> Operator:
        """Fill in a new operator."""
        operator.name, operator.email = self.name, self.email
        operator.set_password(self.password)
        return operator


def is_line(text: str) -> bool:
    """Say whether this is one line that says something."""
    return bool(text.strip()) and _LINE.fullmatch(text) is not None
