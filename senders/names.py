"""What senders call the fields of a lead.

A label is matched without case, accents, spaces, `_` and `-`; failing that once more without
words that say nothing ("your", "please enter"). aliases.py lists what is understood.
"""

import re
import unicodedata
from functools import lru_cache

from senders.aliases import ALIASES
from senders.words import words

LONGEST_LABEL = 120  # beyond it a label is a paragraph and no name of a field

ROLES = {alias: role for role, aliases in ALIASES.items() for alias in aliases.split()}
LEAD_IDS = tuple(ALIASES["lead_id"].split())  # in the order in which they are believed

_IDLE_WORDS = words("""
    your my our the a an what is s please enter provide type best primary preferred main
    to reach you at number no lead customer client person applicant contact su tu mi seu sua
    votre vos ihr ihre dein deine cual es por favor ingrese quel est we can call text on in
    required optional here below for us with valid current legal digit and code area
    including com ddd lada con y e o et und txt qual wie lautet ist bitte
""")
# How it is to be used; where nothing else is said, that is what it is.
_CHANNELS = words("whats app whatsapp sms text texting")
_BY_CHANNEL = frozenset({"phone", "mobile", "other_phone", "consent"})  # never "app name"
# "The best number to text you" is a phone number; "number" alone may be anything.
_REACHING = words("you reach call text contact")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def role_of(label: str) -> str | None:
    """Say what a field is by its label, or None when its label says nothing."""
    return _role(label) if len(label) <= LONGEST_LABEL else None


@lru_cache(maxsize=512)
def squeezed(label: str) -> str:
    """Return the label without case, accents and everything but letters and digits."""
    return "".join(_WORD.findall(_plain(label))).lower()


@lru_cache(maxsize=2048)
def _role(label: str) -> str | None:
    said = [word.lower() for word in _WORD.findall(_plain(label))]
    role = ROLES.get("".join(said))
    if role:
        return role
    telling = [word for word in said if word not in _IDLE_WORDS and not word.isdigit()]
    if len(telling) < len(said) and "".join(telling) in ROLES:
        return ROLES["".join(telling)]
    bare = [word for word in telling if word not in _CHANNELS]
    if not bare and "number" in said and not _REACHING.isdisjoint(said):
        return "phone"
    role = ROLES.get("".join(bare)) if len(bare) < len(telling) else None
    return role if role in _BY_CHANNEL else None


def _plain(label: str) -> str:
    decomposed = unicodedata.normalize("NFKD", label)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
