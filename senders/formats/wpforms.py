"""WPForms, Tally, Fillout and others that send a list of fields, each with label and value."""

from senders.answers import Answers
from senders.formats.labeled import LISTS, beside, described, labeled
from senders.formats.wrapped import ENVELOPES, envelopes

MARKS = frozenset(name.lower() for name in (*LISTS, *ENVELOPES, "form_data"))


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a list of self-describing fields, at the top or inside one envelope."""
    inside = (inner for _, inner in envelopes(tree) if isinstance(inner, dict))
    for place in (tree, *inside):
        if nodes := described(place):
            is_wpforms = all("id" in node and "type" in node for node in nodes)
            fields = beside(labeled(nodes), tree, place)
            return Answers("wpforms" if is_wpforms else "json", fields)
    return None
