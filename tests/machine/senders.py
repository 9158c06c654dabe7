"""Steps of senders and of the people they speak of: leads, repetitions, STOP and START."""

from typing import Any

from hypothesis.strategies import integers, none, one_of, sampled_from

from tests.machine.model import Model, action, databases, job_kills, kills, modes, people
from tests.machine.snapshot import Snapshot

STOPS = ("STOP", "Please stop texting me.", "unsubscribe")
STARTS = ("START", "UNSTOP")
ends = sampled_from(
    [["sent", "delivered"], ["sent", "delivered"], ["sent"], ["undelivered"], []]
)


class Senders(Model):
    """What reaches the service from outside, but for Twilio's receipts."""

    @action(
        3,
        phone=people,
        key=one_of(none(), integers(0, 9).map("key-{}".format)),
        kill=kills,
        database=databases,
    )
    def send(self, phone: str, key: str | None, kill: int | None, database: str) -> None:
        before = Snapshot.take()
        answer = None
        with self.world.edges.kill_at(kill or 0) as killed:
            answer = self.world.post(self.live, _body(phone), key, database)
        if killed:
            self.count("send killed")
            return
        self.count(f"send {answer.status_code} ({database})")
        if database == "there":
            self._check_path_p(answer, before, phone, key)
        else:
            self._check_path_f(answer, key)

    @action(8, phone=people, statuses=ends, kill=job_kills, mode=modes)
    def life(self, phone: str, statuses: list[str], kill: int | None, mode: str) -> None:
        """A new lead, its job, its text's receipts: as nearly all of them go."""
        self._lives = getattr(self, "_lives", 0) + 1
        many = len(self.world.carrier.texts)
        self.send_at_once(phone, f"life-{self._lives}")
        before, self.world.carrier.mode = self.world.carrier.mode, mode
        while self.world.edges.jobs:
            self.do(self.world.edges.jobs.pop(0), kill)
        self.world.carrier.mode = before
        for sent in self.world.carrier.texts[many:]:
            for status in statuses:
                self.world.carrier.move(sent, status)
                form = {"MessageSid": sent.sid, "MessageStatus": status}
                assert self.world.tell(sent.callback, form, "there").status_code == 204

    @action(1, phone=people, key=sampled_from([None, "key-1", "key-2", "key-3"]))
    def send_at_once(self, phone: str, key: str | None) -> None:
        """Nobody is killed or away."""
        self.send(phone, key, None, "there")

    @action(1, which=integers(0, 99), phone=people, database=databases)
    def send_to_a_retired_url(self, which: int, phone: str, database: str) -> None:
        """I4: nothing is taken there, whichever store is away."""
        if not self.retired:
            return
        path = self.retired[which % len(self.retired)]

        answer = self.world.post(path, _body(phone), None, database)

        self.count(f"send to a retired URL {answer.status_code}")
        assert answer.status_code == (410 if database == "there" else 503)

    @action(
        2,
        phone=people,
        words=sampled_from(STOPS + STARTS + ("hi",)),
        kill=kills,
        database=databases,
    )
    def text_us(self, phone: str, words: str, kill: int | None, database: str) -> None:
        many = self.texts_to(phone)
        answer = None
        with self.world.edges.kill_at(kill or 0) as killed:
            answer = self.world.says(phone, words, database)
        if words in STARTS:
            self.stops.pop((phone, "opted_out"), None)
        if killed:
            self.count("inbound killed")
            return
        assert answer.status_code == 200
        self.count(f"inbound {'stop' if words in STOPS else words} ({database})")
        if words in STOPS:
            self.stops[phone, "opted_out"] = many
            self.heard[phone, "opted_out"] = database == "there"

    def _check_path_p(self, answer: Any, before: Snapshot, phone: str, key: str | None) -> None:
        if not self.is_active:
            assert answer.status_code == 423
            return
        known = self.keys.get((key or phone, "postgres"))
        first = self._first(before, phone)
        lead_id = self._acknowledged(answer)
        if key and known:
            assert answer.status_code == 200
        elif answer.status_code == 202:
            assert first is None, first
            assert lead_id not in before.leads
        else:
            assert lead_id in before.leads
        if key:
            self._same_id(key, "postgres", lead_id)

    def _check_path_f(self, answer: Any, key: str | None) -> None:
        if self.is_closed_for_sure:
            assert answer.status_code == 503, answer.json
        if answer.status_code == 503:
            return
        lead_id = self._acknowledged(answer)
        if key:
            self._same_id(key, "spool", lead_id)

    def _acknowledged(self, answer: Any) -> str:
        assert answer.status_code in {200, 202}, (answer.status_code, answer.json)
        lead_id: str = answer.json["lead_id"]
        self.acknowledged.add(lead_id)
        return lead_id

    def _same_id(self, key: str, path: str, lead_id: str) -> None:
        """I5: the same key, the same answer. (The spool cannot know of an earlier person.)"""
        known = self.keys.setdefault((key, path), set())
        known.add(lead_id)
        assert len(known) == 1, (key, known)

    def _first(self, before: Snapshot, phone: str) -> str | None:
        """Return the lead that a new one of this person repeats (product.md 2)."""
        if self.window == 0:
            return None
        for lead_id, lead in before.leads.items():
            is_theirs = (lead["phone"], lead["integration_id"]) == (phone, self.integration)
            is_recent = lead["age"] < self.window * 3600 - 60
            if is_theirs and is_recent and self._counts(before, lead):
                return lead_id
        return None

    @staticmethod
    def _counts(before: Snapshot, lead: dict[str, Any]) -> bool:
        if lead["status"] == "suppressed" and not before.is_suppressed(lead["phone"]):
            return False
        nothing = {"test", "dropped", "needs_attention", "duplicate"}
        return lead["status"] not in nothing and not lead["gone"]

    @property
    def integration(self) -> str:
        return str(self.world.story.integration)


def _body(phone: str) -> dict[str, str]:
    return {"first_name": "Jane", "last_name": "Doe", "phone": phone}
