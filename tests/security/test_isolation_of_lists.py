"""Rule 30: what is the other account's is in no list, count, search, audit or export."""

import pytest
from sqlalchemy import select

from models import Contact, transaction
from tests.security.belongings import KINDS
from tests.security.routes import Route
from tests.security.sides import ask
from web.api.operations import OPERATIONS
from workers.admin import run_job

LISTS = sorted(
    each.path
    for each in OPERATIONS
    if each.method == "GET"
    and "cursor" in getattr(each.spec.query, "__struct_fields__", ())
    and "<" not in each.path  # below an id that is the other's, all is 404
)


def get(side, path):
    return ask(side, Route("GET", path, ()), path)


@pytest.fixture
def both(ours, theirs):
    """Both accounts, each with three of every kind."""
    for side in (ours, theirs) * 3:
        for argument in KINDS:
            side.new(argument)
    return ours, theirs


def telling(side):
    """Return all words that would tell of an account: its mark, its ids, its numbers."""
    with transaction() as session:
        mine = select(Contact.phone).where(Contact.account_id == side.account)
        phones = session.scalars(mine).all()
    return [side.mark, *(each for each in side.made if len(each) > 5), *phones]


def test_rule_30_cursor_of_another_account_shows_nothing_of_it(both):
    ours, theirs = both
    shown, cursors = [], 0

    for path in LISTS:
        theirs_first = get(theirs, f"/api/v1{path}?limit=1").json
        if cursor := theirs_first["next_cursor"]:
            cursors += 1
            answer = get(ours, f"/api/v1{path}?limit=200&cursor={cursor}")
            if answer.status_code not in {200, 422} or theirs.mark in answer.text:
                shown.append((path, answer.status_code))

    assert cursors >= 9
    assert shown == []


def test_rule_30_nothing_of_another_account_is_in_any_list_count_or_search(both, every_route):
    ours, theirs = both
    reading = [each for each in every_route if each.is_safe and not each.arguments]
    secrets = telling(theirs)

    told = {str(each): ask(ours, each, each.path()).text for each in reading}
    found = get(ours, f"/api/v1/search?q={theirs.mark[:4]}").json

    assert len(reading) > 50
    assert not {where: word for where, text in told.items() for word in secrets if word in text}
    assert found["items"] == []
    counts = [
        {each["name"]: each["count"] for each in get(side, "/api/v1/folders").json}
        for side in both
    ]
    assert counts[0]["Opt-in queue"] == counts[1]["Opt-in queue"] > 0
    assert not any(theirs.mark in name for name in counts[0])


def test_rule_30_nothing_of_another_account_is_in_an_export(both):
    ours, theirs = both
    secrets, files = telling(theirs), []

    for noun in ("contacts", "leads", "suppressions"):
        job_id = get(ours, f"/api/v1/{noun}/export").json["job"]["id"]
        for _ in range(3):
            run_job(job_id)
        files.append(get(ours, f"/api/v1/jobs/{job_id}/file").text)

    assert [ours.mark in file for file in files] == [True] * 3
    assert not [word for file in files for word in secrets if word in file]


def test_rule_30_audit_tells_each_account_of_its_own_only(both):
    ours, theirs = both
    ask(theirs, Route("POST", "/api/v1/groups", ()), "/api/v1/groups", {"name": theirs.mark})

    audit = get(ours, "/settings/audit").text

    assert theirs.mark not in audit
    assert "Make a group" not in audit
    assert "Make a group" in get(theirs, "/settings/audit").text
