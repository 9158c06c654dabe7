"""What every operation has in common: reading bodies, pages, errors, the database's absence."""

from base64 import urlsafe_b64encode

import psycopg
import pytest

from models.db import _pool


@pytest.fixture
def labels(api):
    for number in range(5):
        api.post("/labels", {"name": f"label {number}"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"spring"',
        b'{"name": NaN}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
        b'{"name":' * 5000,
    ],
)
def test_unreadable_body_is_400(api, body):
    answer = api.post("/groups", data=body, content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (400, "unreadable")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_format_is_415(api, kind):
    answer = api.post("/groups", data=b'{"name": "spring"}', content_type=kind)

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing"),
        ({"name": None}, "invalid"),
        ({"name": 7}, "invalid"),
        ({"name": ""}, "invalid"),
        ({"name": " \t "}, "invalid"),
        ({"name": "two\nlines"}, "invalid"),
        ({"name": "x" * 201}, "invalid"),
        ({"name": "a\0b"}, "control"),
    ],
)
def test_wrong_field_is_named(api, body, code):
    answer = api.post("/groups", body)

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert [(error["field"], error["code"]) for error in answer.json["errors"]] == [
        ("name", code)
    ]


def test_every_wrong_field_is_named_at_once(api):
    answer = api.post("/integration", {"brand": 5, "duplicate_window_hours": -1})

    assert {(error["field"], error["code"]) for error in answer.json["errors"]} == {
        ("name", "missing"),
        ("brand", "invalid"),
        ("duplicate_window_hours", "invalid"),
    }


def test_unknown_fields_and_parameters_do_no_harm(api):
    made = api.post("/groups", {"name": "spring", "color": "green"})
    listed = api.get("/groups?color=green")

    assert (made.status_code, listed.status_code) == (201, 200)


def test_too_large_body_is_413(api):
    body = b'{"name": "' + b"x" * 1_048_576 + b'"}'

    answer = api.post("/groups", data=body, content_type="application/json")

    assert answer.status_code == 413


@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", " ", "1.5"])
def test_limit_is_1_to_200(api, limit):
    answer = api.get(f"/labels?limit={limit}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "limit"


@pytest.mark.parametrize(
    "path",
    [
        "/labels?cursor=&limit=50",
        "/labels?limit=",
        "/leads?status=&q=jane",
        "/contacts?folder=&sort=&q=&label=&landline=",
        "/suppressions?kind=&needs_review=",
        "/workers/failures?actor=",
    ],
)
def test_parameter_without_a_value_asks_for_nothing(api, path):
    answer = api.get(path)

    assert (answer.status_code, answer.json) == (200, api.get(path.partition("?")[0]).json)


def test_required_parameter_without_a_value_is_missing(api):
    answer = api.get("/search?q=")

    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {"field": "q", "code": "missing", "detail": "This is required."}
    ]


def test_pages_of_any_size_hold_the_same_rows(api, labels):
    whole = api.get("/labels?limit=200").json

    for limit in range(1, 7):
        seen, cursor = [], ""
        while cursor is not None:
            page = api.get(f"/labels?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
            seen += page.json["items"]
            cursor = page.json["next_cursor"]
        assert seen == whole["items"]
    assert whole["next_cursor"] is None


def test_cursor_goes_on_where_its_row_was_though_that_row_is_gone(api, labels):
    first = api.get("/labels?limit=2").json
    api.delete(f"/labels/{first['items'][1]['id']}")

    second = api.get(f"/labels?limit=2&cursor={first['next_cursor']}").json

    assert [item["name"] for item in second["items"]] == ["label 2", "label 3"]


def written(text):
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "????",
        "é",
        written("null"),
        written("[]"),
        written('["name"]'),
        written('["name", "label 1", "no uuid"]'),
        written('["name", 7, "00000000-0000-0000-0000-000000000000"]'),
        written('["newest", "label 1", "00000000-0000-0000-0000-000000000000"]'),
        written('["name", "a\\u0000b", "00000000-0000-0000-0000-000000000000"]'),
    ],
)
def test_garbled_cursor_is_422(api, labels, cursor):
    answer = api.get("/labels", query_string={"cursor": cursor})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "cursor"


def test_wrong_method_is_405_and_unknown_path_404(api):
    answers = [api.patch("/folders", {}), api.get("/nothing"), api.get("/labels/")]

    assert [answer.status_code for answer in answers] == [405, 404, 404]
    assert "GET" in answers[0].headers["Allow"]


def test_answers_are_not_kept_by_caches(api):
    answer = api.get("/folders")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "application/json"


def test_absent_database_is_503_with_a_hint(api, monkeypatch):
    def away(*_):
        raise psycopg.OperationalError

    monkeypatch.setattr(_pool, "getconn", away)

    answer = api.get("/folders")

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
