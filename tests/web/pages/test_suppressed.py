"""Suppressed contacts as a page: rule 23's ways in and out, rule 25's who, when and why."""

import re

import pytest
from sqlalchemy import select, update

from models import Contact, Suppression, SuppressionKind, transaction
from models.suppressions import Because, suppress
from tests.web.api import conftest as people
from tests.web.pages.conftest import said

#: Fixtures of the API's tests.
make_contact, make_lead = people.make_contact, people.make_lead

HERE = "/contacts/suppressed"
PHONE = "+12025550142"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def make_suppression(app):
    def make(person, kind, phone=PHONE, *, needs_review=False):
        because = Because(
            SuppressionKind(kind), "because", "inbound text", needs_review=needs_review
        )
        with transaction() as session:
            made, _ = suppress(session, person.account_id, phone, because)
        return made

    return make


def standing(person):
    """What stands for the account, as (number, kind, reason)."""
    with transaction() as session:
        found = session.scalars(
            select(Suppression).where(
                Suppression.account_id == person.account_id, Suppression.lifted_at.is_(None)
            )
        )
        return [(each.phone, each.kind.value, each.reason) for each in found]


def test_rule_23_number_is_added_with_its_reason_and_says_who_and_from_where(owner):
    answer = owner.post(HERE, {"phone": "(202) 555-0142", "reason": "asked by phone"})

    words = said(owner.get(HERE))
    assert answer.headers["Location"] == HERE
    assert standing(owner) == [(PHONE, "dnc", "asked by phone")]
    assert f"{PHONE} is suppressed now." in words
    assert "Do-Not-Contact" in words
    assert f"{owner.name}, the dashboard" in words
    assert "asked by phone" in words


def test_rule_25_adding_takes_the_contact_out_of_the_queue(owner, make_contact):
    contact = make_contact(owner.account_id)

    owner.post(HERE, {"phone": contact.phone})

    with transaction() as session:
        kept = session.get_one(Contact, contact.id)
    assert (kept.queued_at, kept.suppressed) == (None, True)


def test_number_on_the_list_already_is_said_so(owner):
    owner.post(HERE, {"phone": PHONE})
    owner.get(HERE)

    owner.post(HERE, {"phone": PHONE})

    assert "was on the list already" in said(owner.get(HERE))
    assert len(standing(owner)) == 1


@pytest.mark.parametrize(
    "sent", [{"phone": ""}, {"phone": "12"}, {"phone": PHONE, "kind": "carrier"}]
)
def test_what_cannot_be_added_is_said_beside_the_field(owner, sent):
    answer = owner.post(HERE, sent)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert standing(owner) == []


def test_rule_23_only_owners_add_to_the_compliance_list(owner, member):
    refused = member.post(HERE, {"phone": PHONE, "kind": "compliance"})
    taken = owner.post(HERE, {"phone": PHONE, "kind": "compliance"})

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert standing(owner) == [(PHONE, "compliance", None)]


def test_lists_are_shown_by_kind_and_found_by_number(owner, make_suppression):
    make_suppression(owner, "opted_out", "+12025550101")
    make_suppression(owner, "carrier", "+12025550102")
    make_suppression(owner, "dnc", "+12025550103")

    shown = [
        re.findall(r'class="phone">([^<]*)<', owner.get(f"{HERE}?{asked}").text)
        for asked in ("kind=carrier", "kind=opted_out", "q=0103", "kind=nonsense")
    ]

    assert shown[:3] == [["+12025550102"], ["+12025550101"], ["+12025550103"]]
    assert len(shown[3]) == 3


def test_rule_23_owner_lifts_dnc_with_a_reason(owner, make_suppression):
    made = make_suppression(owner, "dnc")
    lift = f"{HERE}/{made.id}/lift"

    question = owner.post(lift, headers=HTMX)
    unsaid = owner.post(lift, {"why": "asked", "reason": " "}, headers=HTMX)
    still = standing(owner)
    lifted = owner.post(lift, {"why": "asked", "reason": "typed by mistake"}, headers=HTMX)

    assert f"Lift {PHONE}" in said(question)
    assert "Say why." in said(unsaid)
    assert len(still) == 1
    assert lifted.headers["HX-Redirect"] == HERE
    assert standing(owner) == []
    with transaction() as session:
        kept = session.scalars(select(Suppression)).one()
    assert (kept.lift_reason, kept.lifted_by) == ("typed by mistake", owner.name)
    assert "Nobody is put back" in said(owner.get(HERE))


def test_without_scripts_the_reason_is_asked_on_a_page(owner, make_suppression):
    made = make_suppression(owner, "dnc")

    question = owner.post(f"{HERE}/{made.id}/lift")
    lifted = owner.post(f"{HERE}/{made.id}/lift", {"reason": "typed by mistake"})

    assert "Why may it be texted?" in said(question)
    assert (lifted.status_code, lifted.headers["Location"]) == (303, HERE)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("opted_out", "Only the person: START or UNSTOP"),
        ("carrier", "Leaves when a text gets through"),
    ],
)
def test_rule_23_what_nobody_may_lift_says_how_it_ends(owner, make_suppression, kind, words):
    made = make_suppression(owner, kind)

    page = owner.get(HERE)
    forced = owner.post(f"{HERE}/{made.id}/lift", {"reason": "I want to"})

    assert words in said(page)
    assert f"{made.id}/lift" not in page.text
    assert forced.status_code == 409
    assert len(standing(owner)) == 1


def test_rule_23_member_lifts_no_dnc(member, make_suppression):
    made = make_suppression(member, "dnc")

    page = member.get(HERE)
    forced = member.post(f"{HERE}/{made.id}/lift", {"reason": "I want to"})

    assert "An owner lifts it" in said(page)
    assert forced.status_code == 403


def test_rule_27_opt_out_by_free_text_waits_for_review_and_can_be_undone(
    member, make_suppression
):
    wrong = make_suppression(member, "opted_out", needs_review=True)
    right = make_suppression(member, "opted_out", "+12025550143", needs_review=True)
    make_suppression(member, "opted_out", "+12025550144")

    listed = member.get(f"{HERE}?review=1")
    member.post(f"{HERE}/{wrong.id}/lift", {"reason": "it was a joke"})
    member.post(f"{HERE}/{right.id}/keep")

    assert set(re.findall(r'class="phone">([^<]*)<', listed.text)) == {PHONE, "+12025550143"}
    assert {phone for phone, *_ in standing(member)} == {"+12025550143", "+12025550144"}
    assert "Nothing to review" in said(member.get(f"{HERE}?review=1"))


def test_rule_26_lifting_puts_nobody_back(owner, make_contact):
    contact = make_contact(owner.account_id)
    owner.post(HERE, {"phone": contact.phone})
    with transaction() as session:
        made = session.scalars(select(Suppression.id)).one()

    owner.post(f"{HERE}/{made}/lift", {"reason": "typed by mistake"})

    with transaction() as session:
        kept = session.get_one(Contact, contact.id)
    assert (kept.queued_at, kept.suppressed) == (None, False)


def test_rule_30_another_account_s_suppressions_do_not_exist(owner, stranger, make_suppression):
    made = make_suppression(owner, "dnc")
    with transaction() as session:
        session.execute(update(Suppression).values(needs_review=True))

    answers = [
        stranger.post(f"{HERE}/{made.id}/lift", {"reason": "mine now"}),
        stranger.post(f"{HERE}/{made.id}/keep"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert PHONE not in stranger.get(HERE).text
    assert len(standing(owner)) == 1
