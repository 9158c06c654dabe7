"""Fields that carry their own label: `{"title": "Phone", "type": "tel", "value": "…"}`.

Several tools describe each field beside its value. The label that means something wins; a
field of a telling type speaks for itself.
"""

from collections.abc import Iterable, Iterator, Mapping

from senders.document import tree_of
from senders.names import role_of

LABELS = ("ref", "id", "key", "title", "label", "name", "field", "question")
TELLING_TYPES = {
    "tel": "phone",
    "phone": "phone",
    "phone_number": "phone",
    "input_phone_number": "phone",
    "email": "email",
    "input_email": "email",
    "legal": "consent",
    "acceptance": "consent",
    "consent": "consent",
}
VALUES = ("value", "answer", "response")
LISTS = (
    *("fields", "answers", "questions", "form_values", "formValues", "responses"),
    *("form_fields", "formFields", "data"),
)


def labeled(nodes: Iterable[object]) -> dict[str, object]:
    """Return the fields of self-describing nodes under their most telling label."""
    return tree_of(list(_pairs(nodes)))


def described(tree: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the self-describing fields in a body, or an empty list."""
    for name in LISTS:
        group = tree.get(name)
        nodes = list(group.values()) if isinstance(group, dict) else group
        if isinstance(nodes, list) and nodes and all(map(_describes_itself, nodes)):
            return [node for node in nodes if isinstance(node, dict)]
    return []


def best_label(node: Mapping[str, object], *, kind: object = None) -> str:
    """Return the label that means something, else the type, else any label."""
    labels = [label for key in LABELS if isinstance(label := node.get(key), str) and label]
    for label in labels:
        if role_of(label):
            return label
    kind = kind or node.get("type")
    if isinstance(kind, str) and kind.lower() in TELLING_TYPES:
        return TELLING_TYPES[kind.lower()]
    return labels[-1] if labels else ""


def _pairs(nodes: Iterable[object]) -> Iterator[tuple[str, object]]:
    for node in nodes:
        if isinstance(node, dict):
            yield from _parts(node)
            yield best_label(node), next(node[key] for key in VALUES if key in node)


def _parts(node: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """A name field often carries its parts beside the whole."""
    if node.get("type") == "name" and isinstance(node.get("last"), str) and node["last"]:
        yield "first_name", node.get("first")
        yield "last_name", node.get("last")


def _describes_itself(node: object) -> bool:
    if not isinstance(node, dict) or not any(key in node for key in VALUES):
        return False
    is_person = any(role_of(key) in {"phone", "mobile", "email"} for key in node)
    return not is_person and any(key in node for key in LABELS)
