"""No regular expression can be kept busy, by 64 KiB of anything (ASVS 1.3.12).

Every compiled expression of the modules that see what strangers send is found by itself, and
fed with what it is made of: each of its characters and pairs of them, over and over, up to
64 KiB, and at the end something that does not fit. CPU time counts, the best of a few tries.
"""

import importlib
import inspect
import pkgutil
import re
import time
from re import _constants as sre  # what a parsed expression is made of
from re import _parser as parser

import pytest

import logs
import senders
import web

BYTES = 64 * 1024
SECONDS = 0.05
TRIES, HOPELESS = 5, 1.0
ENDS = ("", "!\x00")
#: What people and attackers repeat, whatever an expression is made of.
USUAL = (
    " ",
    "\t",
    "a",
    "1",
    "-",
    "stop ",
    "1 ",
    "+1 ",
    "a.",
    "á",
    "ß",
    "٣",
    "\u200b",
    "<",
    "\n",
)
#: How an expression is applied; where nothing tells, in the way that costs most.
METHODS = r"\b{}\.(match|fullmatch|search|findall|finditer|sub|subn|split)\("


def modules():
    yield logs
    for package in (senders, web):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith("web.serve"):
                yield importlib.import_module(found.name)


def patterns_in(value, depth=4):
    """Give the compiled expressions in a value of a module, however they are kept."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and depth:
        for each in (*value.keys(), *value.values()):
            yield from patterns_in(each, depth - 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth:
        for each in value:
            yield from patterns_in(each, depth - 1)


def every_pattern():
    found = {}
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(patterns_in(value)):
                place = f"{module.__name__}.{name}[{number}]"
                used = re.findall(METHODS.format(re.escape(name)), inspect.getsource(module))
                found.setdefault(pattern, (place, sorted({*used} or {"sub"})))
    return {place: (pattern, used) for pattern, (place, used) in found.items()}


def characters(parsed):
    """Give the characters that a parsed expression names, at any depth."""
    for code, argument in parsed:
        if code in {sre.LITERAL, sre.NOT_LITERAL}:
            yield chr(argument)
        elif code is sre.RANGE:
            yield chr(argument[0])
        elif isinstance(argument, parser.SubPattern):
            yield from characters(argument)
        elif isinstance(argument, list | tuple):
            yield from _inside(argument)


def _inside(argument):
    for each in argument:
        if isinstance(each, parser.SubPattern):
            yield from characters(each)
        elif isinstance(each, list):
            yield from _inside(each)
        elif isinstance(each, tuple) and len(each) == 2 and not isinstance(each[0], int):
            yield from characters([each])
        elif isinstance(each, tuple):
            yield from characters([each]) if each and each[0] in vars(sre).values() else ()


def attacks(pattern):
    """Give what to feed it with."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    own = sorted({*characters(parser.parse(text, pattern.flags & ~re.UNICODE))})[:8]
    seeds = [*USUAL, *own, *(a + b for a in own[:3] for b in (*own[:3], " ", "a", "1"))]
    for seed in dict.fromkeys(seeds):
        for end in ENDS:
            yield seed * (BYTES // len(seed.encode())) + end


def seconds(pattern, used, text):
    """CPU time of what the code does with an expression, the best of a few tries."""
    given = text if isinstance(pattern.pattern, str) else text.encode()
    taken = []
    for _ in range(TRIES):
        start = time.thread_time()
        for method in used:
            if method in {"sub", "subn"}:
                pattern.sub(given[:0], given)
            else:
                getattr(pattern, method)(given)
        taken.append(time.thread_time() - start)
        if not SECONDS <= taken[-1] < HOPELESS:
            break
    return min(taken)


EVERY = every_pattern()
#: 50 ms; on a slow machine, what ten plain walks over so much text take there.
PLAIN = seconds(re.compile(r"\S+"), ["findall"], "a " * (BYTES // 2))
LIMIT = max(SECONDS, 10 * PLAIN)


def test_the_expressions_are_found():
    assert len(EVERY) > 40


@pytest.mark.parametrize("place", EVERY)
def test_expression_is_done_in_50_ms_with_64_kib_of_anything(place):
    pattern, used = EVERY[place]
    for text in attacks(pattern):
        for length in (BYTES // 16, BYTES):  # what takes for ever shows with little of it
            taken = seconds(pattern, used, text[-length:])

            assert taken < LIMIT, f"{text[:20]!r}, {length} characters: {taken} s"


def test_expression_that_can_be_kept_busy_would_be_found():
    assert seconds(re.compile(r"(a+)+$"), ["match"], "a" * 22 + "!") > LIMIT
