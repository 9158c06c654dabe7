"""The audit: every action of an operator, on a page or by the API, for owners to read."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from models import Actor, AuditEntry, audit, transaction
from tests.web.pages.conftest import said

HERE = "/settings/audit"


def entries(account_id):
    with transaction() as session:
        rows = session.query(AuditEntry).filter_by(account_id=account_id).order_by("id")
        return [(each.by_name, each.verb, each.subject, each.request_id) for each in rows]


def test_action_on_a_page_is_written_down_with_who_and_by_which_request(owner):
    owner.post("/settings/api-keys", {"name": "script"}, headers={"X-Request-ID": "request-7"})

    by, verb, subject, request_id = entries(owner.account_id)[-1]

    assert (by, verb, request_id) == (owner.name, "made an API key", "request-7")
    assert subject.startswith("script (…")


def test_action_by_the_api_is_written_down_and_reading_is_not(api):
    api.get("/groups")
    made = api.post("/groups", {"name": "Spring"}).json["id"]
    api.delete(f"/groups/{made}")

    told = [(verb, subject) for _, verb, subject, _ in entries(api.account_id)]

    assert [subject for _, subject in told] == ["groups", f"groups/{made}"]
    assert all(verb.startswith("API: ") for verb, _ in told)


def test_refused_action_leaves_no_entry(api):
    assert api.post("/groups", {"name": ""}).status_code == 422

    assert entries(api.account_id) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET verb = ''", "DELETE FROM audit_entries"]
)
def test_audit_is_append_only(owner, statement):
    owner.post("/settings/api-keys", {"name": "script"})

    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text(statement))


def test_rule_30_owners_read_their_own_audit_only(owner, member, stranger):
    owner.post("/settings/api-keys", {"name": "a key of ours"})

    assert "a key of ours" in said(owner.get(HERE))
    assert "a key of ours" not in said(stranger.get(HERE))
    assert member.get(HERE).status_code == 403


def test_audit_is_narrowed_to_one_person_and_paged(owner, member):
    with transaction() as session:
        for count in range(51):
            by = Actor(member.operator_id, member.name)
            audit(session, member.account_id, by, "renamed", f"list {count};")

    of_owner = said(owner.get(f"{HERE}?by={owner.operator_id}"))
    first = owner.get(f"{HERE}?by={member.operator_id}")
    following = first.text.partition('rel="next" href="')[2].partition('"')[0]
    second = said(owner.get(following.replace("&amp;", "&")))

    assert "renamed" not in of_owner
    assert "list 50;" in said(first)
    assert "list 0;" not in said(first)
    assert "list 0;" in second


@pytest.mark.parametrize("query", ["by=nonsense", "cursor=nonsense"])
def test_nonsense_in_the_address_is_refused(owner, query):
    assert owner.get(f"{HERE}?{query}").status_code in {404, 422}
