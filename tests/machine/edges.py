"""Where a process of ours meets another one: there it can be killed, or find nobody.

Every statement and commit, every call to Twilio, every script in Redis and every ring is an
edge that is crossed once before and once after; each failpoint is one as well. `kill_at(n)` has
the n-th crossing raise Killed, which nothing of the service catches: what was done stands, what
follows never happens.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import redis

import models.budget
import models.calls
import models.db
import workers.drain
import workers.gate
from failpoints import places
from models.budget import DatabaseAway
from workers.broker import broker


class Killed(BaseException):
    """The process ends here."""


class Edges:
    """Counts crossings, kills at one of them, and cuts PostgreSQL or Redis off."""

    def __init__(self) -> None:
        self.killed_at: Counter[str] = Counter()
        self.database = "there"  # or "away", or "mute": it does it, and the answer is lost
        self.redis_away = False
        self.jobs: list[Any] = []  # what was rung for
        self._left: int | None = None
        self._thread = threading.get_ident()  # only what the machine itself runs is killed

    @contextmanager
    def kill_at(self, crossing: int) -> Iterator[list[str]]:
        """Kill what runs in this block at a crossing; the list names the edge, if it came."""
        self._left = crossing
        killed: list[str] = []
        try:
            yield killed
        except Killed as edge:
            killed.append(str(edge))
            self.killed_at[str(edge)] += 1
        finally:
            self._left = None

    @contextmanager
    def without_database(self, how: str) -> Iterator[None]:
        self.database = how
        try:
            yield
        finally:
            self.database = "there"

    def cross(self, name: str) -> None:
        if self._left is None or threading.get_ident() != self._thread:
            return
        self._left -= 1
        if self._left == 0:
            raise Killed(name)

    def install(self, monkeypatch: Any) -> None:
        """Stand at every edge until the test ends."""
        for module in (models.calls, models.budget):
            monkeypatch.setattr(module, "hurried", self._around_hurried(module.hurried))
        factory, engine = models.db.session_factory, models.db._autocommit_engine  # noqa: SLF001
        monkeypatch.setattr(models.db, "session_factory", _Sessions(self, factory))
        monkeypatch.setattr(models.db, "_autocommit_engine", _Autocommit(self, engine))
        for module, name in (
            (workers.gate, "run_script"),
            (workers.drain, "forget"),
            (workers.drain, "drain_lead"),
            (workers.drain, "store_told"),
        ):
            monkeypatch.setattr(module, name, self.around(getattr(module, name), name))
        for module in {module for modules in places().values() for module in modules}:
            monkeypatch.setattr(f"{module}.failpoint", self.cross)
        self._cut_redis(monkeypatch)
        monkeypatch.setattr(broker, "push", self._ring)

    def or_away(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return what PostgreSQL does by an ORM session: not, or with its answer lost."""

        def reached(*args: Any) -> Any:
            if self.database == "away":
                raise DatabaseAway("away")
            answer = function(*args)
            if self.database == "mute":
                raise DatabaseAway("the answer is lost")
            return answer

        return reached

    def around(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """Return the function with an edge before and one after it."""

        def crossed(*args: Any, **kwargs: Any) -> Any:
            self.cross(f"before {name}")
            answer = function(*args, **kwargs)
            self.cross(f"after {name}")
            return answer

        return crossed

    def _around_hurried(self, hurried: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def crossed(*args: Any) -> Iterator[Any]:
            self.cross("before a statement")
            if self.database == "away":
                raise psycopg.OperationalError("away")
            with hurried(*args) as connection:
                yield connection
            if self.database == "mute":
                raise psycopg.OperationalError("the answer is lost")
            self.cross("after a statement")

        return crossed

    def _cut_redis(self, monkeypatch: Any) -> None:
        for kind, name in (
            (redis.Redis, "execute_command"),
            (redis.client.Pipeline, "execute"),
        ):
            monkeypatch.setattr(kind, name, self._cut(getattr(kind, name)))

    def _cut(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def cut(*args: Any, **kwargs: Any) -> Any:
            if self.redis_away:
                raise redis.ConnectionError("away")
            return function(*args, **kwargs)

        return cut

    def _ring(self, entries: Any) -> None:
        """Take what is rung for instead of Redis: the machine loses, doubles and orders it."""
        self.cross("before a ring")
        if self.redis_away:
            raise redis.ConnectionError("away")
        self.jobs += [data for _, _, data in entries]


class _Sessions:
    """Stands for the factory of sessions: an edge before each commit and one after."""

    def __init__(self, edges: Edges, factory: Any) -> None:
        self._edges, self._factory = edges, factory

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self._factory.begin() as session:
            yield session
            self._edges.cross("before a commit")
        self._edges.cross("after a commit")


class _Autocommit:
    """Stands for the engine in autocommit."""

    def __init__(self, edges: Edges, engine: Any) -> None:
        self._edges, self._engine = edges, engine

    @contextmanager
    def connect(self) -> Iterator[Any]:
        self._edges.cross("before a sweep's statement")
        with self._engine.connect() as connection:
            yield connection
        self._edges.cross("after a sweep's statement")
