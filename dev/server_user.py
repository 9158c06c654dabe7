"""As whom the embedded servers run.

PostgreSQL refuses to run as root. Then the servers run as another user, chosen by number:
whoever owns the data already, an owner of the folders on the way, or `nobody`. The way may
still be closed to all of them, as in a checkout below /root. Nobody's folders are opened for
that: the servers keep, of all that root may do, the right to pass closed folders.

As an ordinary user the servers run as ourselves.
"""

import os
import pwd
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dev.errors import CannotRun

NOBODY = 65534
#: Bits of /proc/self/status CapEff. The first is the smaller right, the second the usual one.
PASSES_CLOSED_FOLDERS = {"dac_read_search": 2, "dac_override": 1}


@dataclass(frozen=True)
class ServerUser:
    """`uid` None is ourselves; `capability` is what root lends, where the way is closed."""

    uid: int | None = None
    gid: int = -1
    capability: str | None = None

    def command(self, argv: Sequence[str], *, death_signal: str = "TERM") -> list[str]:
        """Prefix a command: run as this user, and get that signal when our process dies."""
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            if self.uid is not None:
                raise CannotRun("as root, setpriv is needed: apt-get install util-linux")
            return [*argv]
        return [setpriv, "--pdeathsig", death_signal, *self._drop_root(), "--", *argv]

    def named_command(self, argv: Sequence[str]) -> list[str]:
        """Prefix initdb, which refuses a user that has no name, as containers often have.

        A user namespace shows it a name for ours; the files stay ours.
        """
        unshare = shutil.which("unshare")
        if self.uid is not None or unshare is None or _has_name(os.geteuid()):
            return self.command(argv)
        return [unshare, "--user", f"--map-user={NOBODY}", "--", *argv]

    def give(self, path: Path) -> None:
        """Let this user own something we have just made."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid)

    def _drop_root(self) -> list[str]:
        if self.uid is None:
            return []
        options = [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if self.capability:
            lent = f"+{self.capability}"
            # access(2) forgets the right unless no_setuid_fixup is set, and initdb asks it.
            options += [f"--inh-caps={lent}", f"--ambient-caps={lent}"]
            options += ["--securebits=+no_setuid_fixup"]
        return options


def choose(data: Path, *programs: Path) -> ServerUser:
    """Choose who runs servers that keep `data` and consist of `programs`."""
    if os.geteuid() != 0:
        return ServerUser()
    candidates = list(_candidates(data, *programs))
    for user in candidates:
        if all(_passes(user, path) for path in (data, *programs)):
            return user
    if not candidates:
        raise CannotRun("PostgreSQL cannot run as root, and there is no other user")
    return replace(candidates[-1], capability=_lent())


def _candidates(data: Path, *programs: Path) -> Iterator[ServerUser]:
    """Users worth trying, best first. initdb wants one that has a name."""
    if data.exists():  # what there is can be nobody else's
        status = data.stat()
        yield ServerUser(status.st_uid, status.st_gid)
        return
    on_the_way = [_owner(folder) for path in (data, *programs) for folder in path.parents]
    for uid in dict.fromkeys([*on_the_way, NOBODY]):
        if uid != 0 and _has_name(uid):
            yield ServerUser(uid, pwd.getpwuid(uid).pw_gid)


def _has_name(uid: int) -> bool:
    return any(user.pw_uid == uid for user in pwd.getpwall())


def _owner(path: Path) -> int:
    """Answer whose it is; what is not there yet is root's, like us."""
    return path.stat().st_uid if path.exists() else 0


def _passes(user: ServerUser, path: Path) -> bool:
    """Say whether the folders above `path` let this user through (its own group only)."""
    for folder in path.resolve().parents:
        if not folder.exists():
            continue  # we are about to make it, passable
        status = folder.stat()
        bit = 0o001
        if status.st_uid == user.uid:
            bit = 0o100
        elif status.st_gid == user.gid:
            bit = 0o010
        if not status.st_mode & bit:
            return False
    return True


def _lent() -> str:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    for name, number in PASSES_CLOSED_FOLDERS.items():
        if effective >> number & 1:
            return name
    raise CannotRun(
        "PostgreSQL cannot run as root, no other user may pass the folders above its files, "
        "and this container lends no right to: choose an OPTIN_HOME that others may enter"
    )
