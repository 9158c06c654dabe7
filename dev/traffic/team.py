"""The team at work: labels, notes, favorites, groups, and somebody put on the DNC list."""

import random
from typing import Any

from dev.traffic.service import Service

LABELS = ("Hot", "Call back", "Spanish", "Newsletter")
GROUPS = ("Spring list", "Webinar", "Showroom visits")
NOTES = (
    "Asked for a call after 5 pm.",
    "Knows us from the fair in May.",
    "Wants the price list by mail.",
    "Speaks Spanish, prefers texts.",
)
#: The opt-in queue keeps at least so many, so that there is always something to look at.
KEPT_IN_QUEUE = 25


class Team:
    """Operators with an API key."""

    def __init__(self, service: Service, chance: random.Random) -> None:
        self._service = service
        self._chance = chance

    def works(self) -> None:
        """Do one thing to people in the opt-in queue, the oldest first."""
        queue = self._service.items("/contacts?folder=opt-in-queue&sort=oldest&limit=100")
        if queue:
            chore = self._chance.choices(
                (self._label, self._note, self._favorite, self._move, self._suppress),
                weights=(5, 5, 4, 4, 1),
            )[0]
            chore(queue)

    def _label(self, queue: list[dict[str, Any]]) -> None:
        wanted = self._chance.choice(LABELS)
        known = {label["name"]: label["id"] for label in self._service.items("/labels")}
        made = None if wanted in known else self._service.api("POST", "/labels", name=wanted)
        label = made["id"] if made else known.get(wanted)
        if label:
            self._act("add_label", self._some(queue), label=label)

    def _note(self, queue: list[dict[str, Any]]) -> None:
        contact = self._chance.choice(queue)
        body = self._chance.choice(NOTES)
        self._service.api("POST", f"/contacts/{contact['id']}/notes", body=body)

    def _favorite(self, queue: list[dict[str, Any]]) -> None:
        self._act("favorite", [self._chance.choice(queue)])

    def _move(self, queue: list[dict[str, Any]]) -> None:
        if len(queue) <= KEPT_IN_QUEUE:
            return
        wanted = self._chance.choice(GROUPS)
        known = {group["name"]: group["id"] for group in self._service.items("/groups")}
        goal = {"group_id": known[wanted]} if wanted in known else {"new_group": wanted}
        self._act("move_to_group", queue[: self._chance.randint(1, 8)], **goal)

    def _suppress(self, queue: list[dict[str, Any]]) -> None:
        phone = self._chance.choice(queue)["phone"]
        why = {"kind": "dnc", "reason": "asked us by phone"}
        self._service.api("POST", "/suppressions", phone=phone, **why)

    def _some(self, queue: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self._chance.sample(queue, min(len(queue), self._chance.randint(1, 4)))

    def _act(self, kind: str, contacts: list[dict[str, Any]], **what: Any) -> None:
        ids = [contact["id"] for contact in contacts]
        self._service.api("POST", "/actions", kind=kind, contacts={"ids": ids}, **what)
