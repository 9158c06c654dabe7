"""The compliance message: what a template has to say, and what may be put into it.

A lead's name is written by a stranger and read by a person as ours, so it is reduced to a
name before it goes out, and put in as plain text: no template language sees it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from senders.gsm import Segments, segments
from senders.textname import textable_name

__all__ = ["DEFAULT_TEMPLATE", "Lint", "Problem", "Segments", "lint", "render", "segments"]

DEFAULT_TEMPLATE = (
    "{brand}: You joined our text updates about your request. Msg frequency varies. "
    "Msg & data rates may apply. Reply HELP for help, STOP to opt out."
)
SHORTEST, LONGEST = 20, 320
LONG_NAME = "Maximiliana-Alexandra Josephine"[:30]

_PLACEHOLDER = re.compile(r"( ?)\{(first_name|last_name|brand)\}")
_LOOKS_LIKE_ONE = re.compile(r"\{\{?\s*[A-Za-z_][\w .-]{0,30}\}")
_SHORTENER = re.compile(
    r"\b(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about a template, as a slug and as a sentence for the operator."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Lint:
    """What is said about a template. With any problem it cannot be saved."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    segments: Segments  # of the text as a person with a short name gets it


def render(template: str, first_name: str, last_name: str, brand: str) -> str:
    """Return the text for one person. Braces that are no placeholder stay as they are."""
    values = {
        "first_name": textable_name(first_name),
        "last_name": textable_name(last_name),
        "brand": brand,
    }
    return _PLACEHOLDER.sub(lambda found: _value(found, values), template).lstrip(" ,")


def lint(template: str, brand: str) -> Lint:
    """Say what a template lacks, and what its operator should know."""
    usual = render(template, "Jane", "Doe", brand)
    return Lint(
        problems=tuple(_problems(template, brand)),
        warnings=tuple(_warnings(template, usual)),
        segments=segments(usual),
    )


def _value(found: re.Match[str], values: dict[str, str]) -> str:
    """Without a usable name, the space in front goes too: "Hi {first_name}," -> "Hi,"."""
    space, name = found.groups()
    return space + values[name] if values[name] else ""


def _problems(template: str, brand: str) -> Iterator[Problem]:
    if not template.strip():
        yield Problem("empty", "Write the message that every new lead gets.")
        return
    if not brand.strip() or not _names(template, brand):
        yield Problem("no-brand", "Name your business: write {brand} or its name.")
    if not _says("HELP", template):
        yield Problem("no-help", "Say how to get help: the word HELP, in capitals.")
    if not _says("STOP", template):
        yield Problem("no-stop", "Say how to opt out: the word STOP, in capitals.")
    if not template.replace("\n", "").isprintable():
        yield Problem("control", "The message contains characters that cannot be shown.")
    yield from _wrong_length(template, brand)


def _names(template: str, brand: str) -> bool:
    return "{brand}" in template or brand.strip().casefold() in template.casefold()


def _says(word: str, template: str) -> bool:
    """Look in the template alone: a brand named "Full STOP" explains nothing."""
    return bool(re.search(rf"(?<![\w'-]){word}(?![\w'-])", template))


def _wrong_length(template: str, brand: str) -> Iterator[Problem]:
    if len(render(template, "", "", brand)) < SHORTEST:
        yield Problem("too-short", f"Write at least {SHORTEST} characters.")
    if len(render(template, LONG_NAME, LONG_NAME, brand)) > LONGEST:
        yield Problem(
            "too-long",
            f"With a long name the message has more than {LONGEST} characters.",
        )


def _warnings(template: str, usual: str) -> Iterator[Problem]:
    cost = segments(usual)
    if cost.offending:
        shown = " ".join(cost.offending[:10])
        yield Problem("ucs-2", f"These characters make every text cost more (UCS-2): {shown}")
    if cost.segments > 1:
        yield Problem("segments", f"Each text is sent, and paid, as {cost.segments} segments.")
    if "rates may apply" not in template.lower():
        yield Problem("no-rates", "Say that message and data rates may apply.")
    if not re.search(r"frequen|msgs?/|messages? (?:a|per) ", template, re.IGNORECASE):
        yield Problem("no-frequency", "Say how often you will text.")
    if _SHORTENER.search(template):
        yield Problem("short-link", "Carriers block texts with public link shorteners.")
    if _LOOKS_LIKE_ONE.search(_PLACEHOLDER.sub("", template)):
        yield Problem(
            "unknown-placeholder",
            "Only {first_name}, {last_name} and {brand} are replaced; "
            "other braces are sent as they are.",
        )
