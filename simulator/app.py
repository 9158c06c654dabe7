"""The web application: every part wired together, and the guard in front of all of it."""

from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator import control, page, rest
from simulator.callbacks import Courier
from simulator.faults import Faults
from simulator.ledger import Ledger
from simulator.lives import Lives
from simulator.settings import Settings, is_loopback
from simulator.state import SIMULATOR, Simulator


def make_app(settings: Settings) -> web.Application:
    app = web.Application(middlewares=[_guard, rest.door, control.refusals])
    app.cleanup_ctx.append(_simulator(settings))
    for part in (rest, control, page):
        part.add_routes(app.router)
    return app


def _simulator(settings: Settings) -> Callable[[web.Application], AsyncIterator[None]]:
    async def live(app: web.Application) -> AsyncIterator[None]:
        ledger, faults = Ledger(settings.ledger), Faults()
        courier = Courier(settings.auth_token)
        lives = Lives(settings.account_sid, ledger, faults, courier)
        app[SIMULATOR] = Simulator(settings, ledger, faults, courier, lives)
        await lives.resume()
        yield
        await lives.end()
        courier.close()
        await ledger.close()

    return live


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a web page of elsewhere: the browser of whoever runs this can reach loopback."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and urlsplit(origin).netloc != request.host
    if is_foreign or not _is_ours(request.host):
        raise web.HTTPForbidden(text="Only from this machine, and not for other web pages.")
    return await handler(request)


@lru_cache(maxsize=64)
def _is_ours(host: str) -> bool:
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
