"""`python -m simulator`: Twilio on a laptop, until Ctrl-C or SIGTERM."""

import asyncio
import os
import resource
import signal
import sqlite3
import sys

import uvloop
from aiohttp import web

from simulator.app import make_app
from simulator.settings import Misconfigured, Settings

# The ledger's thread and the event loop hand the interpreter to each other for every few
# microseconds of work; the default of 5 ms would make each of them wait for the other.
SWITCH_INTERVAL = 0.0005
SHUTDOWN_SECONDS = 0.5
# An idle connection is never closed under a client that is just about to use it again.
KEEPALIVE_SECONDS = 3600


def main() -> None:
    try:
        settings = Settings.read(os.environ)
    except Misconfigured as problem:
        sys.exit(str(problem))
    _allow_many_connections()
    sys.setswitchinterval(SWITCH_INTERVAL)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    runner = web.AppRunner(
        make_app(settings),
        access_log=None,
        keepalive_timeout=KEEPALIVE_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    try:
        await runner.setup()
        await _listen(runner, settings)
        await stopping.wait()
    except sqlite3.Error as problem:
        sys.exit(f"The simulator cannot use its ledger {settings.ledger}: {problem}")
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, backlog=1024).start()
    except OSError as problem:
        sys.exit(f"The simulator cannot listen on {settings.base_url}: {problem}")
    sys.stdout.write(f"simulator: {settings.base_url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
