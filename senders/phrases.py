"""Free text that a reasonable person reads as "stop texting me", in English, Spanish, French,
German and Portuguese; in other scripts a few words that stand alone.

What only sounds like it ("my bus stop", "don't stop", "cancel my appointment") is taken out
first. Then a short text of nothing but a stop word and courtesy is a stop, and so is a text
that holds one of the phrases of phrasebook.py.
"""

import re
from functools import cache

from senders import phrasebook
from senders.fold import BREAK, folded_clauses
from senders.spelling import mended, without_echoes
from senders.words import words

LONGEST_BARE = 8  # words: beyond it, courtesy has become a sentence about something

_OTHER_SCRIPTS = ("\u0421\u0442\u043e\u043f", "\u9000\u8ba2", "\u9000\u8a02", "\u505c\u6b62")
BARE_STOPS = words("""
    stop unsubscribe end quit stopall cancel revoke optout unsub remove halt cease desist
    alto parar pare para paren basta baja cancelar cancele cancelen detener detenga
    out detenganse desuscribir desuscribirme stopp arret arreter delete unenroll
    unsubscribed discontinue arretez arrete desabonner desabonnement desinscrire
    desinscription abmelden abbestellen austragen sair descadastrar
""") | {
    # Russian and Chinese, as they are once folded.
    *(word for text in _OTHER_SCRIPTS for word in folded_clauses(text))
}
PLAIN_STOPS = words("stop unsubscribe stopall optout unsub cease desist basta")
LAUGHTER = words("haha hahaha hahahaha lol lmao rofl hehe jaja jajaja jajajaja")
_COURTESY = words("""
    please pls plz plse thanks thank you thx ty now it this that all me the ok okay already
    immediately asap right away sir maam hi hello hey just i said texts texting text texted
    messages message messaging msgs msg sms contact contacting calls calling and or these
    those from your my number service subscription reply sending alerts notifications
    ugh omg oh my yo no nope nah yeah god jesus christ wtf argh guys folks everyone
    sheesh pretty crap lol
    updates completely forever us u bro dude man em them yall seriously again
    por favor gracias ya mensajes mensaje textos todo todos esto hola quiero los las el la
    de mi numero inmediatamente ahora mismo porfa porfavor me
    yes help start info spam nvm nevermind svp stp merci bitte danke obrigado obrigada
""")
# "Stop Jane" calls us by some name; with these, or a number of miles, it is about a thing.
_NO_NAMES = words("""
    here there what where when who why how is was later tomorrow today tonight soon first
    eviction evictions auction auctions repossession taxes garnishment bankruptcy rent
    foreclosures traffic crime war if then not before after near until
""")
_ADDRESSED = re.compile(r"stop[0-9]{1,3}|stop [^ |]{1,30}")
_BEGIN = r"(?:^|(?<=[|] ))"  # of a clause
_END = r"(?=[|]|$)"
_GOES_ON = re.compile(r"\|\s*\n\s*")
_CLASSES = {name: _GOES_ON.sub("|", block) for name, block in phrasebook.CLASSES.items()}
# Alone or beside these words only, a word such as "para" is a preposition.
_NEVER_ALONE = words("para end out")


def reads_as_stop(spoken: list[str]) -> str | None:
    """Return why a text reads as stop, or None."""
    said = without_echoes(mended(spoken))
    text = _innocent().sub("~ ", " ".join(said))
    if _is_bare([word for word in text.split() if word != BREAK]):
        return "It is a stop word with courtesy around it."
    if _is_addressed(" ".join(said), text):
        return "It is a stop word and one word more."
    for reason, pattern in _phrases().items():
        if pattern.search(text):
            return reason
    if LAUGHTER.isdisjoint(said) and any(map(_is_plain, text.split(BREAK))):
        return "A clause of it is a stop word with courtesy around it."
    return None


def _is_addressed(said: str, text: str) -> bool:
    """Judge "STOP ACME", "stop2": nothing else is said than whom, or which offer, to stop."""
    if not _ADDRESSED.fullmatch(said) or "~" in text:
        return False
    other = said.rpartition(" ")[2]
    return other not in _NO_NAMES and other not in LAUGHTER and not other.endswith("ing")


def _is_plain(clause: str) -> bool:
    """Judge one clause among others: fewer words say there what they say alone."""
    said = clause.split()
    return not PLAIN_STOPS.isdisjoint(said) and _is_bare(said)


def _is_bare(said: list[str]) -> bool:
    stops = [word for word in said if word in BARE_STOPS]
    if not stops or len(said) > LONGEST_BARE:
        return False
    if all(word in _NEVER_ALONE for word in stops) and len(said) > len(stops):
        return False
    return all(word in BARE_STOPS or word in _COURTESY for word in said)


def _pattern(block: str) -> re.Pattern[str]:
    """Compile the lines of a block: words, CLASSES of words, `…?` optional, `*` a gap."""
    lines = (line.split() for line in _GOES_ON.sub("|", block).splitlines())
    return re.compile("|".join(_line(line) for line in lines if line))


def _line(line: list[str]) -> str:
    starts = line[0] == "^"
    ends = line[-1] == "$"
    parts = [_part(word) for word in line if word not in {"^", "$"}]
    return f"{_BEGIN if starts else '(?<![^ ])'}{''.join(parts)}{_END if ends else ''}"


def _part(word: str) -> str:
    """Every part swallows what stands behind it, so that optional ones leave no gap."""
    if word == "*":
        return r"(?:[^ ~]+ ){0,3}"
    names = word.rstrip("?").split("|")
    choices = "|".join(_CLASSES.get(name, name) for name in names).split("|")
    alternatives = "|".join(_choice(choice) for choice in choices if choice != "$")
    at_end = f"|{_END}" if "$" in choices else ""
    return f"(?:(?:{alternatives})(?: (?:[|] )?|$){at_end}){'?' if word.endswith('?') else ''}"


def _choice(choice: str) -> str:
    """`escrib…` stands for every word that begins so, `a_b` for two words."""
    choice = choice.strip().replace("_", " ")
    return re.escape(choice[:-1]) + "[a-z]*" if choice.endswith("…") else re.escape(choice)


# Compiled when the first text is read: every process imports this, and few ever read one.
@cache
def _innocent() -> re.Pattern[str]:
    return _pattern(phrasebook.INNOCENT)


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    return {reason: _pattern(block) for reason, block in phrasebook.STOP.items()}
