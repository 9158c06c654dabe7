"""Elementor Pro. With "Advanced Data" each field describes itself, without it labels are keys.

`form[name]` is the title of the form, never the name of a person.
"""

from senders.answers import Answers
from senders.document import tree_of
from senders.formats.labeled import beside, described, labeled

MARKS = frozenset({"powered by", "form"})
_ABOUT = {"remote_ip": "ip", "user_agent": "user_agent", "page_url": "page_url"}


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read an Elementor form in either of its forms."""
    if tree.get("Powered by") == "Elementor":
        return Answers("elementor", tree)
    fields = described(tree)
    if not fields or not isinstance(tree.get("form"), dict):
        return None
    about_and_fields = tree_of([*_about(tree), *labeled(fields).items()])
    return Answers("elementor", beside(about_and_fields, tree))


def _about(tree: dict[str, object]) -> list[tuple[str, object]]:
    meta = tree.get("meta")
    found = []
    for key, node in meta.items() if isinstance(meta, dict) else ():
        if key in _ABOUT and isinstance(node, dict):
            found.append((_ABOUT[key], node.get("value")))
    return found
