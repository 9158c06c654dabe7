"""Gravity Forms, "all fields": entries under numbers, such as `1.3` for a first name.

Nothing in such a body says which number is the phone; the integration's mapping does. Entry
ids are counted per site, so site and form belong to the id.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from senders.answers import Answers
from senders.document import tree_of
from senders.words import words

MARKS = words("form_id")

_PART = re.compile(r"([0-9]{1,6})\.([0-9]{1,3})")
FIRST, LAST = "3", "6"
TICK, TEXT = "1", "2"


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a Gravity Forms entry."""
    known = "form_id" in tree and ("date_created" in tree or "source_url" in tree)
    if not known or not any(key[:1].isdigit() for key in tree):
        return None
    fields = tree_of([*tree.items(), *_parts(tree)])
    return Answers("gravity", fields, lead_id=_entry_id(tree))


def _parts(tree: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Part 6 exists in names only; a consent has a text in part 2, or is "Checked"."""
    for key, value in tree.items():
        found = _PART.fullmatch(key)
        if not found:
            continue
        is_name = f"{found[1]}.{LAST}" in tree
        role = {
            (True, FIRST): "first_name",
            (True, LAST): "last_name",
            (False, TICK): "consent",
            (False, TEXT): "disclosure",
        }.get((is_name, found[2]))
        if role and (is_name or _is_consent(tree, found[1])):
            yield role, value


def _is_consent(tree: dict[str, object], field: str) -> bool:
    """Any other checkbox sends the label of what was ticked, a consent without text this."""
    ticked = tree.get(f"{field}.{TICK}", "")
    if f"{field}.{TEXT}" not in tree:
        return ticked == "Checked"
    return str(ticked).strip().lower() in {"", "1", "checked"}


def _entry_id(tree: dict[str, object]) -> object:
    entry = tree.get("id", tree.get("entry_id"))
    source = tree.get("source_url")
    if not isinstance(entry, str | int) or isinstance(entry, bool) or not str(entry).strip():
        return entry
    return f"{_host(source)}/{tree.get('form_id')}/{entry}"


def _host(source: object) -> str:
    try:
        return urlsplit(source).hostname or "" if isinstance(source, str) else ""
    except ValueError:  # a bracket that is no IPv6 address
        return ""
