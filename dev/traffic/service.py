"""The running copy as the traffic knows it: its endpoint URL, its API, the simulated phone."""

import json
from pathlib import Path
from typing import Any

import requests

from dev.traffic.forms import Body

SECONDS = 10


class Service:
    """One copy, by what its first-run.json says."""

    def __init__(self, first_run: Path) -> None:
        facts = json.loads(first_run.read_bytes())
        self._base = facts["base_url"]
        self._simulator = facts["simulator_url"]
        self._headers = {"Authorization": f"Bearer {facts['api_key']}"}
        self.from_number: str = facts["from_number"]
        self._session = requests.Session()

    def is_ready(self) -> bool:
        try:
            asked = self._session.get(f"{self._base}/readyz", timeout=SECONDS)
        except requests.RequestException:
            return False
        return asked.ok

    def integration(self) -> dict[str, Any] | None:
        return self.api("GET", "/integration")

    def api(self, method: str, path: str, **sent: Any) -> dict[str, Any] | None:
        """Call the API; None where it refuses: a colleague may have been faster."""
        answer = self._session.request(
            method,
            f"{self._base}/api/v1{path}",
            headers=self._headers,
            json=sent or None,
            timeout=SECONDS,
        )
        shape: dict[str, Any] | None = answer.json() if answer.ok and answer.content else None
        return shape

    def items(self, path: str) -> list[dict[str, Any]]:
        page = self.api("GET", path) or {"items": []}
        return [*page["items"]]

    def post(self, url: str, body: Body) -> None:
        """Post as a sender does; what is answered is the sender's affair."""
        headers = {"Content-Type": body.content_type}
        self._session.post(url, data=body.content, headers=headers, timeout=SECONDS)

    def text_back(self, phone: str, words: str) -> None:
        text = {"from": phone, "to": self.from_number, "body": words}
        self._session.post(f"{self._simulator}/_sim/inbound", json=text, timeout=2 * SECONDS)

    def turn(self, **dials: Any) -> None:
        """Turn the simulator's dials for faults."""
        self._session.put(f"{self._simulator}/_sim/faults", json=dials, timeout=SECONDS)
