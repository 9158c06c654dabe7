"""Two sides that start at once, round after round, steered towards a tie.

Whoever won a round starts a little later in the next one, so that both come to the point
where it is open who wins. A race that one side always wins proves nothing: `prove` says so.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

#: `make races rounds=10000` sets it.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "12"))
#: So many times the rounds that were asked for, if one side does not win before.
PATIENCE = 20
#: By how much the start of a winner is put off: more each time it wins again, less when the
#: other one did; and how far off a start may be.
LEAST_STEP, MOST_STEP, MOST_SECONDS = 0.0001, 0.02, 0.5

Side = Callable[[], Any]


class Tie:
    """A race between two sides, by the names of who may win."""

    def __init__(self, first: str, second: str, *, needs: tuple[str, ...] = ()) -> None:
        self.names = first, second
        self.wins: Counter[str] = Counter()
        self._needed = needs or self.names
        self.is_over = False
        self._lean = 0.0  # so much later the first side starts
        self._step, self._last = 0.002, ""
        self._pool = ThreadPoolExecutor(8)

    def rounds(self, share: float = 1.0) -> Iterator[int]:
        """Count rounds, and go on while somebody has yet to win. *share* is for long ones."""
        wanted = max(6, int(ROUNDS * share))
        for turn in range(wanted * PATIENCE):
            if turn >= wanted and self._is_proved():
                break
            yield turn
        self.is_over = True

    def start(self, *sides: Side) -> list[Any]:
        """Run all sides at once; return what they returned. The first two are steered."""
        barrier = Barrier(len(sides))
        delays = [max(0.0, self._lean), max(0.0, -self._lean)] + [0.0] * (len(sides) - 2)

        def run(side: Side, delay: float) -> Any:
            barrier.wait(60)
            if delay:
                time.sleep(delay)
            return side()

        running = [self._pool.submit(run, *each) for each in zip(sides, delays, strict=True)]
        return [each.result(120) for each in running]

    def won(self, name: str) -> None:
        """Count who won, or what else came of it: then the starts are moved by lot."""
        self.wins[name] += 1
        if name not in self.names:
            self._lean += random.choice((-LEAST_STEP, LEAST_STEP))
            return
        wider = 1.5 if name == self._last else 0.5
        self._step, self._last = max(LEAST_STEP, min(MOST_STEP, self._step * wider)), name
        step = self._step if name == self.names[0] else -self._step
        self._lean = max(-MOST_SECONDS, min(MOST_SECONDS, self._lean + step))

    def prove(self) -> str:
        """Say how often each side won; fail if one never did that has to."""
        self._pool.shutdown()
        names = dict.fromkeys((*self.names, *self.wins))
        told = ", ".join(f"{name} {self.wins[name]}" for name in names)
        assert self._is_proved(), told
        return told

    def _is_proved(self) -> bool:
        return all(self.wins[name] for name in self._needed)
