"""Fields that carry their own label: `{"title": "Phone", "type": "tel", "value": "…"}`.

Several tools describe each field beside its value. The label that means something wins; a
field of a telling type speaks for itself. A field without any label stands under one:
`{"tel": {"type": "tel", "value": "…"}}`.
"""

from collections.abc import Iterable, Iterator, Mapping

from senders.document import refuse_too_many, tree_of
from senders.formats.person_inside import OF_A_PERSON
from senders.names import role_of
from senders.text import is_empty
from senders.words import words

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
# What a tool itself puts beside the fields. A name, a number or a place there may be those of
# the form and of the business that has it.
_BESIDE = words("""
    lead_id consent disclosure trusted_form_cert_url trusted_form_token trusted_form_ping_url
    jornaya_lead_id ip user_agent page_url submitted_at
""")


def labeled(nodes: Iterable[object]) -> dict[str, object]:
    """Return the fields of self-describing nodes under their most telling label."""
    return tree_of(list(_pairs(nodes)))


def described(tree: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the self-describing fields in a body, or an empty list. Raises `TooLarge`."""
    for name in LISTS:
        group = tree.get(name)
        nodes = _named(group) if isinstance(group, dict) else group
        if not isinstance(nodes, list) or not nodes or not _describes_itself(nodes[0]):
            continue
        refuse_too_many(nodes)
        if all(map(_describes_itself, nodes)):
            return [node for node in nodes if isinstance(node, dict)]
    return []


def beside(fields: dict[str, object], *places: Mapping[str, object]) -> dict[str, object]:
    """Return the fields with what the body says of the submission outside of their list."""
    about = {
        key: value
        for place in places
        for key, value in place.items()
        if key not in fields and role_of(key) in _BESIDE and not is_empty(value)
    }
    return {**fields, **about}


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


def _named(group: Mapping[str, object]) -> list[object]:
    """Give fields without a label that under which they stand."""
    return [
        {**node, "key": key} if isinstance(node, dict) and _is_nameless(node) else node
        for key, node in group.items()
    ]


def _is_nameless(node: Mapping[str, object]) -> bool:
    labeled = any(not is_empty(node.get(key)) for key in LABELS)
    return not labeled and not any(role_of(key) in OF_A_PERSON for key in node)


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
