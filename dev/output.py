"""Everything that our processes say, on our standard output, each line with its speaker.

A reader that stops reading must not stop the service: what is waiting to be written is
bounded, and the oldest lines give way.
"""

import os
import threading
from collections import deque

WAITING_LINES = 2_000
NAME_WIDTH = 9


class Output:
    """One thread writes; everybody else only hands over."""

    def __init__(self, fd: int = 1) -> None:
        self._fd = fd
        self._lines: deque[bytes] = deque(maxlen=WAITING_LINES)
        self._changed = threading.Condition()
        self._closed = False
        self._writer = threading.Thread(target=self._write_all, daemon=True)
        self._writer.start()

    def emit(self, name: str, line: str) -> None:
        """Say a line of one of our processes."""
        self.say(f"{name:<{NAME_WIDTH}}| {line}")

    def say(self, line: str) -> None:
        """Say a line of our own."""
        with self._changed:
            self._lines.append(f"{line}\n".encode(errors="replace"))
            self._changed.notify()

    def close(self) -> None:
        """Write what is waiting, unless nobody reads."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._writer.join(timeout=1)

    def _write_all(self) -> None:
        while (line := self._next()) is not None:
            try:
                while line:
                    line = line[os.write(self._fd, line) :]
            except OSError:  # the reader is gone: go on for those who use the service
                continue

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._closed)
            return self._lines.popleft() if self._lines else None
