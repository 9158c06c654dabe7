"""One request of an operator or a phone, as an operation of the history."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import requests

from faults.answers import outcome_of, told
from faults.history import INFO, History

SIMULATOR_SECONDS = 30.0

Keep = Callable[[Any], dict[str, Any]]


class Copy(Protocol):
    """A running copy of the service, as faults/service.py gives one."""

    @property
    def simulator_url(self) -> str: ...

    @property
    def from_number(self) -> str: ...

    def api(self, method: str, path: str, **options: Any) -> requests.Response: ...


class Asked(NamedTuple):
    """What is asked for, as the history names it."""

    process: str
    f: str
    value: dict[str, Any]


class Answered(NamedTuple):
    """The status, 0 for no answer, and what the body says."""

    status: int
    body: Any


class Calls:
    """Makes requests and notes them."""

    def __init__(self, service: Copy, history: History) -> None:
        self._service = service
        self._history = history

    def api(
        self, asked: Asked, method: str, path: str, keep: Keep | None = None, **options: Any
    ) -> Answered:
        """Ask the management API; *keep* picks what the checker needs of a 2xx body."""
        begun = self._history.invoke(*asked)
        try:
            answer = self._service.api(method, path, **options)
        except requests.RequestException as error:
            self._history.end(begun, INFO, {"error": type(error).__name__})
            return Answered(0, None)
        said = told(answer.status_code, answer.headers, answer.text)
        body = _json(answer)
        if keep is not None and answer.ok:
            said |= keep(body)
        self._history.end(begun, outcome_of(answer.status_code), said)
        return Answered(answer.status_code, body)

    def text_back(self, asked: Asked, phone: str, body: str) -> Answered:
        """A person texts; the status is the service's answer to the carrier."""
        begun = self._history.invoke(*asked)
        message = {"from": phone, "to": self._service.from_number, "body": body}
        url = f"{self._service.simulator_url}/_sim/inbound"
        try:
            answer = requests.post(url, json=message, timeout=SIMULATOR_SECONDS)
            status = answer.json()["status"]  # None: the service could not be reached
        except (requests.RequestException, ValueError, KeyError) as error:
            self._history.end(begun, INFO, {"error": type(error).__name__})
            return Answered(0, None)
        if not status:
            self._history.end(begun, INFO, {"error": "not reached"})
            return Answered(0, None)
        self._history.end(begun, outcome_of(status), {"status": status})
        return Answered(status, None)


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
