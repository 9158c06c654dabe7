"""HubSpot: a contact with its properties, each with a value and its history.

It is sent on enrollment in a workflow, so one contact may rightly come twice: its `vid` is
the person's id and not a lead's.
"""

from senders.answers import Answers
from senders.words import words

MARKS = words("properties")

_MARKS = (
    *("vid", "canonical-vid", "portal-id", "portalId", "objectId", "hs_object_id"),
    *("createdAt", "updatedAt", "archived"),  # of a contact as the API of today returns it
)


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a HubSpot contact."""
    properties = tree.get("properties")
    if not isinstance(properties, dict) or not any(mark in tree for mark in _MARKS):
        return None
    return Answers("hubspot", {key: _value(node) for key, node in properties.items()})


def _value(node: object) -> object:
    return node.get("value") if isinstance(node, dict) else node
