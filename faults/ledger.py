"""The simulator's ledger, read as it arrives: every text it ever accepted."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

import requests

from faults.rows import seconds

SECONDS = 120.0
PIECE = 1 << 16

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def texts(simulator_url: str) -> Iterator[dict[str, Any]]:
    """Give each text: to whom, when, by which way, and the lead that its callback names."""
    url = f"{simulator_url}/_sim/messages"
    with requests.get(url, stream=True, timeout=SECONDS) as answer:
        answer.raise_for_status()
        for message in _objects(answer.iter_content(PIECE)):
            yield _row(message)


def _row(message: dict[str, Any]) -> dict[str, Any]:
    named = _ID.search(message["status_callback"] or "")
    return {
        "sid": message["sid"],
        "to": message["to"],
        "accepted": seconds(message["accepted_at"]),
        "via": message["via"],
        "lead": named[0] if named else None,
        "status": message["status"],
    }


def _objects(pieces: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """Read a JSON list of objects piece by piece."""
    read, held = json.JSONDecoder(), ""
    for piece in codecs.iterdecode(pieces, "utf-8"):
        held += piece
        begin = held.find("{")
        while begin >= 0:
            try:
                found, end = read.raw_decode(held, begin)
            except json.JSONDecodeError:
                break  # its rest is still to come
            yield found
            begin = held.find("{", end)
        held = held[begin:] if begin >= 0 else ""
