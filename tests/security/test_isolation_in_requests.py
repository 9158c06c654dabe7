"""Rule 30: ids of the other account in bodies, queries and forms.

What the API takes is declared with its operations, so a new field that looks like an id has to
be tried here before the first test holds again.
"""

import re

import msgspec
import pytest

from tests.security.requests_to_try import BODIES, PAGES, QUERIES, filled
from tests.security.routes import Route
from tests.security.sides import ask, rows
from web.api.operations import OPERATIONS

NO_SUCH = {"There is no such contact."}
LOOKS_LIKE_AN_ID = re.compile(r"(^|[.])(ids?|label|folder|fingerprint|from_group)$|_ids?$")


def call(side, method, path, body=None):
    route = Route(method, path, ())
    return ask(side, route, path, body)


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

    answer = call(ours, "GET", f"/api/v1{path}?{filled(query, theirs)}")

    assert answer.status_code == expected, answer.json
    assert expected != 200 or answer.json["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "form", "expected"), PAGES, ids=lambda each: str(each)[:60]
)
def test_rule_30_id_of_another_account_on_a_page(ours, theirs, method, path, form, expected):
    mine = {name: ours.new(name) for name in ("campaign_id", "contact_id")}
    form = filled(form, theirs)
    if form and "kind" in form:
        form = {"ids": mine["contact_id"]} | form
    path = filled(path, theirs).format(**mine)
    before = rows(*theirs.made)

    answer = call(ours, method, path, form)

    assert answer.status_code == expected
    assert theirs.mark not in answer.text
    assert rows(*theirs.made) == before
