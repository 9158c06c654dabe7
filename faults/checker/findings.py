"""What the judge found out about one promise."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: So many are kept of one promise; all are counted.
MOST_KEPT = 50


class Violation(NamedTuple):
    """One case in which a promise was broken: in a sentence, and who and what shows it.

    `at` is when, on the wall's clock, if that is known: what began later has no part in it.
    """

    says: str
    ops: tuple[int, ...] = ()
    phone: str | None = None
    lead: str | None = None
    at: float | None = None

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


@dataclass
class Finding:
    """`checked` is how many cases there were: a promise that nothing tried is not kept.

    `residual` are the cases of a hole that is documented: counted, and no violation.
    """

    name: str
    promise: str
    checked: int
    violations: list[Violation] = field(default_factory=list)
    count: int = 0
    residual: int = 0

    @classmethod
    def of(
        cls, name: str, promise: str, checked: int, violations: Iterable[Violation]
    ) -> "Finding":
        found = cls(name, promise, checked)
        for violation in violations:
            found.count += 1
            if len(found.violations) < MOST_KEPT:
                found.violations.append(violation)
        return found

    @property
    def word(self) -> str:
        """held, violated, or not tried."""
        if self.count:
            return "violated"
        return "held" if self.checked else "not tried"

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "promise": self.promise,
            "verdict": self.word,
            "checked": self.checked,
            "count": self.count,
            "residual": self.residual,
            "violations": [each.as_json() for each in self.violations],
        }
