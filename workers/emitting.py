"""Hooks of middleware, without those that do nothing.

Every job and every ring passes a dozen moments, and at each of them Dramatiq calls each of our
middlewares, most of which have nothing to say there. Here only those are called that have.
"""

from collections.abc import Callable
from typing import Any

from dramatiq import Broker, Middleware
from dramatiq.middleware import MiddlewareError

Hook = Callable[..., object]


class Emitting(Broker):
    """Emits as Dramatiq's own broker does: same order, same errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._hooks: dict[str, list[Hook]] = {}
        super().__init__(*args, **kwargs)

    def emit_before(self, signal: str, *args: Any, **kwargs: Any) -> None:
        for hook in self._of(f"before_{signal}"):
            try:
                hook(self, *args, **kwargs)
            except MiddlewareError:
                raise
            except Exception:  # as Dramatiq: one middleware's fault is not the job's
                self.logger.exception("Unexpected failure in %r.", hook)

    def emit_after(self, signal: str, *args: Any, **kwargs: Any) -> None:
        for hook in reversed(self._of(f"after_{signal}")):
            try:
                hook(self, *args, **kwargs)
            except Exception:  # as above
                self.logger.exception("Unexpected failure in %r.", hook)

    def add_middleware(self, middleware: Middleware, **where: Any) -> None:
        super().add_middleware(middleware, **where)
        self._hooks = {}

    def _of(self, name: str) -> list[Hook]:
        """Return the hooks of this name that somebody has written, outermost first."""
        if name not in self._hooks:
            self._hooks[name] = [
                getattr(each, name) for each in self.middleware if _has_own(each, name)
            ]
        return self._hooks[name]


def _has_own(middleware: Middleware, name: str) -> bool:
    return getattr(type(middleware), name) is not getattr(Middleware, name)
