"""Steps of operators: the switch, suppressions, one lead, many contacts."""

from typing import Any

from hypothesis.strategies import integers, sampled_from

from tests.machine.model import Model, action, kills, people
from tests.machine.snapshot import Snapshot

#: Mostly it is on, or nothing would come in.
SWITCHES = ("activate",) * 3 + ("deactivate",) * 2 + ("regenerate-url", "delete")


class Operators(Model):
    """What operators ask for through the API."""

    @action(
        3,
        verb=sampled_from(SWITCHES),
        kill=kills,
        redis_away=sampled_from([False] * 3 + [True]),
    )
    def switch(self, verb: str, kill: int | None, redis_away: bool) -> None:
        answer = None
        self.world.edges.redis_away = redis_away
        with self.world.edges.kill_at(kill or 0) as killed:
            answer = self._ask(verb)
        self.world.edges.redis_away = False
        closes = verb != "activate"
        self.count(f"{verb} {'killed' if killed else answer.status_code}")
        if not killed:
            assert answer.status_code == (202 if closes and redis_away else 200)
        self._learn(is_answered=not killed, closes=closes)

    def _ask(self, verb: str) -> Any:
        if verb == "delete":
            return self.world.api.delete("/integration")
        return self.world.api.post(f"/integration/{verb}")

    def _learn(self, *, is_answered: bool, closes: bool) -> None:
        """Take over which URL is live now. An answer is a promise; a kill is none."""
        shown = self.world.api.get("/integration")
        if shown.status_code == 404:
            made = self.world.api.post("/integration", {"name": "Form", "brand": "Example Co"})
            assert made.status_code == 201
            self.world.no_limits(self.window)
            self.keys.clear()
            shown = made
        path = "/hooks/" + shown.json["endpoint_url"].rpartition("/")[2]
        if path != self.live and is_answered:
            self.retired.append(self.live)
        self.world.story.integration = shown.json["id"]
        self.live = self.world.story.path = path
        self.is_active = shown.json["status"] == "active"
        self.is_closed_for_sure = not self.is_active and is_answered and closes

    @action(1, phone=people, kill=kills)
    def suppress(self, phone: str, kill: int | None) -> None:
        many, answer = self.texts_to(phone), None
        with self.world.edges.kill_at(kill or 0) as killed:
            answer = self.world.api.post("/suppressions", {"phone": phone, "kind": "dnc"})
        if killed:
            self.count("suppress killed")
            return
        self.count(f"suppress {answer.status_code}")
        assert answer.status_code in {200, 201, 202}
        self.stops[phone, "dnc"], self.heard[phone, "dnc"] = many, True

    @action(2, phone=people)
    def lift(self, phone: str) -> None:
        listed = self.world.api.get("/suppressions?kind=dnc").json["items"]
        for each in listed:
            if each["phone"] == phone:
                answer = self.world.api.delete(f"/suppressions/{each['id']}?reason=a+mistake")
                self.count(f"lift {answer.status_code}")
                assert answer.status_code == 204
                self.stops.pop((phone, "dnc"), None)

    @action(2, which=integers(0, 99), decision=sampled_from(["retry", "discard"]), kill=kills)
    def decide(self, which: int, decision: str, kill: int | None) -> None:
        leads = [i for i, lead in Snapshot.take().leads.items() if lead["status"] in _DECIDABLE]
        if not leads:
            return
        lead_id, answer = leads[which % len(leads)], None
        if decision == "retry":
            self.retries[lead_id] += (
                1  # before it is asked for: a kill may come after it stands
            )
        with self.world.edges.kill_at(kill or 0) as killed:
            answer = self.world.api.post(f"/leads/{lead_id}/{decision}")
        self.count(f"{decision} {'killed' if killed else answer.status_code}")
        if not killed and decision == "retry" and answer.status_code != 202:
            assert answer.status_code == 409
            self.retries[lead_id] -= 1

    @action(1, phone=people, kind=sampled_from(["move_to_group", "delete", "suppress"]))
    def act(self, phone: str, kind: str) -> None:
        """One contact, as an action on many; the job waits to be run."""
        listed = self.world.api.get("/contacts?folder=all").json["items"]
        ids = [each["id"] for each in listed if each["phone"] == phone]
        if not ids:
            return
        self._groups = getattr(self, "_groups", 0) + 1
        asked = {"kind": kind, "contacts": {"ids": ids}}
        if kind == "move_to_group":
            asked["new_group"] = f"Group {self._groups}"
        answer = self.world.api.post("/actions", asked)
        assert answer.status_code == 202, answer.json
        self.count(f"action {kind}")


_DECIDABLE = ("held", "needs_attention")
