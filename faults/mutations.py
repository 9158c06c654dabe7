"""`make mutations`: break one rule of the service at a time, and see that a test notices.

The mutations are in mutations.toml. Each is applied in a throw-away copy of what is committed
here, and the tests that it names are run there; they have to fail, and without the mutation
they have to pass. Prints a table; ends with status 1 when a mutation no longer applies, or when
a named test did not notice.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = Path(__file__).parent / "mutations.toml"
LONGEST_SECONDS = 600
TRIES = 3

#: A test that failed may leave an error behind as well.
_ERROR = re.compile(r"^ERROR ([^\s\[]+)", re.MULTILINE)
_FAILED = re.compile(r"^FAILED ([^\s\[]+)", re.MULTILINE)


class DoesNotApply(Exception):
    """The text that a mutation replaces is not there exactly once: the list has to follow."""


@dataclass(frozen=True)
class Mutation:
    """A mistake that somebody might make, and the tests that have to notice it."""

    name: str
    file: str
    old: str
    new: str
    tests: Sequence[str]

    def applied_to(self, source: str) -> str:
        """Return the file with the mistake in it. Raises DoesNotApply."""
        many = source.count(self.old)
        if many != 1:
            raise DoesNotApply(f"{self.name}: its text is in {self.file} {many} times")
        return source.replace(self.old, self.new)


@dataclass(frozen=True)
class Outcome:
    """What came of one mutation."""

    mutation: Mutation
    noticed_by: Sequence[str]
    seconds: float

    @property
    def is_caught(self) -> bool:
        """Say whether every test that was named has failed."""
        return all(
            any(found.startswith(named) for found in self.noticed_by)
            for named in self.mutation.tests
        )


def read_all() -> list[Mutation]:
    """Return the mutations there are."""
    return [Mutation(**each) for each in tomllib.loads(LIST.read_text())["mutation"]]


def main() -> int:
    """Try every mutation, or those whose name holds a word. 0: all were caught."""
    parser = argparse.ArgumentParser(prog="python -m faults.mutations", description=__doc__)
    parser.add_argument(
        "--only", default="", metavar="WORD", help="those with this in the name"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table there too")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the copy is removed then, too
    chosen = [each for each in read_all() if asked.only.lower() in each.name.lower()]
    with copy_of_the_repository() as folder:
        _expect_success(folder, chosen)
        outcomes = [_show(_try(folder, each)) for each in chosen]
    missed = [each for each in outcomes if not each.is_caught]
    print(f"{len(outcomes)} mutations, {len(missed)} not caught")
    if asked.write:
        asked.write.write_text(_document(outcomes))
    return 1 if missed or not outcomes else 0


@contextmanager
def copy_of_the_repository() -> Iterator[Path]:
    """Check out what is committed into a temporary folder; nothing here is touched."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as temporary:
        folder = Path(temporary) / "copy"
        _git("worktree", "add", "--quiet", "--detach", str(folder), "HEAD")
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=ROOT, check=True)


def _expect_success(folder: Path, mutations: Sequence[Mutation]) -> None:
    tests = sorted({test for each in mutations for test in each.tests})
    if failed := _failing(folder, tests):
        sys.exit("These fail without any mutation:\n  " + "\n  ".join(failed))


def _try(folder: Path, mutation: Mutation) -> Outcome:
    begun = time.monotonic()
    path = folder / mutation.file
    whole = path.read_text()
    path.write_text(mutation.applied_to(whole))
    try:
        noticed_by = _failing(folder, mutation.tests)
    finally:
        path.write_text(whole)
    return Outcome(mutation, noticed_by, time.monotonic() - begun)


def _failing(folder: Path, tests: Sequence[str]) -> list[str]:
    """Run tests in the copy; return those that failed. What cannot be run ends the run.

    A test that could not even begin has noticed nothing: on a busy machine it may next time.
    """
    for _ in range(TRIES):
        ended = _pytest(folder, tests)
        failed = set(_FAILED.findall(ended.stdout))
        if ended.returncode in {0, 1} and failed >= set(_ERROR.findall(ended.stdout)):
            return sorted(failed)
    sys.exit(f"These could not be run:\n{ended.stdout[-3000:]}{ended.stderr[-1000:]}")


def _pytest(folder: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """No byte code is kept: two versions of a file in one second would pass for the same."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )


def _show(outcome: Outcome) -> Outcome:
    caught = "caught" if outcome.is_caught else "MISSED"
    print(f"{caught}  {outcome.seconds:5.1f} s  {outcome.mutation.name}", flush=True)
    for test in outcome.noticed_by:
        print(f"                 {test}", flush=True)
    return outcome


def _document(outcomes: Sequence[Outcome]) -> str:
    rows = [
        f"| {each.mutation.name} | `{each.mutation.file}` "
        f"| {', '.join(_short(test) for test in each.noticed_by) or 'nothing'} "
        f"| {each.seconds:.0f} |"
        for each in outcomes
    ]
    return _HEAD + "\n".join(rows) + "\n"


def _short(test: str) -> str:
    path, _, name = test.partition("::")
    return f"`{name}` ({path.removeprefix('tests/')})"


_HEAD = """\
# Deliberate mutations
What the tests are worth where law and money are at stake: each row is a rule of the service
switched off, by the smallest edit that does it, and the tests that noticed. `make mutations`
applies them one by one in a throw-away copy of what is committed, and ends with status 1 when
one is not noticed or no longer applies; `options="--write docs/mutations.md"` writes this page.
The edits are in `faults/mutations.toml`.

| mutation | in | noticed by | seconds |
|---|---|---|---|
"""


if __name__ == "__main__":
    sys.exit(main())
