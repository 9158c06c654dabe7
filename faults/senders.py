"""Form tools under open load: they post at a rate, whatever the answers, and try again.

Each lead is one vendor's business: the same key at every try, backoff with jitter on 429, 5xx,
a broken connection or a time-out, patience with a paused URL, and the new URL copied from the
dashboard after a 410. Some press the button twice, some people come back under another key,
some tools never learn a new URL, and some send what is no lead.
"""

import asyncio
import random
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import aiohttp

from faults import shapes
from faults.addresses import Addresses
from faults.answers import outcome_of, told
from faults.history import INFO, History
from faults.people import Person
from faults.shapes import Body

SECONDS_A_TRY, TRIES = 10.0, 12
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 5.0
#: Beyond it the loop is no longer open: what is left out is counted.
MOST_OPEN, MOST_CONNECTIONS = 4_000, 400
#: Who waits for an answer when the load is over gets so long.
GRACE_SECONDS = 60.0

DOUBLES, AGAIN, BROKEN, STUBBORN = 0.04, 0.04, 0.02, 0.3
REMEMBERED = 500


@dataclass(frozen=True)
class Parcel:
    """One lead as its tool keeps it until it is taken."""

    process: str
    key: str
    person: Person
    body: Body
    expects: int = 0  # the answer to what is no lead
    url: int | None = None  # of a tool that never learns


@dataclass
class Senders:
    """All the form tools of a run, in a thread with a loop of their own."""

    history: History
    addresses: Addresses
    people: Iterator[Person]
    rate: float
    lots: random.Random
    comeback: deque[Person] = field(default_factory=deque)  # who leaves another lead soon
    recent: deque[Person] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    left_out: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _leads: int = 0
    _mishap: BaseException | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="senders")
        self._thread.start()

    def stop(self) -> None:
        """Post no new lead; return when those under way are answered, or given up."""
        self._over.set()
        self._thread.join()
        self.history.note("senders", "left_out", self.left_out)
        if self._mishap is not None:
            raise self._mishap

    def _work(self) -> None:
        try:
            asyncio.run(self._run())
        except BaseException as error:  # noqa: BLE001  (raised by stop, in the run's thread)
            self._mishap = error

    async def _run(self) -> None:
        connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
        timeout = aiohttp.ClientTimeout(total=SECONDS_A_TRY)
        open_posts: set[asyncio.Task[None]] = set()
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            due = time.monotonic()
            while not self._over.is_set():
                if len(open_posts) < MOST_OPEN:
                    for pause, parcel in self._next():
                        task = asyncio.create_task(self._deliver(session, parcel, pause))
                        open_posts.add(task)
                        task.add_done_callback(partial(self._done, open_posts))
                else:
                    self.left_out += 1
                due += self.lots.expovariate(self.rate)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            await _finish(open_posts)

    def _done(self, open_posts: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
        """Keep a tool's own mishap for the end: a run that could not send proves nothing."""
        open_posts.discard(task)
        if not task.cancelled():
            self._mishap = self._mishap or task.exception()

    def _next(self) -> list[tuple[float, Parcel]]:
        """Draw what is posted now: (seconds to wait, lead), two for a double click."""
        self._leads += 1
        key, draw = f"lead-{self._leads:07d}", self.lots.random()
        if draw < BROKEN:
            body, expected = shapes.broken(self.lots, next(self.people))
            return [(0.0, Parcel(key, key, Person("", "", ""), body, expected))]
        parcel = self._lead(key, self._who())
        if draw < BROKEN + DOUBLES:
            twin = replace(parcel, process=f"{key}-twin")
            return [(0.0, parcel), (self.lots.choice((0.0, 0.05, 1.5)), twin)]
        return [(0.0, parcel)]

    def _who(self) -> Person:
        if self.comeback and self.lots.random() < STUBBORN:
            return self.comeback.popleft()
        if self.recent and self.lots.random() < AGAIN:
            return self.lots.choice(self.recent)
        person = next(self.people)
        self.recent.append(person)
        return person

    def _lead(self, key: str, person: Person) -> Parcel:
        body = shapes.write(shapes.draw(self.lots), person, key)
        current = self.addresses.current()
        never_learns = current > 0 and self.lots.random() < STUBBORN / 10
        old = self.lots.randrange(current) if never_learns else None
        return Parcel(key, key, person, body, url=old)

    async def _deliver(
        self, session: aiohttp.ClientSession, parcel: Parcel, pause: float
    ) -> None:
        await asyncio.sleep(pause)
        pause = FIRST_PAUSE
        for count in range(TRIES):
            status = await self._post(session, parcel, count)
            if not _tries_again(status, parcel):
                return
            await asyncio.sleep(pause * self.lots.uniform(0.5, 1.5))
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, parcel: Parcel, count: int) -> int:
        """Post once; return the status, 0 for none."""
        url = self.addresses.current() if parcel.url is None else parcel.url
        begun = self.history.invoke(parcel.process, "post", _asked(parcel, url, count))
        try:
            status, said = await _exchange(session, self.addresses.url(url), parcel.body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.history.end(begun, INFO, {"error": type(error).__name__})
            return 0
        self.history.end(begun, outcome_of(status), said)
        return status


async def _exchange(
    session: aiohttp.ClientSession, url: str, body: Body
) -> tuple[int, dict[str, Any]]:
    async with session.post(url, data=body.content, headers=body.headers) as answer:
        text = await answer.text()
        return answer.status, told(answer.status, answer.headers, text)


def _asked(parcel: Parcel, url: int, count: int) -> dict[str, Any]:
    asked: dict[str, Any] = {"key": parcel.key, "phone": parcel.person.phone, "url": url}
    asked |= {"shape": parcel.body.shape, "try": count}
    return asked | ({"expects": parcel.expects} if parcel.expects else {})


def _tries_again(status: int, parcel: Parcel) -> bool:
    if status == 410:  # noqa: PLR2004  (retired: who copies URLs copies the new one)
        return parcel.url is None
    return status in {0, 408, 423, 429} or status >= 500  # noqa: PLR2004


async def _finish(open_posts: set[asyncio.Task[None]]) -> None:
    """Give those under way their time; what is canceled has no end in the history: unknown."""
    if open_posts:
        _, late = await asyncio.wait(open_posts, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
