"""The integration's switch: off and on again, and a new URL for the senders to learn."""

import random
import threading
import time
from typing import Any

from faults.addresses import Addresses
from faults.calls import Answered, Asked, Calls

DONE, CLOSING = 200, 202
#: A verb is repeated until it is answered for certain.
REPEATS, BETWEEN_SECONDS = 60, 1.0
LONGEST_OFF = 3.0


class Switch:
    def __init__(self, calls: Calls, addresses: Addresses, lots: random.Random) -> None:
        self._calls = calls
        self._addresses = addresses
        self._lots = lots

    def use(self, over: threading.Event) -> None:
        """Replace the URL, or switch off for a moment."""
        if self._lots.random() < 0.4:  # noqa: PLR2004  (two of five)
            self.regenerate()
            return
        self._until_certain("deactivate", tries=3)
        over.wait(self._lots.uniform(0.0, LONGEST_OFF))
        self.turn_on()

    def turn_on(self) -> None:
        """Switch on, and learn which URL is in force."""
        self._until_certain("activate", tries=REPEATS)
        self.look()

    def regenerate(self) -> None:
        """Replace the URL once. An answer that got lost is looked up, never repeated."""
        url = self._addresses.current()
        self._verb("regenerate-url", {"url": url}, self._learned)
        self.look()

    def look(self) -> None:
        """Copy the endpoint URL from the dashboard."""
        asked = Asked("switch", "show_integration", {})
        self._calls.api(asked, "GET", "/integration", self._learned)

    def _until_certain(self, verb: str, tries: int) -> None:
        for _ in range(tries):
            answered = self._verb(verb, {"url": self._addresses.current()}, self._learned)
            if answered.status == DONE:
                return
            time.sleep(BETWEEN_SECONDS)

    def _verb(self, verb: str, value: dict[str, Any], keep: Any) -> Answered:
        asked = Asked("switch", verb.removesuffix("-url"), value)
        return self._calls.api(asked, "POST", f"/integration/{verb}", keep)

    def _learned(self, body: Any) -> dict[str, Any]:
        """Take up the URL that an answer shows; the history gets its number."""
        integration = body.get("integration") or body
        return {
            "url": self._addresses.learn(integration["endpoint_url"]),
            "is": integration["status"],
            "closing": integration["closing"],
        }
