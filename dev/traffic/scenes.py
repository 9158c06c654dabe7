"""What senders, people and carriers do: each scene is one thing that happens."""

import random
from collections import deque
from collections.abc import Iterator

from dev.traffic import forms
from dev.traffic.forms import Body
from dev.traffic.people import Person, people, with_fate
from dev.traffic.service import Service

FATES = tuple(f"{number:04}" for number in range(1, 10))
#: What the carrier's side does now and then, to one text in twenty.
WEATHER = ("ok", "ok", "ok", "accept_then_500", "429", "503", "reset_before_read", "half_body")
SMALL_TALK = (
    "Thanks!",
    "Great, when does it start?",
    "Who is this?",
    "Can you call me tomorrow after 5?",
    "Is parking included?",
    "👍",
)
OPT_OUTS = ("STOP", "Stop", "UNSUBSCRIBE", "please stop texting me", "STOPALL", "END")
REMEMBERED = 200


class Scenes:
    """The outside world of one demo."""

    def __init__(self, service: Service, chance: random.Random) -> None:
        self._service = service
        self._chance = chance
        self._people: Iterator[Person] = people(chance)
        self._posted: deque[tuple[Person, Body]] = deque(maxlen=REMEMBERED)
        self.url = ""
        self.retired: str | None = None

    def happens(self) -> None:
        """Let one thing happen, more often a new lead than anything else."""
        scene = self._chance.choices(
            (
                self.new_lead,
                self.strange_number,
                self.lead_again,
                self.useless_body,
                self.old_url,
                self.reply,
                self.opt_out,
                self.weather,
            ),
            weights=(60, 9, 6, 6, 3, 9, 4, 2),
        )[0]
        scene()

    def new_lead(self) -> None:
        self._post(next(self._people))

    def strange_number(self) -> None:
        """Landline, unreachable, filtered, unsubscribed: whatever a carrier can say."""
        self._post(with_fate(self._chance, self._chance.choice(FATES)))

    def lead_again(self) -> None:
        if self._posted:
            self._service.post(self.url, self._chance.choice(self._posted)[1])

    def useless_body(self) -> None:
        self._service.post(self.url, forms.unusable(next(self._people), self._chance))

    def old_url(self) -> None:
        """One of the team's tools still has the URL from before."""
        if self.retired:
            self._service.post(self.retired, forms.zapier(next(self._people)))

    def reply(self) -> None:
        self._says(SMALL_TALK)

    def opt_out(self) -> None:
        self._says(OPT_OUTS)

    def weather(self) -> None:
        mode = self._chance.choice(WEATHER)
        self._service.turn(mode=mode, rate=0.05, seed=self._chance.randrange(1_000_000))

    def _post(self, person: Person) -> None:
        body = self._chance.choice(forms.FORMS)(person)
        self._posted.append((person, body))
        self._service.post(self.url, body)

    def _says(self, words: tuple[str, ...]) -> None:
        if self._posted:
            person = self._chance.choice(self._posted)[0]
            self._service.text_back(person.phone, self._chance.choice(words))
