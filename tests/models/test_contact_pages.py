"""Pages of contacts: whichever way is the quicker, the same people in the same order."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from models import Contact, ContactLabel, Group, Label, Lead, Membership, transaction
from models import contact_pages as pages
from models.contact_lists import OPTIN_QUEUE, Sort, Wanted
from models.contact_pages import Place, count, count_beyond, key_values, page

MANY = 120
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def crowd(account):
    """Many contacts with names, marks and groups drawn by lot; some are not in the queue."""
    lots = random.Random(7)
    with transaction() as session:
        label, group = (kind(account_id=account, name="Some") for kind in (Label, Group))
        session.add_all([label, group])
        people = [_person(account, number, lots) for number in range(MANY)]
        session.add_all([_lead(each) for each in people if each.queue_lead_id])
        session.flush()
        session.add_all(people)
        session.flush()
        for each in people:
            if lots.random() < 0.3:
                session.add(ContactLabel(label_id=label.id, contact_id=each.id))
            if each.queued_at is None and lots.random() < 0.5:
                session.add(
                    Membership(group_id=group.id, contact_id=each.id, account_id=account)
                )
    return account, label.id, group.id


def _person(account, number, lots):
    queued = lots.random() < 0.7
    since = SINCE + timedelta(minutes=lots.randrange(10_000))
    return Contact(
        account_id=account,
        phone=f"+1202{200 + number}{lots.randrange(10, 9999):04}",
        first_name=lots.choice(["Ann", "Anton", "José", "O'Neil", "Bob"]),
        last_name=lots.choice(["Lee", "Leeds", "Álvarez", "Smith-Jones"]),
        favorite=lots.random() < 0.2,
        landline=lots.random() < 0.2,
        first_seen_at=since,
        queued_at=since if queued else None,
        queue_lead_id=_uuid(lots) if queued else None,
    )


def _uuid(lots):
    return UUID(int=lots.getrandbits(128), version=4)


def _lead(contact):
    return Lead(
        id=contact.queue_lead_id,
        account_id=contact.account_id,
        integration_id=contact.queue_lead_id,
        token_id=contact.queue_lead_id,
        key_kind="body",
        status="joined",
        first_name=contact.first_name,
        last_name=contact.last_name,
        phone=contact.phone,
        sender="json",
        notes=[],
        extra={},
    )


@pytest.fixture(params=["a glance", "few are named", "a stretch is walked", "many are named"])
def way(request, monkeypatch):
    """Have pages read in one of their ways, whatever the numbers are."""
    glance, few, stretch = {
        "a glance": (MANY // 2, -1, MANY),
        "few are named": (2, MANY, 1),
        "a stretch is walked": (2, -1, MANY),
        "many are named": (2, -1, 3),
    }[request.param]
    monkeypatch.setattr(pages, "FEW", dict.fromkeys(Sort, few))
    monkeypatch.setattr(pages, "STRETCH", stretch)
    monkeypatch.setattr(pages, "GLANCE", glance)


def wanted_lists(crowd):
    _, label, group = crowd
    return [
        Wanted(OPTIN_QUEUE),
        Wanted(OPTIN_QUEUE, "an"),
        Wanted(OPTIN_QUEUE, "jose alv"),
        Wanted(OPTIN_QUEUE, "oneil"),
        Wanted(OPTIN_QUEUE, "jones"),
        Wanted(OPTIN_QUEUE, "22"),
        Wanted(OPTIN_QUEUE, "225"),
        Wanted(OPTIN_QUEUE, "ann 202"),
        Wanted(OPTIN_QUEUE, label=label),
        Wanted(OPTIN_QUEUE, "lee", label),
        Wanted(OPTIN_QUEUE, landline=True),
        Wanted(q="bob", landline=False),
        Wanted(group),
        Wanted(group, "ann"),
        Wanted(group, "lee", label),
    ]


def whole(session, account, wanted, sort):
    """The list read plainly, all of it, and sorted here."""
    found = session.scalars(wanted.statement(session, account)).all()
    by_key = sorted(found, key=lambda each: key_values(each, wanted, sort))
    return by_key if sort is Sort.OLDEST else by_key[::-1]


@pytest.mark.parametrize("sort", [*Sort])
def test_rule_18_every_way_leads_through_the_same_list(crowd, way, sort):
    account, *_ = crowd
    with transaction() as session:
        for wanted in wanted_lists(crowd):
            expected = whole(session, account, wanted, sort)

            read, beyond = [], None
            while found := page(session, account, wanted, Place(sort, 7, beyond)):
                read += found
                beyond = key_values(found[-1], wanted, sort)

            assert [each.id for each in read] == [each.id for each in expected], wanted


@pytest.mark.parametrize("sort", [*Sort])
def test_page_before_a_row_ends_just_before_it(crowd, way, sort):
    account, label, _ = crowd
    wanted = Wanted(OPTIN_QUEUE, label=label)
    with transaction() as session:
        expected = whole(session, account, wanted, sort)
        last = key_values(expected[9], wanted, sort)

        found = page(session, account, wanted, Place(sort, 5, last, backwards=True))

    assert [each.id for each in found] == [each.id for each in expected[4:9]]


def test_counts_are_exact_or_end_where_asked(crowd, way):
    account, *_ = crowd
    with transaction() as session:
        for wanted in wanted_lists(crowd):
            expected = len(whole(session, account, wanted, Sort.NEWEST))

            assert count(session, account, wanted) == expected, wanted
            assert count(session, account, wanted, 3) == min(3, expected)


def test_those_who_came_since_a_row_are_counted(crowd):
    account, *_ = crowd
    wanted = Wanted(OPTIN_QUEUE, "lee")
    with transaction() as session:
        expected = whole(session, account, wanted, Sort.NEWEST)
        row = key_values(expected[4], wanted, Sort.NEWEST)
        above = Place(Sort.NEWEST, 1, row, backwards=True)

        counts = [count_beyond(session, account, wanted, above, most) for most in (99, 2)]

    assert counts == [4, 2]


def test_order_of_a_list_is_that_of_its_name(crowd):
    account, *_ = crowd
    with transaction() as session:
        newest = page(session, account, Wanted(OPTIN_QUEUE), Place(Sort.NEWEST, MANY))
        favorites = page(session, account, Wanted(OPTIN_QUEUE), Place(Sort.FAVORITES, MANY))

    assert all(one.queued_at >= other.queued_at for one, other in pairwise(newest))
    assert [each.favorite for each in favorites] == sorted(
        (each.favorite for each in favorites), reverse=True
    )


def test_rule_30_another_account_s_people_are_in_no_page(crowd, make_somebody):
    stranger = make_somebody().account_id
    with transaction() as session:
        found = [
            page(session, stranger, wanted, Place(Sort.NEWEST, MANY))
            for wanted in wanted_lists(crowd)
        ]

    assert found == [[]] * len(found)
