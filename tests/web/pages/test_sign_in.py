"""Signing in and out, with Flask's client and a real database."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, update

from models import SignIn, SignInAttempts, transaction
from models.sign_in_attempts import ADDRESS_TRIES, PAIR_TRIES, WINDOW
from models.sign_ins import IDLE, LONGEST
from tests.web.pages.conftest import PASSWORD, Person, csrf_of, said

HERE = "/settings/sign-ins"


@pytest.fixture
def person(make_person):
    return make_person(signed_in=False)


def age(**columns):
    """Make every sign-in older than it is."""
    with transaction() as session:
        session.execute(
            update(SignIn).values({name: func.now() - ago for name, ago in columns.items()})
        )


def cookie_of(answer):
    return next(
        each for each in answer.headers.getlist("Set-Cookie") if each.startswith("sign-in")
    )


def test_operator_signs_in_and_is_led_to_the_page_she_wanted(person):
    turned_away = person.get(f"{HERE}?a=b")
    answer = person.sign_in(next=f"{HERE}?a=b")

    assert turned_away.location == "/sign-in?next=/settings/sign-ins%3Fa%3Db"
    assert (answer.status_code, answer.location) == (303, f"{HERE}?a=b")
    assert "Test browser" in said(person.get(HERE))


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com", "/\\example.com", "a", "/\n/x"]
)
def test_nobody_is_led_elsewhere_after_signing_in(person, elsewhere):
    answer = person.sign_in(next=elsewhere)

    assert answer.location == "/"


def test_cookie_of_a_sign_in_is_out_of_reach_for_scripts_and_other_sites(person):
    cookie = cookie_of(person.sign_in())

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_token_of_a_sign_in_is_kept_only_as_a_hash(person):
    token = cookie_of(person.sign_in()).partition("=")[2].partition(";")[0]

    with transaction() as session:
        kept = session.query(SignIn).one()
        columns = [str(getattr(kept, column.key)) for column in SignIn.__table__.columns]
    assert not any(token in column for column in columns)


def test_e_mail_is_the_same_in_any_case(person):
    person.email = person.email.upper()

    assert person.sign_in().status_code == 303


def test_wrong_password_and_unknown_e_mail_get_the_same_answer(person, visitor):
    wrong = person.sign_in("not the password")
    visitor.email = "nobody@example.com"
    unknown = visitor.sign_in("not the password")

    assert wrong.status_code == unknown.status_code == 401
    assert said(wrong) == said(unknown)


def test_wrong_password_and_unknown_e_mail_take_the_same_time(app, person):
    """By turns, and the shortest of each: what keeps the machine busy only ever adds."""
    visitors = {email: Person(app, email) for email in (person.email, "nobody@example.com")}
    taken = {email: [] for email in visitors}

    for _ in range(5):
        for email, visitor in visitors.items():
            start = time.perf_counter()
            assert visitor.sign_in("not the password").status_code == 401
            taken[email].append(time.perf_counter() - start)

    known, unknown = (min(seconds) for seconds in taken.values())
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize("email", ["", "x" * 10_000, "a@b\0c", "ä@example.com"])
def test_odd_e_mails_are_wrong_and_nothing_worse(person, visitor, email):
    visitor.email = email

    assert visitor.sign_in().status_code in {400, 401}


def test_password_is_not_looked_at_after_too_many_tries(person):
    tries = [person.sign_in("not the password").status_code for _ in range(PAIR_TRIES)]
    answer = person.sign_in()

    assert set(tries) == {401}
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW.total_seconds()
    assert "Wait 15 minutes" in said(answer)


def test_tries_of_an_unknown_e_mail_are_limited_alike(person, visitor):
    visitor.email = "nobody@example.com"

    tries = [visitor.sign_in().status_code for _ in range(PAIR_TRIES + 1)]

    assert tries == [401] * PAIR_TRIES + [429]


def test_limit_is_over_after_its_time(person):
    for _ in range(PAIR_TRIES + 1):
        person.sign_in("not the password")
    with transaction() as session:
        past = func.now() - WINDOW - timedelta(seconds=1)
        session.execute(update(SignInAttempts).values(since=past))

    assert person.sign_in().status_code == 303


def test_stranger_elsewhere_does_not_lock_the_owner_out(app, person):
    elsewhere = Person(app, person.email)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(PAIR_TRIES + 1):
        last = elsewhere.sign_in("not the password")

    assert last.status_code == 429
    assert person.sign_in().status_code == 303


def test_address_that_tries_many_e_mails_has_to_wait(app, person):
    with transaction() as session:
        for count in range(ADDRESS_TRIES):
            SignInAttempts.seconds_to_wait(session, f"p{count}@example.com", "127.0.0.1")

    assert Person(app, "another@example.com").sign_in().status_code == 429


def test_new_sign_in_has_a_new_token_and_ends_the_one_before_it(person):
    first = cookie_of(person.sign_in())
    second = cookie_of(person.sign_in())

    assert first != second
    with transaction() as session:
        assert session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 1


def test_signing_out_ends_the_sign_in_on_the_server(owner):
    before = owner.client.get_cookie("sign-in-8000").value

    answer = owner.post("/sign-out")
    owner.client.set_cookie("sign-in-8000", before)

    assert answer.location == "/sign-in"
    assert owner.get(HERE).location.startswith("/sign-in")


@pytest.mark.parametrize("ages", [{"seen_at": IDLE}, {"created_at": LONGEST}])
def test_sign_in_ends_by_itself(owner, ages):
    age(**{name: ago + timedelta(seconds=1) for name, ago in ages.items()})

    assert owner.get(HERE).location.startswith("/sign-in")


@pytest.mark.parametrize(("headers", "seen"), [({}, True), ({"X-Poll": "1"}, False)])
def test_work_keeps_a_sign_in_from_idling_out_and_polling_does_not(owner, headers, seen):
    age(seen_at=IDLE - timedelta(minutes=1))

    owner.get(HERE, headers=headers)

    with transaction() as session:
        fresh = SignIn.seen_at > func.now() - timedelta(minutes=1)
        assert (session.query(SignIn).filter(fresh).count() == 1) is seen


def test_fragment_asked_for_without_a_sign_in_leads_the_page_away(visitor):
    answer = visitor.get("/navigation", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_every_other_browser_is_signed_out_at_once(app, owner):
    other = Person(app, owner.email)
    other.sign_in()
    other.operator_id = owner.operator_id

    owner.post(f"{HERE}/end-others")

    assert other.get(HERE).status_code == 303
    assert "Signed out of 1 other browser" in said(owner.get(HERE))


def test_operator_is_signed_out_everywhere(owner):
    answer = owner.post(f"{HERE}/end-all")

    assert answer.location == "/sign-in"
    assert owner.get(HERE).status_code == 303


def test_sign_in_of_somebody_else_cannot_be_ended(owner, stranger):
    with transaction() as session:
        theirs = session.query(SignIn).filter_by(operator_id=stranger.operator_id).one().id

    answer = owner.post(f"{HERE}/{theirs}/end")

    assert answer.status_code == 404
    assert stranger.get(HERE).status_code == 200


def test_form_of_another_browser_signs_nobody_in(app, person):
    csrf = csrf_of(Person(app).get("/sign-in"))

    sent = {"csrf": csrf, "email": person.email, "password": PASSWORD}
    answer = person.client.post("/sign-in", data=sent)

    assert answer.status_code == 403
