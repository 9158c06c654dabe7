"""Small charts, drawn here as SVG: no script is needed, and a table stands behind each."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 480, 64
GAP = 2


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


def bars(values: Sequence[int], highest: int | None = None) -> list[Bar]:
    """Stand one bar a value beside the other; something is never drawn as nothing."""
    top = max(1, highest if highest is not None else max(values, default=0))
    width = WIDTH / max(1, len(values))
    return [
        _bar(place * width, width - GAP, HEIGHT * value / top if value else 0.0)
        for place, value in enumerate(values)
    ]


def _bar(x: float, width: float, height: float) -> Bar:
    shown = max(1.0, height) if height else 0.0
    return Bar(round(x, 1), round(HEIGHT - shown, 1), round(width, 1), round(shown, 1))
