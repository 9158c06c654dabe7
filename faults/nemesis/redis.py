"""Redis that forgets everything, or has no room left: F4, F20."""

from pathlib import Path
from shutil import rmtree

from redis import Redis

from faults.nemesis.fault import Factory, nothing, strikes
from faults.nemesis.signals import go_on, kept_away, killed, let_back, stopped
from faults.service import Service

PATIENCE_SECONDS = 5
#: Less than Redis holds when it has nothing to hold: it takes no write.
NO_ROOM = "1mb"


def flush(service: Service) -> None:
    """Have it forget everything at once."""
    with _client(service) as client:
        client.flushall()


def wipe(service: Service) -> None:
    """Remove its files; it writes on to what has no name any more."""
    folder = service.home / "valkey"
    for path in folder.iterdir():
        _remove(path)


def wipe_and_kill(service: Service) -> None:
    """Remove its files, then kill it: it comes back empty."""
    wipe(service)
    killed("redis")(service)


def wipe_while_away(service: Service) -> None:
    """Keep it away and remove its files meanwhile."""
    kept_away("redis")(service)
    wipe(service)


def fill(service: Service) -> None:
    """Have it refuse every write, as when its memory is used up."""
    with _client(service) as client:
        client.config_set("maxmemory", NO_ROOM)


def make_room(service: Service) -> None:
    """Lift the limit; a Redis that was started again meanwhile has none."""
    with _client(service) as client:
        client.config_set("maxmemory", "0")


def fill_and_stop_postgres(service: Service) -> None:
    """Leave nothing durable to write to: Redis is full, PostgreSQL does not answer."""
    fill(service)
    stopped("postgres")(service)


def make_room_and_go_on(service: Service) -> None:
    """Undo both."""
    go_on("postgres")(service)
    make_room(service)


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path)
    else:
        path.unlink()


def _client(service: Service) -> Redis:
    return Redis.from_url(service.redis_url, socket_timeout=PATIENCE_SECONDS)


TABLE: dict[str, Factory] = strikes(
    {
        "redis-flushed": (2, flush, nothing),  # F4
        "redis-wiped": (2, wipe_and_kill, nothing),  # F4, while running
        "redis-wiped-while-away": (2, wipe_while_away, let_back("redis")),  # F4, while stopped
        "redis-full": (6, fill, make_room),  # F20
        "redis-full-postgres-hung": (5, fill_and_stop_postgres, make_room_and_go_on),  # F20
    }
)
