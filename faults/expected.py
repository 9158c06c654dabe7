"""What the fault table asks for beside the ten promises: how senders are answered meanwhile.

It is judged over the posts that began while the fault stood in full, by the history alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from faults.history import INFO, INVOKE, Entry
from faults.nemesis.fault import NEMESIS

#: A breath, before a breaker has noticed and after everything is back.
FIRST_SECONDS = 1.0
#: Of a hundred answers one may be late: two cores are shared by everybody.
SHARE = 0.99


@dataclass(frozen=True)
class Expected:
    """What may be seen: 5xx answers, 2xx answers, and how late answers may be."""

    errors: bool = True
    accepted: bool = True
    seconds: float | None = None


#: Redis away costs a sender nothing; PostgreSQL away costs him no 2xx, and 2 s at most.
SMOOTH, LATE = Expected(errors=False), Expected(seconds=2.0)
#: With no store left nothing may be accepted.
REFUSED = Expected(accepted=False, seconds=2.0)
EXPECTED: Mapping[str, Expected] = {
    **dict.fromkeys(("redis-away-1s", "redis-away-8s", "redis-away-60s"), SMOOTH),
    **dict.fromkeys(("redis-stopped", "redis-flushed", "redis-full", "cut-redis"), SMOOTH),
    **dict.fromkeys(("postgres-away", "postgres-hung", "no-connection-left"), LATE),
    **dict.fromkeys(("both-away", "both-stopped", "redis-full-postgres-hung"), REFUSED),
    "slow-redis": Expected(errors=False, seconds=1.0),
    "slowloris-headers": Expected(seconds=1.0),
    "slowloris-bodies": Expected(seconds=1.0),
}


@dataclass(frozen=True)
class Post:
    """One post as it was answered; status 0 for none."""

    began: float
    seconds: float
    status: int


def unmet(name: str, entries: Iterable[Entry]) -> list[str]:
    """Say in sentences what was otherwise than the table asks."""
    expected = EXPECTED.get(name)
    if expected is None:
        return []
    posts = meanwhile(name, entries)
    if not posts:
        return ["no post began while the fault stood"]
    said = []
    if not expected.errors and (errors := sum(post.status >= 500 for post in posts)):  # noqa: PLR2004
        said.append(f"{errors} of {len(posts)} posts were answered with 5xx")
    if not expected.accepted and (taken := sum(200 <= post.status < 300 for post in posts)):  # noqa: PLR2004
        said.append(f"{taken} of {len(posts)} posts were accepted with no store")
    if expected.seconds is not None and (late := slowest(posts)) > expected.seconds:
        said.append(f"answers took up to {late:.1f} s")
    return said


def meanwhile(name: str, entries: Iterable[Entry]) -> list[Post]:
    """Find the posts that began while the fault stood in full, a breath after its beginning."""
    stood: float | None = None
    open_posts: dict[int, Entry] = {}
    found: list[Post] = []
    for entry in entries:
        if entry.process == NEMESIS and entry.value == name:
            stood = entry.time + FIRST_SECONDS if entry.f == "begun" else None
        elif entry.f == "post" and entry.type == INVOKE and stood and entry.time >= stood:
            open_posts[entry.op] = entry
        elif begun := open_posts.pop(entry.op, None):
            found.append(_post(begun, entry))
    return found


def slowest(posts: list[Post]) -> float:
    """Answer how long all but one in a hundred took at most."""
    ordered = sorted(post.seconds for post in posts)
    return ordered[int(len(ordered) * SHARE)] if len(ordered) > 1 else ordered[0]


def _post(begun: Entry, ended: Entry) -> Post:
    status = ended.value.get("status", 0) if ended.type != INFO or ended.value else 0
    return Post(begun.time, ended.time - begun.time, int(status))
