"""The opt-in queue at an operator's desk: looked at, moved into groups, and moved back."""

import random
import threading
from typing import Any

from faults.calls import Asked, Calls

A_PAGE, MOST_MOVED = 50, 20
GROUPS = ("spring", "summer", "autumn")
REMEMBERED = 50


class Contacts:
    def __init__(self, calls: Calls, lots: random.Random) -> None:
        self._calls = calls
        self._lots = lots
        self._lock = threading.Lock()
        self._groups: dict[str, str] = {}
        self._jobs: list[str] = []

    def look(self) -> list[dict[str, Any]]:
        """Read a page of the queue: one statement of the service, so one moment."""
        query = {"folder": "opt-in-queue", "limit": A_PAGE}
        query["sort"] = self._lots.choice(("newest", "oldest"))
        asked = Asked("desk", "look_queue", {})
        answered = self._calls.api(asked, "GET", "/contacts", _rows, params=query)
        items: list[dict[str, Any]] = answered.body["items"] if answered.status == 200 else []  # noqa: PLR2004
        return items

    def move(self) -> None:
        waiting = self.look()
        if not waiting:
            return
        chosen = self._lots.sample(waiting, min(len(waiting), MOST_MOVED))
        ids = [each["id"] for each in chosen]
        action: dict[str, Any] = {"kind": "move_to_group", "contacts": {"ids": ids}}
        action["group_id"] = self._group(self._lots.choice(GROUPS))
        if action["group_id"]:
            asked = Asked("desk", "move", {"contacts": len(ids)})
            self._keep_job(self._calls.api(asked, "POST", "/actions", _job, json=action).body)

    def undo(self) -> None:
        self._about_a_job("undo")

    def cancel(self) -> None:
        self._about_a_job("cancel")

    def _about_a_job(self, verb: str) -> None:
        with self._lock:
            job = self._lots.choice(self._jobs) if self._jobs else None
        if job:
            asked = Asked("desk", verb, {"job": job})
            self._calls.api(asked, "POST", f"/jobs/{job}/{verb}", _job)

    def _keep_job(self, body: Any) -> None:
        if isinstance(body, dict) and "job" in body:
            with self._lock:
                self._jobs = [*self._jobs[-REMEMBERED:], body["job"]["id"]]

    def _group(self, name: str) -> str | None:
        """Return the id of a group, made when it is first asked for, or looked up."""
        if name not in self._groups:
            made = self._calls.api(
                Asked("desk", "make_group", {}), "POST", "/groups", json={"name": name}
            )
            if made.status == 409:  # noqa: PLR2004  (made by an answer that got lost)
                made = self._find_group(name)
            if isinstance(made.body, dict) and made.body.get("id"):
                self._groups[name] = made.body["id"]
        return self._groups.get(name)

    def _find_group(self, name: str) -> Any:
        asked = Asked("desk", "list_groups", {})
        found = self._calls.api(asked, "GET", "/groups", params={"limit": 200})
        items = found.body["items"] if found.status == 200 else []  # noqa: PLR2004
        same = [each for each in items if each["name"] == name]
        return found._replace(body=same[0] if same else None)


def _rows(body: Any) -> dict[str, Any]:
    """Who waits: contact, number, suppressed, how many groups."""
    return {
        "rows": [
            [each["id"], each["phone"], each["suppressed"], len(each["groups"])]
            for each in body["items"]
        ]
    }


def _job(body: Any) -> dict[str, Any]:
    return {"job": body["job"]["id"]}
