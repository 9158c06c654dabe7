"""Text as people really type it, folded to plain lower-case words.

"ＳＴＯＰ", "ЅТОР" with Cyrillic letters, "S.T.O.P!!" and "stop 🛑" are the same word to a
person, so they are made the same word here.
"""

import re
import unicodedata

LONGEST_TEXT = 1_600  # characters of the longest text that Twilio takes

_LOOK_ALIKES = str.maketrans(
    "абвгеѕіјкӏмнорстухьɑοαερτυχικνμηѵ0$!|",
    "abbresijkimhopctyxbaoaeptyxikvmnvosil",
)
_LETTER_BY_LETTER = re.compile(r"\b(?:[a-z][ .\-_*]{1,3}){3,}[a-z]\b")
_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2018\u2019\u02bc\u0060\u00b4"))
_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> list[str]:
    """Return the words of a text without case, accents, punctuation, emoji, disguise."""
    plain = _undisguised(text[:LONGEST_TEXT])
    plain = _LETTER_BY_LETTER.sub(lambda found: re.sub(r"[^a-z]", "", found[0]), plain)
    return _WORD.findall(plain)[:LONGEST_TEXT]


def _undisguised(text: str) -> str:
    text = unicodedata.normalize("NFKD", text)[: 4 * LONGEST_TEXT].casefold()
    text = "".join(char for char in text if unicodedata.category(char) not in {"Mn", "Cf"})
    text = text.translate(_APOSTROPHES)
    return text if text.isascii() and text.isalpha() else _with_latin_letters(text)


def _with_latin_letters(text: str) -> str:
    """Replace look-alikes inside words that hold letters, so that "10" stays a number."""
    words = re.split(r"(\s+)", text)
    return "".join(_latin(word) for word in words)


def _latin(word: str) -> str:
    if not any(character.isalpha() for character in word):
        return word
    head = word.rstrip("!|.,?")
    return head.translate(_LOOK_ALIKES) + word[len(head) :]
