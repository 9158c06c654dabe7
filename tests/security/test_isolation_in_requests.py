"""Rule 30: ids of the other account in bodies, queries and forms.

What the API takes is declared with its operations, so a new field that looks like an id has to
be tried here before the first test holds again.
"""

import re

import msgspec
import pytest

from tests.security.routes import Route
from tests.security.sides import ask, rows
from web.api.operations import OPERATIONS

NO_SUCH = {"There is no such contact."}
LOOKS_LIKE_AN_ID = re.compile(r"(^|[.])(ids?|label|folder|fingerprint|from_group)$|_ids?$")


def call(side, method, path, body=None):
    route = Route(method, path, ())
    return ask(side, route, path, body)


def action(**fields):
    """Give a request for an action, for a contact of ours unless told otherwise."""

    def make(ours, theirs):
        given = {"contacts": {"ids": [ours.new("contact_id")]}} | fields
        return msgspec.convert(_filled(given, theirs), dict)

    return make


def _filled(tree, theirs):
    """Put an id of the other account wherever a kind stands in angle brackets."""
    if isinstance(tree, dict):
        return {name: _filled(value, theirs) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_filled(value, theirs) for value in tree]
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
    ("GET /contacts", "label"): ("label=<label_id>", 200),
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


def declared(kind):
    """Return the operations' fields, of their bodies or of their queries, that name things."""
    found = set()
    for each in OPERATIONS:
        if shape := getattr(each.spec, kind):
            for name in _fields(msgspec.inspect.type_info(shape)):
                if LOOKS_LIKE_AN_ID.search(name):
                    found.add((f"{each.method} {each.path}", name))
    return found


def _fields(info, name=""):
    if isinstance(info, msgspec.inspect.StructType):
        for field in info.fields:
            yield from _fields(field.type, f"{name}.{field.name}".strip("."))
    elif isinstance(info, msgspec.inspect.UnionType):
        for each in info.types:
            yield from _fields(each, name)
    else:
        yield name


def test_every_field_that_names_something_is_tried_here():
    assert declared("body") == BODIES.keys()
    assert declared("query") == QUERIES.keys()


@pytest.mark.parametrize("place", BODIES, ids=" ".join)
def test_rule_30_id_of_another_account_in_a_body(ours, theirs, place):
    make, expected = BODIES[place]
    method, path = place[0].split()
    path = path.replace("<uuid:campaign_id>", ours.new("campaign_id"))
    body = make(ours, theirs)
    if place[0] == "POST /integration":
        call(ours, "DELETE", "/api/v1/integration")
    before = rows(*theirs.made)

    answer = call(ours, method, f"/api/v1{path}", body)

    assert answer.status_code == expected, answer.json
    assert expected != 200 or answer.json == {"changed": 0, "skipped": 1}
    assert rows(*theirs.made) == before


@pytest.mark.parametrize("kind", ["favorite", "unfavorite", "delete", "suppress"])
def test_rule_30_contacts_of_another_account_are_no_contacts_to_an_action(
    ours, theirs, kind, work
):
    contact_id = theirs.new("contact_id")
    before = rows(contact_id)
    body = {"kind": kind, "contacts": {"ids": [contact_id]}}

    asked = call(ours, "POST", "/api/v1/actions", body)
    work(asked, 2)

    job = call(ours, "GET", f"/api/v1/jobs/{asked.json['job']['id']}").json
    assert {each["reason"] for each in job["failures"]} == NO_SUCH
    assert (job["done"], job["matched"]) == (0, 0)
    after = {name: _not_asked(found) for name, found in rows(contact_id).items()}
    assert after == before


def _not_asked(found):
    """Leave out the job itself, which keeps what it was asked for."""
    return [row for row in found if "no such contact" not in row]


@pytest.mark.parametrize("place", QUERIES, ids=" ".join)
def test_rule_30_id_of_another_account_in_a_query(ours, theirs, place):
    query, expected = QUERIES[place]
    theirs.new("failed_job_id")
    path = place[0].partition(" ")[2]

    answer = call(ours, "GET", f"/api/v1{path}?{_filled(query, theirs)}")

    assert answer.status_code == expected, answer.json
    assert expected != 200 or answer.json["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "form", "expected"), PAGES, ids=lambda each: str(each)[:60]
)
def test_rule_30_id_of_another_account_on_a_page(ours, theirs, method, path, form, expected):
    mine = {name: ours.new(name) for name in ("campaign_id", "contact_id")}
    form = _filled(form, theirs)
    if form and "kind" in form:
        form = {"ids": mine["contact_id"]} | form
    path = _filled(path, theirs).format(**mine)
    before = rows(*theirs.made)

    answer = call(ours, method, path, form)

    assert answer.status_code == expected
    assert theirs.mark not in answer.text
    assert rows(*theirs.made) == before
