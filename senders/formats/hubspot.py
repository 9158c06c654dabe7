"""HubSpot: a contact with its properties, each with a value and its history.

It is sent on enrollment in a workflow, so one contact may rightly come twice: its `vid` is
the person's id and not a lead's. A customized set lacks it, and every other mark: there its
properties are known by each having a value.
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
    if not isinstance(properties, dict):
        return None
    if not any(mark in tree for mark in _MARKS) and not _all_valued(properties):
        return None
    return Answers("hubspot", {key: _value(node) for key, node in properties.items()})


def _all_valued(properties: dict[str, object]) -> bool:
    nodes = properties.values()
    return bool(nodes) and all(isinstance(node, dict) and "value" in node for node in nodes)


def _value(node: object) -> object:
    return node.get("value") if isinstance(node, dict) else node
