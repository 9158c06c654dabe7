"""Mend misspellings of the words that matter in an opt-out, and of those only.

Every word one slip away from a telling one (a letter too many, too few, wrong, or swapped
with its neighbor) is listed once, at import, except those that mean something of their own.
"""

import re
from itertools import pairwise
from string import ascii_lowercase

from senders.words import words

TELLING = words("""
    stop unsubscribe unsuscribe unsubcribe texting messages messaging sending remove cancel
    number contact please mensajes
""")
MEANT = {"unsuscribe": "unsubscribe", "unsubcribe": "unsubscribe"}
WORDS_OF_THEIR_OWN = words("""
    step shop stoop top slop atop stow stomp strop swop stops stoup sop store story stock
    testing vexing texting hexing massages message messages passages removed remover removes
    remote cancer cancels cancelo cancela cancele numbers lumber numbed umber cumber contacts
    contract pleased pleas spending ending vending lending bending mending tending fending
    pending seeding rending subscribe mensaje mensajes unsubscribed
""")

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")


def _one_slip_away(word: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    wrong = {head + c + tail[1:] for head, tail in cuts if tail for c in ascii_lowercase}
    added = {head + c + tail for head, tail in cuts for c in ascii_lowercase}
    return dropped | swapped | wrong | added


_MENDED = {
    slip: MEANT.get(word, word)
    for word in sorted(TELLING)
    for slip in _one_slip_away(word) - WORDS_OF_THEIR_OWN
}


def mended(word: str) -> str:
    """Return the telling word that was meant, or the word itself."""
    plain = _DRAWN_OUT.sub(r"\1", word)
    return _MENDED.get(plain, plain)


def without_echoes(spoken: list[str]) -> list[str]:
    """Drop words that only repeat the one before: "stop stop stop texting me"."""
    return spoken[:1] + [word for before, word in pairwise(spoken) if word != before]
