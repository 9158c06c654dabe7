"""A lead's name as it may stand in a text that goes out under our name.

Anybody can post a "name": an advertisement, a link, a number to call. What is left here are
letters, spaces and the marks that names are written with.
"""

import re
import unicodedata

LONGEST = 30  # graphemes: letters with the marks on them
MOST_MARKS = 3  # on one letter; more is decoration that covers the line
KEPT = frozenset(" '-.")

_TAG = re.compile(r"<[^<>]*>")
_STRAIGHTENED = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'"))
_DOMAIN = re.compile(r"\w\.[a-z\d]{2}")  # "evil.tld", but neither "J.R." nor "St.John"


def textable_name(name: str) -> str:
    """Return what of a name may be texted, possibly nothing."""
    name = unicodedata.normalize("NFC", _TAG.sub(" ", name[:2_000]))
    words = [word for word in name.split() if not _is_address(word)]
    letters = _letters(" ".join(words).translate(_STRAIGHTENED))
    return " ".join(letters.replace(".", ". ").split()).lstrip(" -.'").rstrip(" -'")


def _is_address(word: str) -> bool:
    lowered = word.lower()
    return (
        "@" in word or "://" in word or lowered.startswith("www.") or bool(_DOMAIN.search(word))
    )


def _letters(name: str) -> str:
    kept: list[str] = []
    graphemes = marks = 0
    for character in name:
        kind = unicodedata.category(character)[0]
        if kind == "M":
            marks += 1
            if kept and marks <= MOST_MARKS:
                kept.append(character)
            continue
        if kind != "L" and character not in KEPT:
            continue
        graphemes, marks = graphemes + 1, 0
        if graphemes > LONGEST:
            break
        kept.append(character)
    return "".join(kept)
