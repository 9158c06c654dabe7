"""Passwords and sign-ins, below the pages."""

from datetime import timedelta

import pytest
from sqlalchemy import func

from models import Operator, SignIn, transaction
from models.passwords import LONGEST, fits, hash_password, mistake


def test_password_fits_its_hash_and_no_other():
    hashed = hash_password("a staple of correct horses")

    assert fits(hashed, "a staple of correct horses")
    assert not fits(hashed, "a staple of correct horse")


@pytest.mark.parametrize("kept", [None, "", "no hash at all"])
def test_nothing_fits_where_there_is_no_password(kept):
    assert not fits(kept, "nobody has this password")


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("eleven char", False),
        ("twelve chars", True),
        ("日本語のパスワードは大丈夫です", True),
        ("ababababababab", False),
        ("correct horse " * 18, True),
        ("correct horse " * 19, False),
    ],
)
def test_new_password_is_long_and_not_too_long(password, taken):
    assert (mistake(password) is None) is taken
    assert len(password) <= LONGEST or not taken


def test_sign_ins_of_long_ago_go_with_the_next_one(make_somebody):
    somebody = make_somebody()
    with transaction() as session:
        operator = session.get_one(Operator, somebody.operator_id)
        old, _ = SignIn.begin(session, operator, "127.0.0.1", "old")
        old.created_at = func.now() - timedelta(days=91)
    with transaction() as session:
        operator = session.get_one(Operator, somebody.operator_id)
        SignIn.begin(session, operator, "127.0.0.1", "new")

    with transaction() as session:
        assert [each.browser for each in session.query(SignIn)] == ["new"]
