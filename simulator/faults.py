"""The fault dials: how the simulator misbehaves, and how often.

The mode strikes create calls only; look-ups, fetches and lists stay truthful, so that a text
whose create call went wrong can be found again. Which calls are struck is drawn from the seed,
and every change of the dials starts the draw afresh: the same dials strike the same calls.
"""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

OK = "ok"
MODES = (
    OK,
    "accept_then_500",
    "accept_then_hang",
    "hang_then_accept",
    "reset_before_read",
    "reset_after_accept",
    "half_body",
    "429",
    "500",
    "503",
    "401",
    "302",
)
CALLBACKS = ("normal", "none", "duplicate", "reversed", "early", "unsigned")
LONGEST = 86_400  # a day; anything longer is a mistake of the unit


class Unusable(Exception):
    """Something sent cannot be used; nothing was changed."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("Nothing was changed.")
        self.errors = errors


@dataclass(frozen=True)
class Dials:
    latency_ms: float = 0  # every REST answer comes this much later
    mode: str = OK
    rate: float = 1.0  # the share of create calls that the mode strikes
    callbacks: str = "normal"
    callback_ms: float = 100  # from "sent" to the final status
    list_lag_s: float = 0  # lists show a text only when it is older
    seed: int = 0
    hang_ms: float = 20_000  # how long a hanging call hangs; longer than our own deadline


class Faults:
    """The dials as they stand, and the draw that belongs to them."""

    def __init__(self) -> None:
        self.dials = Dials()
        self._draw = random.Random(self.dials.seed)  # noqa: S311  (repeatable on purpose)

    def turn(self, changes: dict[str, Any]) -> None:
        """Merge changes into the dials, all of them or, when one is unusable, none."""
        self._set(replace(self.dials, **_checked(changes)))

    def reset(self) -> None:
        self._set(Dials())

    def strike(self) -> str:
        """Name the mode that the next create call meets."""
        return self.dials.mode if self._draw.random() < self.dials.rate else OK

    def as_json(self) -> dict[str, object]:
        return asdict(self.dials)

    def _set(self, dials: Dials) -> None:
        self.dials = dials
        self._draw = random.Random(dials.seed)  # noqa: S311  (repeatable on purpose)


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    errors = [
        {"field": name, "detail": problem}
        for name, value in changes.items()
        if (problem := _problem(name, value))
    ]
    if errors:
        raise Unusable(errors)
    return changes


def _problem(name: str, value: object) -> str | None:
    check = _CHECKS.get(name)
    if check is None:
        return f"There is no such dial; there are {', '.join(_CHECKS)}."
    return check(value)


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str | None]:
    return lambda value: (
        None if value in choices else f"It has to be one of {', '.join(choices)}."
    )


def _number(highest: float) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and 0 <= value <= highest:  # type: ignore[operator]
            return None
        return f"It has to be a number from 0 to {highest:g}."

    return check


def _whole_number(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return None
    return "It has to be a whole number."


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "latency_ms": _number(LONGEST * 1000),
    "mode": _one_of(MODES),
    "rate": _number(1),
    "callbacks": _one_of(CALLBACKS),
    "callback_ms": _number(LONGEST * 1000),
    "list_lag_s": _number(LONGEST),
    "seed": _whole_number,
    "hang_ms": _number(LONGEST * 1000),
}
