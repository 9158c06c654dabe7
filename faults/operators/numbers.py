"""Numbers that must not be texted, and may be again: by an operator, and by the person."""

import random
import threading
from typing import Any

from faults.calls import Asked, Calls
from faults.people import Person
from faults.senders import Senders

CREATED, ON_IT_ALREADY, UNDER_WAY = 201, 200, 202
#: Stop words, Twilio's and the FCC's, and what a reasonable person reads as one.
STOPS = ("STOP", "Stop.", "UNSUBSCRIBE", "opt out", "please stop texting me", "QUIT")
STARTS = ("START", "UNSTOP")


class Numbers:
    """`suppress` and `stop` have the person come back with another lead soon."""

    def __init__(self, calls: Calls, senders: Senders, lots: random.Random) -> None:
        self._calls = calls
        self._senders = senders
        self._lots = lots
        self._lock = threading.Lock()
        self._suppressed: list[tuple[str, Person]] = []  # by an operator: (id, who)
        self._stopped: list[Person] = []

    def suppress(self) -> None:
        person = self._somebody()
        if person is None:
            return
        value = {"phone": person.phone, "kind": "dnc", "reason": "asked us by phone"}
        asked = Asked("desk", "suppress", {"phone": person.phone})
        answered = self._calls.api(asked, "POST", "/suppressions", _added, json=value)
        if answered.status in {CREATED, ON_IT_ALREADY, UNDER_WAY}:
            with self._lock:
                self._suppressed.append((answered.body["id"], person))
        self._senders.comeback.append(person)

    def lift(self) -> None:
        found = self._taken(self._suppressed)
        if found is None:
            return
        suppression_id, person = found
        asked = Asked("desk", "lift", {"phone": person.phone, "id": suppression_id})
        path = f"/suppressions/{suppression_id}"
        self._calls.api(asked, "DELETE", path, params={"reason": "a mistake of ours"})
        self._senders.comeback.append(person)

    def stop(self) -> None:
        person = self._somebody()
        if person is None:
            return
        asked = Asked("phone", "stop", {"phone": person.phone})
        answered = self._calls.text_back(asked, person.phone, self._lots.choice(STOPS))
        if answered.status == 200:  # noqa: PLR2004  (as Twilio wants it)
            with self._lock:
                self._stopped.append(person)
        self._senders.comeback.append(person)

    def restart(self) -> None:
        person = self._taken(self._stopped)
        if person is not None:
            asked = Asked("phone", "start", {"phone": person.phone})
            self._calls.text_back(asked, person.phone, self._lots.choice(STARTS))
            self._senders.comeback.append(person)

    def _somebody(self) -> Person | None:
        """Choose one who left a lead lately: often one whose text is just under way."""
        recent = list(self._senders.recent)
        if not recent:
            return None
        return recent[-1] if self._lots.random() < 0.5 else self._lots.choice(recent)  # noqa: PLR2004

    def _taken(self, several: list[Any]) -> Any:
        with self._lock:
            return several.pop(self._lots.randrange(len(several))) if several else None


def _added(body: Any) -> dict[str, Any]:
    under_way = [each["lead_id"] for each in body.get("in_flight", [])]
    return {"id": body["id"], "in_flight": under_way}
