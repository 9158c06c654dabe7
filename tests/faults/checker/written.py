"""Histories written by hand: what a run would have noted, and what it would have found."""

from faults.checker import findings
from faults.checker.outcome import load
from faults.checker.story import tell
from faults.history import FAIL, INFO, INVOKE, OK, Entry

JANE, JOE = "+12025550142", "+12025550143"
A, B = "aaaaaaaa-0000-5000-8000-000000000001", "bbbbbbbb-0000-5000-8000-000000000002"
#: Where the wall clock stands when the monotonic one stands at 0.
MIDNIGHT = 1_800_000_000.0


class Written:
    """A history that grows line by line; every line is a second after the one before."""

    def __init__(self):
        self.entries = []
        self.now = 0.0
        self._ops = 0

    def begin(self, f, value=None, process="p"):
        self._ops += 1
        self._write(INVOKE, process, f, value or {}, self._ops)
        return self.entries[-1]

    def end(self, begun, outcome, value=None):
        self._write(outcome, begun.process, begun.f, value or {}, begun.op)
        return begun.op

    def did(self, f, value, status, **said):
        """Write an operation that was answered before anything else happened."""
        outcome = OK if status < 400 else FAIL if status < 500 else INFO
        return self.end(self.begin(f, value), outcome, {"status": status} | said)

    def post(self, key, phone, *, lead=A, word="accepted", status=202, url=0, shape="json"):
        value = {"key": key, "phone": phone, "url": url, "shape": shape, "try": 0}
        said = {"lead_id": lead, "word": word}
        return self.did("post", value, status, **(said if status < 300 else problem()))

    def note(self, process, f, value):
        self._write(INFO, process, f, value, 0)

    def wall(self):
        """The wall clock now."""
        return MIDNIGHT + self.now

    def _write(self, kind, process, f, value, op):
        self.now += 1
        self.entries.append(Entry(kind, process, f, value, self.now, self.wall(), op))


def problem(**members):
    """Say what the history says of a refusal that is as it should be."""
    return {"code": "x", "problem": True, "retry_after": True} | members


def lead(lead_id=A, status="joined", phone=JANE, **fields):
    row = {"id": lead_id, "status": status, "phone": phone, "duplicate_of": None}
    return ("leads", row | {"via": "postgres", "received": MIDNIGHT + 0.5} | fields)


def text(lead_id=A, to=JANE, accepted=MIDNIGHT + 0.6, sid="SM1", via="api"):
    row = {"sid": sid, "to": to, "accepted": accepted, "via": via, "lead": lead_id}
    return ("texts", row)


def contact(phone=JANE, contact_id="c1", *, section="contacts", suppressed=False, groups=0):
    row = {"id": contact_id, "phone": phone, "suppressed": suppressed, "groups": groups}
    return (section, row)


def judged(history, *rows, **facts):
    """Return the findings by name."""
    story = tell(history.entries)
    found = findings(story, load([("facts", facts), *rows]))
    return {each.name: each for each in found}


def violated(history, *rows, **facts):
    """Return the names of what was violated."""
    found = judged(history, *rows, **facts)
    return {name for name, each in found.items() if each.count}
