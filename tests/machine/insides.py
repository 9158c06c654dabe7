"""Steps of what happens inside and at Twilio: jobs, sweeps, receipts, faults, time."""

from hypothesis.strategies import integers, lists, sampled_from

from tests.machine.model import Model, action, databases, job_kills, kills, modes
from tests.machine.world import FINDERS

#: What becomes of a job on its way: mostly it is done.
WAYS = ("done", "done", "done", "done", "doubled", "lost", "late")
#: Two of each final one: receipts come doubled and in any order.
STATUSES = ("sent", "delivered", "delivered", "undelivered", "failed")
CODES = (None, 30003, 30004, 30005, 30006)
#: A moment, a lease of a text, a look-up or a settling time, more than the duplicate window.
STEPS = (5, 20, 100, 650, 650, 90_000)

receipts = lists(sampled_from(STATUSES), min_size=1, max_size=4)


class Insides(Model):
    """What no person does."""

    @action(4, which=integers(0, 99), way=sampled_from(WAYS), kill=job_kills)
    def job(self, which: int, way: str, kill: int | None) -> None:
        jobs = self.world.edges.jobs
        if not jobs:
            return
        place = len(jobs) - 1 if way == "late" else which % len(jobs)
        data = jobs.pop(place)
        if way == "lost":
            self.count("job lost")
            return
        if way == "doubled":
            jobs.append(data)
        self.do(data, kill)

    @action(3, name=sampled_from(FINDERS), kill=kills)
    def sweep(self, name: str, kill: int | None) -> None:
        with self.world.edges.kill_at(kill or 0) as killed:
            self.world.sweep(name)
        self.count("sweep killed" if killed else f"sweep {name}")
        if self.world.is_spool_empty():
            self.heard = dict.fromkeys(self.heard, True)

    @action(
        4,
        which=integers(0, 99),
        statuses=receipts,
        code=sampled_from(CODES),
        kill=kills,
        database=databases,
    )
    def receipt(
        self, which: int, statuses: list[str], code: int | None, kill: int | None, database: str
    ) -> None:
        texts = self.world.carrier.texts
        if not texts:
            return
        sent = texts[which % len(texts)]
        for status in statuses:
            self.world.carrier.move(sent, status)
            form = {"MessageSid": sent.sid, "MessageStatus": status}
            if code and status in {"undelivered", "failed"}:
                form["ErrorCode"] = str(code)
            answer = None
            with self.world.edges.kill_at(kill or 0) as killed:
                answer = self.world.tell(sent.callback, form, database)
            assert killed or answer.status_code == 204
            self.count(f"receipt {'killed' if killed else status} ({database})")

    @action(1, mode=modes, lag=sampled_from([0, 0, 400]))
    def twilio(self, mode: str, lag: int) -> None:
        self.world.carrier.mode, self.world.carrier.lag = mode, lag

    @action(1, statuses=receipts)
    def tell_early(self, statuses: list[str]) -> None:
        """The next text's receipts come before its create call has answered."""
        self.world.early = tuple(statuses)

    @action(3, seconds=sampled_from(STEPS))
    def time_passes(self, seconds: int) -> None:
        """The spool is drained before: its times are Redis' own, and cannot be moved."""
        self.world.sweep("spool")
        self.world.age(seconds)
