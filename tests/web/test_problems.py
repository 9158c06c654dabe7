"""Every error has one form, and a page that explains it."""

import logging
import re
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from web import problem_pages, problems
from web.app import App
from web.problem_codes import CODES
from web.problems import CODE_OF_STATUS, Problem

MEMBERS = {"type", "title", "status", "detail", "instance", "code"}
WEB = Path(problems.__file__).parent


@pytest.fixture
def app() -> Flask:
    app = App("web", static_folder=None)
    app.url_map.merge_slashes = False
    problems.install(app)
    app.register_blueprint(problem_pages.bp)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_problem_raised_in_a_view_becomes_the_answer(app, client):
    @app.post("/leads")
    def refuse():
        wrong = {"field": "phone", "code": "missing", "detail": "Send a phone number."}
        raise Problem(422, "invalid", "A field is missing.", errors=[wrong], lead_id="x")

    reply = client.post("/leads", headers={"X-Request-ID": "Job-1"})

    assert (reply.status_code, reply.content_type) == (422, "application/problem+json")
    assert reply.json["type"].endswith("/docs/errors/invalid")
    assert reply.json["title"] == CODES["invalid"].title
    assert (reply.json["status"], reply.json["detail"]) == (422, "A field is missing.")
    assert (reply.json["instance"], reply.json["lead_id"]) == ("Job-1", "x")
    assert [each["code"] for each in reply.json["errors"]] == ["missing"]


def test_problem_without_a_detail_says_what_to_do_next(app, client):
    @app.get("/paused")
    def refuse():
        raise Problem(423, "url-paused", headers={"Retry-After": "300"})

    reply = client.get("/paused")

    assert reply.json["detail"] == CODES["url-paused"].advice
    assert reply.headers["Retry-After"] == "300"
    assert set(reply.json) == MEMBERS


def test_wrong_method_keeps_its_allow_header(app, client):
    app.get("/page")(lambda: "")

    reply = client.post("/page")

    assert (reply.status_code, reply.json["code"]) == (405, "method-not-allowed")
    assert "GET" in reply.headers["Allow"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415, 418, 422, 429, 500, 503])
def test_flasks_own_errors_have_the_same_form(app, client, status):
    app.get("/wrong")(lambda: abort(status))

    reply = client.get("/wrong")

    assert (reply.status_code, reply.json["status"]) == (status, status)
    assert reply.content_type == "application/problem+json"
    assert set(reply.json) == MEMBERS


def test_surprise_is_logged_with_its_traceback_and_not_shown(app, client, caplog):
    @app.get("/boom")
    def boom():
        raise ValueError("a secret detail")

    with caplog.at_level(logging.ERROR):
        reply = client.get("/boom")

    assert (reply.status_code, reply.json["code"]) == (500, "internal-error")
    assert "secret" not in reply.text
    assert caplog.records[0].exc_info[0] is ValueError


def test_redirect_is_not_an_error(app, client):
    @app.get("/old")
    def old():
        abort(app.redirect("/new"))

    assert client.get("/old").status_code == 302


def test_path_is_never_echoed(client):
    reply = client.get("/<script>alert(1)</script>")

    assert reply.status_code == 404
    assert "script" not in reply.text


def test_unknown_code_cannot_be_raised():
    with pytest.raises(KeyError):
        Problem(400, "no-such-code")


def test_every_code_has_a_page_and_stands_on_the_list(client):
    listed = set(re.findall(r'href="/docs/errors/([^"]+)"', client.get("/docs/errors").text))

    pages = {code: client.get(f"/docs/errors/{code}") for code in CODES}

    assert listed == set(CODES)
    assert {page.status_code for page in pages.values()} == {200}
    assert client.get("/docs/errors/no-such-code").json["code"] == "not-found"


def test_every_code_is_a_slug_and_speaks_in_sentences():
    for code, meaning in CODES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert meaning.title.endswith(".")
        assert meaning.advice.endswith(".")


def test_every_code_that_web_raises_is_listed():
    sources = "".join(path.read_text() for path in WEB.rglob("*.py"))

    raised = set(re.findall(r'(?:Problem|Refusal)\(\s*\d{3},\s*"([a-z-]+)"', sources))

    assert len(raised) > 10
    assert raised | set(CODE_OF_STATUS.values()) <= set(CODES)
