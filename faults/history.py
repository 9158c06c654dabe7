"""What happened, in Jepsen's form: each operation's beginning and its end, one JSON line each.

An operation is invoked; it ends `ok` (it happened), `fail` (it certainly did not) or `info`
(nobody knows: a time-out, a broken connection, a 5xx). What never ended, when the harness
itself was killed, counts as `info`. `info` without an invocation is a note: of the nemesis, of
whoever measures memory. Lines stand in the order of their times; `time` is monotonic, for what
is compared within the harness, `wall` is the machine's clock, for what the service and the
simulator wrote down.
"""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

INVOKE, OK, FAIL, INFO = "invoke", "ok", "fail", "info"

#: Written at once after so many lines: a killed run leaves little unsaid.
LINES_A_FLUSH = 200


class Entry(NamedTuple):
    """One line. `op` is the same for the beginning and the end; 0 for a note."""

    type: str
    process: str
    f: str
    value: Any
    time: float
    wall: float
    op: int = 0


class Operation(NamedTuple):
    """One that has begun."""

    op: int
    process: str
    f: str


class History:
    """Writes a history. Any thread may use it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self._ops = self._lines = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def invoke(self, process: str, f: str, value: object) -> Operation:
        """Note that an operation begins now; call it before anything of it is sent."""
        with self._lock:
            self._ops += 1
            begun = Operation(self._ops, process, f)
            self._write(INVOKE, begun, value)
        return begun

    def end(self, begun: Operation, outcome: str, value: object) -> None:
        """Note how it ended: OK, FAIL or INFO."""
        with self._lock:
            self._write(outcome, begun, value)

    def note(self, process: str, f: str, value: object) -> None:
        """Note something that is no operation."""
        with self._lock:
            self._write(INFO, Operation(0, process, f), value)

    def flush(self) -> None:
        with self._lock:
            self._file.flush()

    def close(self) -> None:
        with self._lock:
            if not self._file.closed:
                self._file.close()

    def _write(self, kind: str, what: Operation, value: object) -> None:
        if self._file.closed:  # a straggler of a run that is over: its end is nobody's news
            return
        entry = Entry(
            type=kind,
            process=what.process,
            f=what.f,
            value=value,
            time=round(time.monotonic(), 6),
            wall=round(time.time(), 6),
            op=what.op,
        )
        self._file.write(json.dumps(entry._asdict(), separators=(",", ":")) + "\n")
        self._lines += 1
        if self._lines % LINES_A_FLUSH == 0:
            self._file.flush()


def read(path: Path) -> Iterator[Entry]:
    """Read a history line by line; the last one may be torn, when the run was killed."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                return
            yield Entry(**json.loads(line))
