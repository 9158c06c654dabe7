"""Operators and people with phones, at work while leads come in and things break.

One draw decides what is done next; a few threads do it, so that a slow answer (a suppression
may wait 20 s for a text under way) holds up nobody else. The switch has a thread of its own:
two people who switch one integration against each other prove nothing.
"""

import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from faults.calls import Calls, Copy
from faults.history import History
from faults.operators.contacts import Contacts
from faults.operators.leads import Leads
from faults.operators.numbers import Numbers
from faults.operators.switch import Switch
from faults.senders import Senders

DESKS = 6
#: Acts asked for and not begun: with all desks waiting, the rest is not asked for.
MOST_WAITING = 12


class Operators:
    """Everybody but the senders."""

    def __init__(
        self, service: Copy, history: History, senders: Senders, lots: random.Random
    ) -> None:
        calls = Calls(service, history)
        self._lots = lots
        self.switch = Switch(calls, senders.addresses, lots)
        numbers, leads = Numbers(calls, senders, lots), Leads(calls, lots)
        contacts = Contacts(calls, lots)
        self._acts: list[tuple[int, Callable[[], object]]] = [
            *(
                (8, numbers.suppress),
                (4, numbers.lift),
                (5, numbers.stop),
                (4, numbers.restart),
            ),
            *((3, leads.retry), (4, leads.look), (3, leads.look_again)),
            *((4, contacts.move), (2, contacts.undo), (1, contacts.cancel), (4, contacts.look)),
        ]
        self._over = threading.Event()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._threads: list[threading.Thread] = []
        self._mishap: BaseException | None = None

    def start(self, rate: float, switch_every: float) -> None:
        """Act *rate* times a second; use the switch every so many seconds, 0 for never."""
        works = [lambda: self._work(rate)]
        if switch_every:
            works.append(lambda: self._switch(switch_every))
        self._threads = [threading.Thread(target=work, name="operators") for work in works]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask for nothing more; return when all is answered, and the integration on."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self._threads:
            self.switch.turn_on()
        if self._mishap is not None:
            raise self._mishap

    def _work(self, rate: float) -> None:
        weights = [weight for weight, _ in self._acts]
        with ThreadPoolExecutor(DESKS) as desks:
            while not self._over.wait(self._lots.expovariate(rate)):
                [(_, act)] = self._lots.choices(self._acts, weights)
                if self._waiting.acquire(blocking=False):
                    desks.submit(act).add_done_callback(self._done)

    def _done(self, act: Future[object]) -> None:
        """Keep an act's own mishap for the end: a run that could not act proves nothing."""
        self._waiting.release()
        self._mishap = self._mishap or act.exception()

    def _switch(self, every: float) -> None:
        try:
            while not self._over.wait(every * self._lots.uniform(0.5, 1.5)):
                self.switch.use(self._over)
        except Exception as error:  # noqa: BLE001  (raised by stop, in the run's thread)
            self._mishap = error
