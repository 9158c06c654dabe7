"""Text as people really type it, folded to plain lower-case words.

Full-width letters, Cyrillic ones that look Latin, "S.T.O.P!!" and a stop with an emoji are
the same word to a person, so they are made the same word here.
"""

import re
import unicodedata

LONGEST_TEXT = 1_600  # characters of the longest text that Twilio takes
BREAK = "|"  # stands between the clauses of a text

# Cyrillic, Greek and other signs by the Latin letter they pass for.
_PASSES_FOR = {
    "a": "\u0430\u0251\u03b1",
    "b": "\u044c",
    "c": "\u0441\u03f2",
    "e": "\u0435\u03b5",
    "i": "\u0456\u0131\u03b9",
    "k": "\u043a\u03ba",
    "m": "\u043c",
    "n": "\u03b7",
    "o": "\u043e\u03bf0",
    "p": "\u0440\u03c1",
    "s": "\u0455$",
    "t": "\u0442\u03c4",
    "u": "\u03c5",
    "v": "\u03bd\u0475",
    "x": "\u0445\u03c7",
    "y": "\u0443",
}
_LATIN = str.maketrans(
    {look: letter for letter, looks in _PASSES_FOR.items() for look in looks}
)
_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2018\u2019\u02bc\u0060\u00b4"))
_SPELLED_OUT = re.compile(r"(?<!\w)[a-z](?:[ .\-_*]{1,3}[a-z]){3,9}(?!\w)")
_NOT_A_LETTER = re.compile(r"[^a-z]")
_NUMBER_SIGN = re.compile(r"(?<!\w)#(?!\w)")
_SPOKEN = re.compile(r"[^\W_]+|[.,!?;|]|(?<= )-+(?= )")


def folded_clauses(text: str) -> list[str]:
    """Return the words of a text without case, accents, punctuation, emoji, disguise.

    A BREAK stands wherever marks, lines or emoji part them.
    """
    plain = _NUMBER_SIGN.sub(" number ", _undisguised(text[:LONGEST_TEXT]))
    found = _SPOKEN.findall(_SPELLED_OUT.sub(_joined, plain))
    return [each if each[0].isalnum() else BREAK for each in found]


def _undisguised(text: str) -> str:
    text = unicodedata.normalize("NFKD", text)[: 2 * LONGEST_TEXT].casefold()
    text = "".join(_plain(char) for char in text)
    return " ".join(_latin(word) for word in text.translate(_APOSTROPHES).split())


def _plain(char: str) -> str:
    """Drop what only adorns a letter; an emoji or a new line parts what it stands between."""
    kind = unicodedata.category(char)
    if kind in {"Mn", "Cf"}:
        return ""
    return " | " if kind == "So" or char == "\n" else char


def _latin(word: str) -> str:
    """A word without any letter is a number or a price, and stays one."""
    return word.translate(_LATIN) if any(map(str.isalpha, word)) else word


def _joined(found: re.Match[str]) -> str:
    return _NOT_A_LETTER.sub("", found[0])
