"""Leads at an operator's desk: looked at, and tried again where a text was not delivered."""

import random
from collections import deque
from typing import Any

from faults.calls import Asked, Calls

A_PAGE = 100
SEEN_BEFORE = 2_000


class Leads:
    """What `look` sees is kept, so that `look_again` may find whether it has changed."""

    def __init__(self, calls: Calls, lots: random.Random) -> None:
        self._calls = calls
        self._lots = lots
        self._seen: deque[str] = deque(maxlen=SEEN_BEFORE)

    def look(self) -> None:
        body = self._page({"limit": A_PAGE})
        self._seen.extend(each["id"] for each in body["items"] if each["text"])

    def look_again(self) -> None:
        """Look one up that was seen some time ago."""
        if self._seen:
            lead_id = self._seen[self._lots.randrange(len(self._seen))]
            asked = Asked("desk", "look_lead", {"lead": lead_id})
            self._calls.api(asked, "GET", f"/leads/{lead_id}", _one)

    def retry(self) -> None:
        items = self._page({"status": "needs_attention", "limit": A_PAGE})["items"]
        if items:
            lead = self._lots.choice(items)
            asked = Asked("desk", "retry", {"lead": lead["id"], "phone": lead["phone"]})
            self._calls.api(asked, "POST", f"/leads/{lead['id']}/retry")

    def _page(self, query: dict[str, Any]) -> Any:
        asked = Asked("desk", "look_leads", query)
        answered = self._calls.api(asked, "GET", "/leads", _several, params=query)
        return answered.body if answered.status == 200 else {"items": []}  # noqa: PLR2004


def _several(body: Any) -> dict[str, Any]:
    return {"rows": [_row(each) for each in body["items"] if each["text"]]}


def _one(body: Any) -> dict[str, Any]:
    return {"rows": [_row(body)]} if body["text"] else {}


def _row(lead: dict[str, Any]) -> list[Any]:
    """The lead, how far its text is, and which attempt that was."""
    return [lead["id"], lead["text"]["status"], lead["text"]["attempts"]]
