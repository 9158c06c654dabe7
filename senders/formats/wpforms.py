"""WPForms, Tally, Fillout and others that send a list of fields, each with label and value."""

from senders.answers import Answers
from senders.formats.labeled import LISTS, described, labeled
from senders.formats.plain import WRAPPERS

MARKS = frozenset(name.lower() for name in (*LISTS, *WRAPPERS))


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a list of self-describing fields, at the top or inside one wrapper."""
    wrapped = [tree, *(tree.get(wrapper) for wrapper in WRAPPERS)]
    for place in wrapped:
        fields = described(place) if isinstance(place, dict) else []
        if fields:
            is_wpforms = all("id" in field and "type" in field for field in fields)
            return Answers("wpforms" if is_wpforms else "json", labeled(fields))
    return None
