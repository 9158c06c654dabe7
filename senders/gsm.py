"""How many segments a text is sent, and paid, as.

GSM 03.38 packs 160 characters of seven bits into one segment, 153 where several are joined.
One character outside its alphabet makes the whole text UCS-2: 70 and 67 units of UTF-16.
"""

from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two places each
LONGEST_BASIC_PLANE = 0xFFFF  # beyond it UTF-16 needs two units


@dataclass(frozen=True, slots=True)
class Segments:
    """The cost of a text. `characters` are places of its encoding, as carriers count them."""

    encoding: Literal["GSM-7", "UCS-2"]
    characters: int
    segments: int
    offending: tuple[str, ...]  # what made it UCS-2, each once, in order of appearance


def segments(text: str) -> Segments:
    """Count the segments of a text exactly."""
    offending = tuple(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENDED))
    if offending:
        sizes = [2 if ord(c) > LONGEST_BASIC_PLANE else 1 for c in text]
        return Segments("UCS-2", sum(sizes), _divided(sizes, 70, 67), offending)
    sizes = [2 if c in EXTENDED else 1 for c in text]
    return Segments("GSM-7", sum(sizes), _divided(sizes, 160, 153), ())


def _divided(sizes: list[int], alone: int, joined: int) -> int:
    """A pair is never divided between two segments, so a segment may end one place early."""
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    count, room = 1, joined
    for size in sizes:
        if room < size:
            count, room = count + 1, joined
        room -= size
    return count
