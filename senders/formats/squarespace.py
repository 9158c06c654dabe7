"""Squarespace notifications: an envelope with `websiteId` and `topic` around the fields."""

from senders.answers import Answers
from senders.formats.labeled import beside, described, labeled
from senders.words import words

MARKS = words("websiteid")


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a Squarespace notification of a form submission."""
    data = tree.get("data")
    if not isinstance(data, dict) or "websiteId" not in tree or "topic" not in tree:
        return None
    fields = labeled(described(data)) or data
    return Answers("squarespace", beside(fields, tree, data), lead_id=tree.get("id"))
