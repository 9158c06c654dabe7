"""Whether we are to stop: a signal came, or make, which waits for us, is ending.

make hands SIGTERM on to us. A SIGINT that reaches make alone (no terminal sends it to both)
it keeps for itself: it lets go of the signal and waits for us, for ever. A make that was
killed outright tells nobody either.
"""

import os
import signal
from pathlib import Path

CAUGHT = "SigCgt:"


class StopAsked:
    """What a signal leaves behind. A second signal changes nothing."""

    def __init__(self) -> None:
        self._by_signal = False
        self._parent = Parent()

    def ask(self) -> None:
        """Called by the handler of a signal, so it does next to nothing."""
        self._by_signal = True

    def __bool__(self) -> bool:
        return self._by_signal or self._parent.has_ended()


class Parent:
    """Our parent, if it is make; of anybody else nothing is concluded."""

    def __init__(self) -> None:
        self._is_make = "MAKELEVEL" in os.environ
        self._pid = os.getppid()
        self._caught_at_first = self._catches_interrupts()

    def has_ended(self) -> bool:
        """Say whether make is gone or on its way out."""
        if not self._is_make:
            return False
        return os.getppid() != self._pid or (
            self._caught_at_first and not self._catches_interrupts()
        )

    def _catches_interrupts(self) -> bool:
        """Ask the kernel whether make still wants to hear of SIGINT. No /proc: no."""
        try:
            status = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii")
        except OSError:
            return False
        mask = int(status.partition(CAUGHT)[2].split()[0], 16)
        return bool(mask >> (signal.SIGINT - 1) & 1)
