"""The web application: every part wired together, and the guard in front of all of it."""

from collections.abc import AsyncIterator, Callable
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
    app = web.Application(middlewares=[_guard, rest.door])
    app.cleanup_ctx.append(_simulator(settings))
    for part in (rest, control, page):
        part.add_routes(app.router)
    return app


def _simulator(settings: Settings) -> Callable[[web.Application], AsyncIterator[None]]:
    async def live(app: web.Application) -> AsyncIterator[None]:
        ledger, faults = Ledger(settings.ledger), Faults()
        async with Courier(settings.auth_token) as courier:
            lives = Lives(settings.account_sid, ledger, faults, courier)
            app[SIMULATOR] = Simulator(settings, ledger, faults, courier, lives)
            await lives.resume()
            yield
            await lives.end()
        await ledger.close()

    return live


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a web page of elsewhere: the browser of whoever runs this can reach loopback."""
    origin = request.headers.get("Origin")
    hosts = [request.host, urlsplit(origin).netloc] if origin else [request.host]
    if len(set(hosts)) > 1 or not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        raise web.HTTPForbidden(text="Only from this machine, and not for other web pages.")
    return await handler(request)
