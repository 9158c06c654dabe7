"""Deadlines of bodies: one timer for all that are being read, where each would have its own.

Nearly every body is there when it is asked for. To set a timer for each of them and to take it
down again was a seventh of what the front costs.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

#: How often it is looked who is late: so much longer a reading may take.
LOOK_SECONDS = 0.25


class Deadlines:
    """For one event loop. The timer runs only while something is being waited for."""

    def __init__(self) -> None:
        self._ends: dict[asyncio.Task[object], float] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._is_looking = False

    async def keep(self, arriving: Awaitable[T], seconds: float) -> T:
        """Return what arrives. Raises TimeoutError when it takes longer than *seconds*."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be ended")
        self._ends[task] = loop.time() + seconds
        if not self._is_looking:
            self._is_looking = True
            loop.call_later(LOOK_SECONDS, self._look, loop)
        try:
            return await arriving
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            raise TimeoutError from None
        finally:
            del self._ends[task]
            self._late.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, end in self._ends.items():
            if end <= now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._is_looking = bool(self._ends)
        if self._is_looking:
            loop.call_later(LOOK_SECONDS, self._look, loop)
