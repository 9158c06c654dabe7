"""What a person who texts back wants: out, in again, help, or to talk.

The words of Twilio and the FCC are matched alone, as whole texts. Everything else that a
reasonable person would read as "stop" is found in phrases.py, and marked for review: law
asks to honor it at once, and an operator can undo it.
"""

from dataclasses import dataclass
from enum import Enum

from senders.fold import BREAK, folded_clauses
from senders.phrases import reads_as_stop
from senders.reactions import is_reaction
from senders.words import words


class Intent(Enum):
    """What a text asks for."""

    STOP_WORD = "stop_word"  # a word of Twilio's or the FCC's: suppress
    STOP_FREE_TEXT = "stop_free_text"  # reads as one: suppress, and let an operator look
    START = "start"  # lifts what the person's own stop put there
    HELP = "help"  # asks who this is
    NONE = "none"  # conversation


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was read, and why, in plain words."""

    intent: Intent
    reason: str

    @property
    def is_stop(self) -> bool:
        return self.intent in {Intent.STOP_WORD, Intent.STOP_FREE_TEXT}


STOP = words("stop unsubscribe end quit stopall cancel revoke optout")
START = frozenset({"start", "unstop"})  # never YES: it is said in conversation
HELP = frozenset({"help", "info"})

LONGEST_KEYWORD = 3  # words: "stop stop stop", "opt out"
STOP_SIGNS = frozenset("\N{OCTAGONAL SIGN}\N{NO ENTRY SIGN}\N{NO ENTRY}")  # with no word at all


def classify(text: str, opt_out_type: str | None = None) -> Reading:
    """Read one inbound text. `opt_out_type` is Twilio's own reading, where it sent one.

    That only ever adds a stop or a wish for help: YES is one of Twilio's start words, but is
    said in conversation, and lifts nothing here (compliance.md).
    """
    told = (opt_out_type or "").strip().upper()
    if told == "STOP":
        return Reading(Intent.STOP_WORD, "Twilio read it so.")
    own = _read(text)
    if told == "HELP" and not own.is_stop:
        return Reading(Intent.HELP, "Twilio read it so.")
    return own


def _read(text: str) -> Reading:
    if is_reaction(text):
        return Reading(Intent.NONE, "It is a reaction to another text.")
    spoken = folded_clauses(text)
    said = [word for word in spoken if word != BREAK]
    if not said and not STOP_SIGNS.isdisjoint(text):
        return Reading(Intent.STOP_FREE_TEXT, "It is a stop sign.")
    return _as_keyword(said) or _as_phrase(spoken)


def twilio_answers_itself(text: str, opt_out_type: str | None = None) -> bool:
    """Say whether Twilio sends its own confirmation, so that ours must not be sent."""
    if (opt_out_type or "").strip():
        return True
    return text.strip().lower() in STOP  # Twilio reads whole texts, as they are


def _as_keyword(said: list[str]) -> Reading | None:
    """Only a text of nothing else counts, be it in two words ("opt out") or said twice."""
    word = "".join(dict.fromkeys(said)) if len(said) <= LONGEST_KEYWORD else ""
    if word in STOP or (said and STOP.issuperset(said)):
        return Reading(Intent.STOP_WORD, "It is a stop word.")
    if word in START:
        return Reading(Intent.START, "It is a start word.")
    if word in HELP:
        return Reading(Intent.HELP, "It is a help word.")
    return None


def _as_phrase(spoken: list[str]) -> Reading:
    reason = reads_as_stop(spoken)
    if reason:
        return Reading(Intent.STOP_FREE_TEXT, reason)
    return Reading(Intent.NONE, "It does not ask to stop.")
