"""Failpoints: where a test has a process die, fail or dawdle, at one exact step of its work.

    FAILPOINT=text_after_claim_before_call:kill make run

A step calls `failpoint("its_name")`, and nothing happens there. What the environment names when
a process starts does happen: FAILPOINT=<name>:kill, :error or :sleep=<seconds>, several of
them with commas between, each with :<skip> behind it where it is to be passed so often first.
With FAILPOINT_ONCE=<file> each acts once, over all processes and restarts; the file then holds
the names of those that did. `python -m failpoints` lists them all. For tests alone.
"""

import ast
import fcntl
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

__all__ = ["FailpointReached", "failpoint", "places"]

_ROOT = Path(__file__).parent
_PACKAGES = ("web", "workers", "models")

logger = logging.getLogger(__name__)

Failpoint = Callable[[str], None]


class FailpointReached(Exception):
    """What `error` raises: nobody expects it, like any mistake of ours."""


def places() -> dict[str, list[str]]:
    """Return every failpoint there is, by name, with the modules that have it.

    Found in the source: so the list is true whatever was imported. Raises ValueError where a
    name cannot be read without running the code.
    """
    found: dict[str, list[str]] = {}
    for package in _PACKAGES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            module = ".".join(path.relative_to(_ROOT).with_suffix("").parts)
            for name in _named_in(path):
                modules = found.setdefault(name, [])
                if module not in modules:
                    modules.append(module)
    return found


def _named_in(path: Path) -> Iterator[str]:
    source = path.read_text()
    if "failpoint" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_failpoint(node.func):
            match node.args:
                case [ast.Constant(value=str(name))]:
                    yield name
                case _:
                    raise ValueError(f"{path.name}, line {node.lineno}: not a plain name")


def _is_failpoint(called: ast.expr) -> bool:
    return isinstance(called, ast.Name) and called.id == "failpoint"


@dataclass(frozen=True)
class _Armed:
    """What happens at one failpoint, and from which pass on. Counted in each process."""

    act: Callable[[], None]
    skip: int
    passes: Iterator[int]

    @classmethod
    def read(cls, what: str, skip: str) -> "_Armed":
        """Raises ValueError for what cannot be meant."""
        if skip and not skip.isdecimal():
            raise ValueError(f"{skip!r} is not how often to pass it first: a whole number is")
        return cls(_act(what), int(skip or 0), count())


def _act(what: str) -> Callable[[], None]:
    kind, _, seconds = what.partition("=")
    if kind == "sleep":
        length = float(seconds)
        return lambda: time.sleep(length)
    if what == "kill":
        return lambda: os.kill(os.getpid(), signal.SIGKILL)
    if what == "error":
        return _fail
    raise ValueError(f"{what!r} is neither kill, error nor sleep=<seconds>")


def _fail() -> None:
    raise FailpointReached


def _arm(flag: str, once: str) -> Failpoint:
    """Return the function that takes the place of the one that does nothing."""
    armed = dict(_read(part) for part in flag.split(","))

    def reach(name: str) -> None:
        mine = armed.get(name)
        if mine is None or next(mine.passes) < mine.skip or not _is_first(name, once):
            return
        logger.warning("failpoint %s of %s", name, flag)
        mine.act()

    return reach


def _read(part: str) -> tuple[str, _Armed]:
    name, _, rest = part.strip().partition(":")
    if name not in (known := places()):
        raise ValueError(f"there is no {name!r}, but:\n    " + "\n    ".join(sorted(known)))
    what, _, skip = rest.partition(":")
    return name, _Armed.read(what, skip)


def _is_first(name: str, once: str) -> bool:
    """Say whether this name is not in the file yet, and note it there."""
    if not once:
        return True
    with Path(once).open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
        file.seek(0)
        if name in file.read().split():
            return False
        file.write(f"{name}\n")
    return True


def _pass_by(_name: str) -> None:
    """What a failpoint is unless the environment names one: nothing."""


def _from_environment() -> Failpoint:
    flag = os.environ.get("FAILPOINT", "").strip()
    if not flag:
        return _pass_by
    try:
        return _arm(flag, os.environ.get("FAILPOINT_ONCE", ""))
    except ValueError as error:
        sys.exit(f"The service cannot start:\n  - FAILPOINT is not usable: {error}")


#: What every step calls.
failpoint: Failpoint = _from_environment()


if __name__ == "__main__":
    for _name, _modules in sorted(places().items()):
        sys.stdout.write(f"{_name:36} {', '.join(_modules)}\n")
