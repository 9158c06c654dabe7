"""How many segments a text is charged for: 160 characters of GSM-7, or 70 of UCS-2.

From the second segment on each loses some room to the header that joins them.
"""

import math

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two places each
ALL_OF_GSM = BASIC | EXTENDED


def count(body: str) -> int:
    """Count the segments of a text; an empty one still takes one."""
    letters = set(body)
    if letters <= ALL_OF_GSM:
        length = len(body) + sum(body.count(letter) for letter in letters & EXTENDED)
        return _segments(length, alone=160, joined=153)
    return _segments(len(body.encode("utf-16-be")) // 2, alone=70, joined=67)


def _segments(length: int, *, alone: int, joined: int) -> int:
    return 1 if length <= alone else math.ceil(length / joined)
