"""The endpoint URLs of a run: the one in force, and those it replaced.

The history tells them apart by number, so that it holds no token.
"""

import threading


class Addresses:
    """Any thread may use it."""

    def __init__(self, first: str) -> None:
        self._urls = [first]
        self._lock = threading.Lock()

    def current(self) -> int:
        """Return the number of the URL that a tool copied last."""
        return len(self._urls) - 1

    def url(self, number: int) -> str:
        return self._urls[number]

    def learn(self, url: str) -> int:
        """Take up the URL that stands on the dashboard now; return its number."""
        with self._lock:
            if url not in self._urls:
                self._urls.append(url)
            return self._urls.index(url)

    def next(self) -> int:
        """The number that a new URL would get."""
        return len(self._urls)

    def tokens(self) -> list[str]:
        """The secret parts of all of them."""
        return [url.rsplit("/", 1)[-1] for url in self._urls]
