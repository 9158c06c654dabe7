"""What a failed statement of Path P means: try again, leave it out, or PostgreSQL is away."""

import pytest

from models.budget import DatabaseAway, DatabaseHangs, Unstorable, UrlBusy, rows

DEADLOCK, LOCK_TIME_OUT, BAD_TEXT, SHUTTING_DOWN = "40P01", "55P03", "22P02", "57P01"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (DEADLOCK, UrlBusy),
        (LOCK_TIME_OUT, UrlBusy),
        (BAD_TEXT, Unstorable),
        (SHUTTING_DOWN, DatabaseAway),
    ],
)
def test_error_is_named_after_what_may_be_done_next(app, code, error):
    fails = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"

    with pytest.raises(error) as raised:
        rows(fails, ())

    assert type(raised.value) is error


def test_statement_that_takes_all_the_time_there_is_hangs(app):
    with pytest.raises(DatabaseHangs):
        rows("SELECT pg_sleep(5)", ())
