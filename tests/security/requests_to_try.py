"""What to ask with ids of the other account in it, and the answers that are due."""

import re

import msgspec


def action(**fields):
    """Give a request for an action, for a contact of ours unless told otherwise."""

    def make(ours, theirs):
        given = {"contacts": {"ids": [ours.new("contact_id")]}} | fields
        return msgspec.convert(filled(given, theirs), dict)

    return make


def filled(tree, theirs):
    """Put an id of the other account wherever a kind stands in angle brackets."""
    if isinstance(tree, dict):
        return {name: filled(value, theirs) for name, value in tree.items()}
    if isinstance(tree, list):
        return [filled(value, theirs) for value in tree]
    if isinstance(tree, str):
        return re.sub(r"<(\w+)>", lambda found: theirs.new(found[1]), tree)
    return tree


#: Operation and field → what is sent, and the answer. Kinds in <> become the other's ids.
BODIES = {
    ("POST /actions", "group_id"): (action(kind="move_to_group", group_id="<group_id>"), 404),
    ("POST /actions", "from_group"): (
        action(kind="move_to_group", new_group="Fresh", from_group="<group_id>"),
        404,
    ),
    ("POST /actions", "label"): (action(kind="add_label", label="<label_id>"), 404),
    ("POST /actions", "contacts.filter.folder"): (
        action(kind="favorite", contacts={"filter": {"folder": "group:<group_id>"}}),
        404,
    ),
    ("POST /actions", "contacts.filter.label"): (
        action(kind="favorite", contacts={"filter": {"label": "<label_id>"}}),
        404,
    ),
    ("POST /actions", "contacts.ids"): (
        action(kind="delete", contacts={"ids": ["<contact_id>"], "expected": 1}),
        409,
    ),
    ("POST /campaigns/<uuid:campaign_id>/groups", "group_ids"): (
        lambda _, theirs: {"group_ids": [theirs.new("group_id")]},
        404,
    ),
    ("POST /campaigns/<uuid:campaign_id>/contacts", "contact_ids"): (
        lambda ours, theirs: {
            "contact_ids": [ours.new("contact_id"), theirs.new("contact_id")]
        },
        404,
    ),
    ("PATCH /integration", "phone_number_id"): (
        lambda _, theirs: {"phone_number_id": theirs.new("number_id")},
        422,
    ),
    ("POST /integration", "phone_number_id"): (
        lambda _, theirs: {
            "name": "x",
            "brand": "x",
            "phone_number_id": theirs.new("number_id"),
        },
        422,
    ),
    ("POST /workers/failures/retry", "ids"): (
        lambda _, theirs: {"ids": [theirs.new("failed_job_id")]},
        200,
    ),
    ("POST /workers/failures/delete", "ids"): (
        lambda _, theirs: {"ids": [theirs.new("failed_job_id")]},
        200,
    ),
    ("POST /workers/failures/retry", "cause.fingerprint"): (
        lambda _, theirs: (
            theirs.new("failed_job_id")
            and {"cause": {"actor": "process_lead", "fingerprint": "f1", "expected": 1}}
        ),
        409,
    ),
    ("POST /workers/failures/delete", "cause.fingerprint"): (
        lambda _, theirs: (
            theirs.new("failed_job_id")
            and {"cause": {"actor": "process_lead", "fingerprint": "f1", "expected": 1}}
        ),
        409,
    ),
}
QUERIES = {
    ("GET /contacts", "folder"): ("folder=group:<group_id>", 404),
    ("GET /contacts", "label"): ("label=<label_id>", 404),
    ("GET /contacts/export", "folder"): ("folder=group:<group_id>", 404),
    ("GET /contacts/export", "label"): ("label=<label_id>", 404),
    ("GET /workers/failures", "fingerprint"): ("fingerprint=f1", 200),
}
#: What pages take, and their answers: a form or an address, with the other's ids.
PAGES = [
    ("POST", "/contacts/bulk/ask", {"kind": "delete", "folder": "group:<group_id>"}, 200),
    ("POST", "/contacts/bulk/do", {"kind": "favorite", "folder": "group:<group_id>"}, 303),
    ("POST", "/contacts/bulk/do", {"kind": "favorite", "label": "<label_id>", "all": "1"}, 404),
    ("POST", "/contacts/bulk/do", {"kind": "move_to_group", "group_id": "<group_id>"}, 404),
    ("POST", "/contacts/bulk/do", {"kind": "add_label", "label": "<label_id>"}, 404),
    ("GET", "/contacts/count?folder=group:<group_id>", None, 200),
    ("GET", "/contacts?label=<label_id>", None, 200),
    ("GET", "/contacts/opt-in-queue?label=<label_id>", None, 200),
    ("POST", "/campaigns/{campaign_id}/add", {"contact": "<contact_id>"}, 404),
    ("POST", "/campaigns/{campaign_id}/groups", {"group": "<group_id>"}, 404),
    ("POST", "/contacts/{contact_id}/move", {"chosen": "<group_id>"}, 404),
    ("POST", "/contacts/{contact_id}/label", {"chosen": "<label_id>"}, 404),
    ("GET", "/contacts/{contact_id}?job=<job_id>", None, 200),
    ("GET", "/contacts?job=<job_id>", None, 200),
    ("GET", "/settings/audit?by=<operator_id>", None, 200),
    ("GET", "/activity/jobs?shown=<job_id>", None, 200),
    ("GET", "/activity/leads?shown=<lead_id>", None, 200),
    ("POST", "/workers/failures/act", {"verb": "delete", "id": "<failed_job_id>"}, 303),
]
