"""What senders call the fields of a lead.

A label is matched without case, accents, spaces, `_` and `-`; failing that once more without
words that say nothing ("your", "please enter"). aliases.py lists what is understood, and
aliases_scripts.py what is in other scripts: there only the exact words are.
"""

import re
from functools import lru_cache

from senders.aliases import ALIASES
from senders.aliases_scripts import SCRIPTS
from senders.text import unaccented
from senders.words import words

LONGEST_LABEL = 120  # beyond it a label is a paragraph and no name of a field

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_OTHER_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2019\u02bc"))
_UNDIVIDED = str.maketrans(
    {"\u0142": "l", "\u0141": "L", "\u00f8": "o", "\u00d8": "O", "\u0111": "d", "\u00df": "ss"}
)  # letters whose stroke is no accent that could be taken away


def _plain(label: str) -> str:
    return label if label.isascii() else unaccented(label.translate(_UNDIVIDED))


def _said(label: str) -> list[str]:
    """Return the words of a label; those of other scripts where it has no Latin letter."""
    plain = _plain(label)
    found = _WORD.findall(plain)
    if plain.isascii() or any(word.isalpha() for word in found):
        return [word.lower() for word in found]
    return _OTHER_WORD.findall(plain.casefold().translate(_APOSTROPHES))


ROLES = {alias: role for role, aliases in ALIASES.items() for alias in aliases.split()} | {
    "".join(_said(alias)): role for role, block in SCRIPTS.items() for alias in block.split()
}
LEAD_IDS = tuple(ALIASES["lead_id"].split())  # in the order in which they are believed

_IDLE_WORDS = words("""
    your my our the a an what is s please enter provide type best primary preferred main
    to reach you at number no lead customer client person applicant contact su tu mi seu sua
    votre vos ihr ihre dein deine cual es por favor ingrese quel est we can call text on in
    required optional here below for us with valid current legal digit and code area
    including com ddd lada con y e o et und txt qual wie lautet ist bitte
""")
# How it is to be used; where nothing else is said, that is what it is.
_CHANNELS = words("whats whatsapp sms text texting will")
_BY_CHANNEL = frozenset({"phone", "mobile", "other_phone", "consent"})  # never "app name"
# "The best number to text you" is a phone number; "number" alone may be anything.
_REACHING = words("you reach call text contact")
# "is_mobile", "phone_type": what is said about a field is not the field.
_ABOUT_FIRST, _ABOUT_LAST = words("is has"), words("type")
_CUSTOM_FIELD = "__c"  # Salesforce ends the names of fields with it that a customer has made
_SPEAKING = words("i yes by we")
_AGREEING = words("agree consent accept authorize")
_REFUSING = words("not no dont never cannot disagree")
_OF_TEXTS = words("text texts sms message messages texted texting messaging")


def role_of(label: str) -> str | None:
    """Say what a field is by its label, or None when its label says nothing."""
    if len(label) <= LONGEST_LABEL:
        return _role(label)
    return "consent" if _is_agreement(_said(label[:LONGEST_LABEL])) else None


@lru_cache(maxsize=512)
def squeezed(label: str) -> str:
    """Return the label without case, accents and everything but letters and digits."""
    return "".join(_said(label))


@lru_cache(maxsize=2048)
def _role(label: str) -> str | None:
    said = _said(label.removesuffix(_CUSTOM_FIELD))
    role = ROLES.get("".join(said))
    if role or not said:
        return role
    if said[0] in _ABOUT_FIRST or said[-1] in _ABOUT_LAST:
        return None
    role = _role_beneath(said) or ("consent" if _is_agreement(said) else None)
    return None if role == "full_name" and "preferred" in said else role  # often a nickname


def _role_beneath(said: list[str]) -> str | None:
    """Look for what is meant among words that say nothing, or only how it is to be used."""
    telling = [word for word in said if word not in _IDLE_WORDS and not word.isdigit()]
    if len(telling) < len(said) and "".join(telling) in ROLES:
        return ROLES["".join(telling)]
    bare = [word for word in telling if word not in _CHANNELS]
    if "app" in bare and "whats" in said:
        bare.remove("app")
    if not bare and "number" in said and not _REACHING.isdisjoint(said):
        return "phone"
    role = ROLES.get("".join(bare)) if len(bare) < len(telling) else None
    return role if role in _BY_CHANNEL else None


def _is_agreement(said: list[str]) -> bool:
    """A checkbox is often named by its whole sentence: "I agree to receive text messages"."""
    at = next((at for at, word in enumerate(said) if word in _AGREEING), None)
    if at is None or said[0] not in _SPEAKING or not _REFUSING.isdisjoint(said[: at + 2]):
        return False
    return not _OF_TEXTS.isdisjoint(said[at:])
