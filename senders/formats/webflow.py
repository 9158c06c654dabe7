"""Webflow, both versions of its form webhook. `name` outside `data` is the form's."""

from senders.answers import Answers
from senders.words import words

MARKS = words("triggertype site")


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a Webflow form submission."""
    payload = tree.get("payload")
    if tree.get("triggerType") == "form_submission" and isinstance(payload, dict):
        return _of(payload, payload.get("submittedAt"), payload.get("id"))
    if "site" in tree and "_id" in tree:
        return _of(tree, tree.get("d"), tree.get("_id"))
    return None


def _of(payload: dict[str, object], at: object, lead_id: object) -> Answers | None:
    data = payload.get("data")
    if not isinstance(data, dict):
        return None
    return Answers("webflow", {"submitted_at": at, **data}, lead_id=lead_id)
