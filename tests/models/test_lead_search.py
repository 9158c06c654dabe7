"""The terms of leads: written by the sweep, kept when names change, never missing anybody."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from models import Lead, autocommit, lead_search, transaction
from models.contact_search import Typed
from models.lead_search import index_leads, of_leads


@pytest.fixture
def make_leads(account):
    def make(count, **columns):
        given = {
            "account_id": account,
            "integration_id": uuid4(),
            "token_id": uuid4(),
            "key_kind": "body",
            "status": "joined",
            "first_name": "Jane",
            "last_name": "Smith",
            "phone": "+12025550142",
            "sender": "json",
            "notes": [],
            "extra": {},
            "via": "postgres",
        } | columns
        ids = [uuid4() for _ in range(count)]
        with transaction() as session:
            session.execute(insert(Lead), [given | {"id": each} for each in ids])
        return ids

    return make


@pytest.fixture
def found(account):
    def found(q):
        with transaction() as session:
            meant = of_leads(session, account, Typed.read(session, q))
            return set(
                session.scalars(select(Lead.id).where(Lead.account_id == account, meant))
            )

    return found


def sweep():
    with autocommit() as connection:
        return index_leads(connection)


def test_sweep_reads_every_lead_once_in_bounded_runs(make_leads, monkeypatch):
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    made = make_leads(7, received_at=long_ago)  # all of one moment
    monkeypatch.setattr(lead_search, "MOST", 3)

    runs = [sweep() for _ in range(5)]

    assert sum(runs) == len(made)
    assert runs == [3, 3, 1, 0, 0]


def test_lead_that_commits_late_is_found(make_leads, found, story):
    """Its time is that of its transaction's start, which the sweep has passed by then."""
    now = datetime.now(UTC)
    make_leads(1, received_at=now)
    sweep()
    late = make_leads(1, received_at=now - timedelta(seconds=20), last_name="Late")

    assert found("late") == set(late)
    assert sweep() == 1
    assert found("late") == set(late)


def test_lead_from_the_spool_is_found_though_its_time_is_long_past(make_leads, found):
    make_leads(1, received_at=datetime.now(UTC) - timedelta(hours=1))
    sweep()

    spooled = make_leads(
        1,
        received_at=datetime.now(UTC) - timedelta(hours=3),
        via="spool",
        last_name="Spooled",
    )

    assert found("spooled") == set(spooled)


@pytest.mark.parametrize("read", [True, False])
def test_name_that_is_wiped_finds_nobody(make_leads, found, story, read):
    make_leads(1, received_at=datetime.now(UTC) - timedelta(hours=1))
    if read:
        sweep()

    story.change("UPDATE leads SET first_name = '', last_name = '', phone = NULL")

    assert found("jane") == set()
    assert found("0142") == set()
    sweep()
    assert found("smith") == set()


def test_common_name_is_found_in_full_and_page_by_page(make_leads, found, api, monkeypatch):
    made = make_leads(6, received_at=datetime.now(UTC) - timedelta(hours=1))
    sweep()
    made += make_leads(2)
    make_leads(2, first_name="Bob", last_name="Roe", phone="+13105550199")
    monkeypatch.setattr(lead_search, "MANY", 2)

    pages, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/leads?q=smi&limit=3{cursor}").json
        pages += [each["id"] for each in page["items"]]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None

    assert found("smi") == set(made)
    assert sorted(pages) == sorted(str(each) for each in made)


def test_digits_have_to_stand_in_one_row(make_leads, found):
    make_leads(1, phone="+12025550142", received_at=datetime.now(UTC) - timedelta(hours=1))
    sweep()

    assert found("5550142") != set()
    assert found("0142555") == set()


def test_short_list_is_walked_however_common_the_name_is(make_leads, account, monkeypatch):
    """The index would name everybody called so, to find the few who are held."""
    monkeypatch.setattr(lead_search, "SAMPLE", 10)
    make_leads(30)
    [held] = make_leads(1, status="held")
    sweep()

    with transaction() as session:
        typed, listed = Typed.read(session, "jane"), Lead.status == "held"
        short = of_leads(session, account, typed, listed)
        long = of_leads(session, account, Typed.read(session, "nobody"))
        wanted = select(Lead.id).where(Lead.account_id == account, listed, short)
        found = session.scalars(wanted).all()

    assert found == [held]
    assert "UNION" not in str(short)
    assert "UNION" in str(long)
