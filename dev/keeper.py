"""Keeps one process running: whenever it dies, it is started again after a pause.

The pause doubles while the process keeps dying young, so that a broken one costs little.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dev.child import Child

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
LONG_LIFE = 10.0


@dataclass
class Keeper:
    """A child, and when to start it next."""

    child: Child
    say: Callable[[str], None]
    pause: float = FIRST_PAUSE
    _began: float = field(default=0.0, init=False)
    _due: float | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the child. One that cannot even be started is a death like any other."""
        self._began, self._due = time.monotonic(), None
        try:
            self.child.start()
        except OSError as error:
            self._plan(f"cannot be started ({error})")

    def tend(self) -> bool:
        """Look after the child; true when it has just been started again."""
        if self._due is not None:
            if time.monotonic() < self._due:
                return False
            self.start()
            return True
        if not self.child.is_alive():
            self.child.kill()  # what it left behind goes with it
            self._plan(f"ended with status {self.child.exit_status}")
        return False

    def has_lived(self, seconds: float) -> bool:
        """Say whether it has been at work for so long."""
        return self._due is None and time.monotonic() - self._began >= seconds

    def _plan(self, what: str) -> None:
        if time.monotonic() - self._began >= LONG_LIFE:
            self.pause = FIRST_PAUSE
        self.say(f"{self.child.name} {what}; it is started again in {self.pause:g} s")
        self._due = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
