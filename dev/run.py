"""`make run`: the whole service on one machine, with its servers and a simulated Twilio.

Servers, migrations, then every process of the Procfile beside the simulator, then the first
account. Whatever dies is started again; a signal ends everything, the servers last.
"""

import argparse
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from dev import settings
from dev.child import ROOT
from dev.errors import CannotRun
from dev.home import held
from dev.output import Output
from dev.ports import refuse_busy
from dev.servers import Servers, Urls, socket_folder
from dev.settings import Settings
from dev.stop import StopAsked
from dev.supervisor import Commands, Supervisor
from dev.survivors import MARK, end_processes

FIRST_ACCOUNT = "exec python -m models.commands first-run --email owner@example.com"


def main() -> int:
    """Run until a signal comes. 0: stopped as asked, 1: could not run."""
    commands = _commands()
    stop = StopAsked()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.ask())
    output = Output()
    try:
        run(settings.read(os.environ), commands, output, stop)
    except CannotRun as error:
        output.close()
        print(f"make run: {error}", file=sys.stderr)
        return 1
    finally:
        output.close()
    return 0


def run(where: Settings, commands: Commands, output: Output, stop: StopAsked) -> None:
    """Run one copy of the service; raises CannotRun, with nothing left behind."""
    if not where.home.exists():
        refuse_busy(where)
    with held(where.home):
        end_processes(where.home)
        refuse_busy(where)
        with socket_folder(where.home) as sockets:
            servers = _servers(where, sockets, output)
            where = replace(where, **servers.urls._asdict())
            env = {**settings.for_processes(where, os.environ), MARK: str(where.home)}
            Supervisor(where, servers, commands, output, stop, env).run()


def _servers(where: Settings, sockets: Path, output: Output) -> Servers:
    """Name the servers of this copy; those that the environment names are not ours to run."""
    servers = Servers.below(where.home, sockets, output.emit)
    own = servers.urls
    servers.urls = Urls(
        where.database_url or own.database_url, where.redis_url or own.redis_url
    )
    if not where.database_url:
        servers.used.append(servers.postgres)
    if not where.redis_url:
        servers.used.append(servers.valkey)
    return servers


def _commands() -> Commands:
    parser = argparse.ArgumentParser(prog="python -m dev.run", description=__doc__)
    parser.add_argument("--procfile", type=Path, default=ROOT / "Procfile")
    parser.add_argument("--simulator", default="exec python -m simulator")
    parser.add_argument("--first-account", default=FIRST_ACCOUNT)
    return Commands(**vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
