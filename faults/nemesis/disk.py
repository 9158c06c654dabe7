"""A disk that is full: F12. PostgreSQL and Redis each have a small one of their own.

A file system in memory can be made so small, by root. The simulator's ledger stands elsewhere:
it is Twilio's, and what Twilio took it remembers.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.nemesis.fault import Factory, NotHere
from faults.nemesis.surroundings import StartedWith
from faults.service import Service

FILLER = "filler"
CHUNK = bytes(1024 * 1024)
MOST_BYTES = 1024**3  # of a disk that we would fill: a larger one is not ours
HOME_SIZE, REDIS_SIZE = "640m", "48m"
#: Below the copy's home: where the disk is mounted that a server writes to.
DISKS = {"postgres": "", "redis": "valkey"}


@dataclass
class FullDisk:
    """The disks of some servers have no room left, until the end."""

    name: str
    servers: tuple[str, ...]
    seconds: float = 6.0

    @contextmanager
    def surroundings(self, folder: Path) -> Iterator[StartedWith]:
        """Mount two small disks before the copy makes its files."""
        if os.geteuid() != 0:
            raise NotHere("only root may mount a small disk")
        home = folder / "var"
        with ExitStack() as mounted:
            mounted.enter_context(_mounted(home, HOME_SIZE, "0711"))
            # The server that will write there runs as somebody else.
            mounted.enter_context(_mounted(home / "valkey", REDIS_SIZE, "0777"))
            for ending in ("", "-wal", "-shm", "-journal"):
                (home / f"simulator.sqlite{ending}").symlink_to(folder / f"ledger{ending}")
            yield StartedWith()

    def begin(self, service: Service) -> None:
        for filler in self._fillers(service):
            if shutil.disk_usage(filler.parent).total > MOST_BYTES:
                raise NotHere("the copy does not live on a small disk")
            _fill(filler)

    def end(self, service: Service) -> None:
        for filler in self._fillers(service):
            filler.unlink(missing_ok=True)

    def _fillers(self, service: Service) -> list[Path]:
        return [service.home / DISKS[server] / FILLER for server in self.servers]


@contextmanager
def _mounted(folder: Path, size: str, mode: str) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    options = f"size={size},mode={mode}"
    _run("mount", "-t", "tmpfs", "-o", options, "optin-faults", str(folder))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotHere(f"{command[0]}: {ended.stderr.strip()}")


def _fill(filler: Path) -> None:
    """Write until there is no room for one byte more."""
    with filler.open("wb", buffering=0) as file:
        for chunk in (CHUNK, CHUNK[:4096], CHUNK[:1]):
            try:
                while file.write(chunk) == len(chunk):
                    pass
            except OSError:  # no space left, as wanted
                continue


TABLE: dict[str, Factory] = {
    "disk-full-postgres": lambda _draw: FullDisk("disk-full-postgres", ("postgres",)),
    "disk-full-redis": lambda _draw: FullDisk("disk-full-redis", ("redis",)),
    "disk-full-both": lambda _draw: FullDisk("disk-full-both", ("postgres", "redis")),
}
