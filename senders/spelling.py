"""Mend misspellings and short forms of the words that matter in an opt-out, and of those only.

Every word one slip away from a telling one (a letter too many, too few, wrong, or swapped
with its neighbor) is listed once, at import, except those that mean something of their own.
"""

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase

from senders.words import words

TELLING = words("""
    stop unsubscribe texting messages messaging sending remove cancel number contact please
    mensajes again wrong alone interested delete message leave harassing bothering
    contacting mensaje numero equivocado
""")
WORDS_OF_THEIR_OWN = words("""
    step shop stoop top slop atop stow stomp strop swop stops stoup sop store story stock
    testing vexing texting hexing massages message messages passages removed remover removes
    remote cancer cancels cancelo cancela cancele numbers lumber numbed umber cumber contacts
    contacto contacte contacta
    contract pleased pleas lease spending ending vending lending bending mending tending fending
    pending seeding rending subscribe mensaje mensajes unsubscribed gain against wring wrung
    prong wrongs wronged clone atone along lone alona alonso deleted deletes deleter
    leaves lease heave weave cleave leaved leaver eave sleeve lave reave
    numeros numero number equivocada equivocados mensajero
""")
_SHORT = {
    "please": "pls plz plse plss pleez",
    "you": "u",
    "are": "r",
    "why": "y",
    "already": "alrdy alredy allready",
    "remove": "rmv rmove",
    "alone": "aline",
    "enough": "enuf enuff",
    "leave": "leev leeve leav",
    "no_more": "nomore",
    "que": "q",
    "quiero": "kiero",
    "your": "ur yur yalls",
    "dont": "dnt dnot dotn donot",
    "text": "txt tex txet tect",
    "texts": "txts",
    "texting": "txting txtng texing txtn textn txtin textin",
    "texted": "txted",
    "sending": "sendin",
    "calling": "callin",
    "bothering": "botherin",
    "message": "msg mssg",
    "messages": "msgs",
    "messaging": "msging messeging",
    "number": "num nbr numb",
    "thanks": "thx tnx tks",
    "quit": "qiut quitt",
    "stop": "stahp stob",
    "unsubscribe": "unsuscribe unsuscribirme",
    "por_favor": "porfavor porfa xfa xfavor porfis",
    "mensajes": "msjs msjes",
    "mensaje": "msj",
}
#: Said between the words that count, and adding nothing but feeling.
_FEELING = words("""
    fucking fuckin fking freaking frickin friggin effing fing damn damned goddamn bloody tf
    literally kindly simply seriously really just honestly actually malditos
    maldito pinche pinches
""")
_SHORTEST_SLURRED, _ALIKE = 8, 0.82
_SLURRED = "unsubscribe"  # nobody spells it: more than one slip is usual

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_OPT_OUT = re.compile(r"\bopt (?:uot|put|ot|oit|otu|ut|aut|oput)\b")
_DOUBLED = re.compile(r"(\w)\1")


def _one_slip_away(word: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    wrong = {head + c + tail[1:] for head, tail in cuts if tail for c in ascii_lowercase}
    added = {head + c + tail for head, tail in cuts for c in ascii_lowercase}
    return dropped | swapped | wrong | added


_MENDED = {
    slip: word
    for word in sorted(TELLING)
    for slip in _one_slip_away(word) - WORDS_OF_THEIR_OWN - TELLING | {word}
} | {short: word for word, shorts in _SHORT.items() for short in shorts.split()}


def mended(spoken: list[str]) -> list[str]:
    """Return the words that were meant, without those that only add feeling."""
    found = [_meant(word) for word in spoken]
    said = " ".join(word for word in found if word not in _FEELING)
    said = said.replace("_", " ").replace("un subscribe", "unsubscribe")
    return _OPT_OUT.sub("opt out", said).split()


@lru_cache(maxsize=4096)
def _meant(word: str) -> str:
    plain = _DRAWN_OUT.sub(r"\1", word)
    meant = _MENDED.get(plain) or _MENDED.get(_undoubled(plain), plain)
    return _SLURRED if _is_slurred(meant) else meant


def _undoubled(word: str) -> str:
    return word if word in WORDS_OF_THEIR_OWN else _DOUBLED.sub(r"\1", word)


def _is_slurred(word: str) -> bool:
    if not word.startswith("u") or not 0 <= len(word) - _SHORTEST_SLURRED <= _SHORTEST_SLURRED:
        return False
    alike = SequenceMatcher(None, word, _SLURRED, autojunk=False)
    return word not in WORDS_OF_THEIR_OWN and alike.ratio() >= _ALIKE


def without_echoes(spoken: list[str]) -> list[str]:
    """Drop words that only repeat the one before: "stop stop stop texting me"."""
    return spoken[:1] + [word for before, word in pairwise(spoken) if word != before]
