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
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
#: Bits of /proc/self/status CapEff. The first is the smaller right, the second the usual one.
PASSES_CLOSED_FOLDERS = {"dac_read_search": 2, "dac_override": 1}


class UserRefused(Exception):
    """No user is fit to run the servers: the message says why."""


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
                raise UserRefused("as root, setpriv is needed: apt-get install util-linux")
            return [*argv]
        return [setpriv, "--pdeathsig", death_signal, *self._drop_root(), "--", *argv]

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
            return ServerUser(user.pw_uid, user.pw_gid)
    if not candidates:
        raise UserRefused("PostgreSQL cannot run as root, and there is no other user")
    return ServerUser(candidates[-1].pw_uid, candidates[-1].pw_gid, _lent())


def _candidates(data: Path, *programs: Path) -> Iterator[pwd.struct_passwd]:
    """Users worth trying, best first. initdb wants one that has a name."""
    owner = _owner(data)
    if owner:
        yield pwd.getpwuid(owner)  # what there is can be nobody else's
        return
    named = {user.pw_uid: user for user in pwd.getpwall() if user.pw_uid != 0}
    on_the_way = [_owner(folder) for path in (data, *programs) for folder in path.parents]
    for uid in dict.fromkeys([*on_the_way, NOBODY]):
        if uid in named:
            yield named[uid]


def _owner(path: Path) -> int:
    """Answer whose it is; what is not there yet is root's, like us."""
    return path.stat().st_uid if path.exists() else 0


def _passes(user: pwd.struct_passwd, path: Path) -> bool:
    """Say whether the folders above `path` let this user through (its own group only)."""
    for folder in path.resolve().parents:
        if not folder.exists():
            continue  # we are about to make it, passable
        status = folder.stat()
        bit = 0o001
        if status.st_uid == user.pw_uid:
            bit = 0o100
        elif status.st_gid == user.pw_gid:
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
    raise UserRefused(
        "PostgreSQL cannot run as root, no other user may pass the folders above its files, "
        "and this container lends no right to: choose an OPTIN_HOME that others may enter"
    )
