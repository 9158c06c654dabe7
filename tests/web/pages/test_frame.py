"""What every page does: forms are ours, errors are pages, nothing odd gets to the database."""

import pytest

from tests.web.pages.conftest import said

HERE = "/settings/sign-ins"


@pytest.mark.parametrize("csrf", ["", "x", "a" * 24])
def test_form_without_our_token_changes_nothing(owner, csrf):
    sent = {"csrf": csrf} if csrf else {}
    answer = owner.client.post(f"{HERE}/end-all", data=sent, headers=owner.headers)

    assert answer.status_code == 403
    assert "too old" in said(answer)
    assert owner.get(HERE).status_code == 200


def test_token_of_somebody_else_changes_nothing(owner, stranger):
    from tests.web.pages.conftest import csrf_of  # noqa: PLC0415

    theirs = csrf_of(stranger.get(HERE))

    assert owner.post(f"{HERE}/end-all", csrf=theirs).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_form_that_another_site_sends_changes_nothing(owner, site):
    answer = owner.post(f"{HERE}/end-all", headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 403


def test_token_may_come_as_a_header(owner):
    from tests.web.pages.conftest import csrf_of  # noqa: PLC0415

    headers = owner.headers | {"X-CSRF-Token": csrf_of(owner.get(HERE))}

    assert owner.client.post(f"{HERE}/end-all", headers=headers).status_code == 303


def test_unknown_address_is_a_page_for_people_and_a_problem_for_programs(owner):
    page = owner.get("/nowhere")
    program = owner.client.get("/api/v1/nowhere", headers={"Accept": "text/html"})
    neither = owner.client.get("/nowhere")

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert program.mimetype == neither.mimetype == "application/problem+json"


def test_error_of_a_fragment_is_a_problem_that_the_page_can_say(owner):
    missing = "00000000-0000-0000-0000-000000000000"

    answer = owner.post(f"{HERE}/{missing}/end", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_nul_in_a_field_is_refused(owner):
    assert owner.post("/settings/team/invitations", {"note": "a\0b"}).status_code == 400
    assert owner.get(f"{HERE}?a=%00").status_code == 400


def test_wrong_method_is_a_page(owner):
    answer = owner.client.delete(HERE, headers=owner.headers)

    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")


def test_toast_is_said_once_after_a_redirect(owner):
    answer = owner.post(f"{HERE}/end-others")
    first, second = said(owner.get(HERE)), said(owner.get(HERE))

    assert answer.status_code == 303
    assert "Signed out of 0 other browsers" in first
    assert "Signed out of" not in second


def test_toast_cookie_of_somebody_else_is_ignored(owner):
    owner.client.set_cookie("toasts-8000", "gAAAAABforged")

    assert owner.get(HERE).status_code == 200


def test_files_are_kept_for_a_year_under_the_address_that_pages_use(owner):
    page = owner.get(HERE).text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    current = owner.get(address)
    old = owner.get("/assets/000000000000/app.css")

    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert current.mimetype == "text/css"
    assert old.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["../templates/base.html", "..%2f__init__.py", "none.css", ""])
def test_only_files_of_the_static_folder_are_sent(owner, name):
    assert owner.get(f"/assets/000000000000/{name}").status_code == 404


@pytest.mark.parametrize(("wanted", "status"), [("dark", 303), ("pink", 422)])
def test_theme_is_chosen_without_a_script(owner, wanted, status):
    answer = owner.post("/theme", {"theme": wanted, "next": HERE})

    assert answer.status_code == status
    assert ('data-theme="dark"' in owner.get(HERE).text) is (status == 303)


def test_rule_17_opt_in_queue_is_not_in_the_navigation_while_it_is_empty(owner):
    assert "/contacts/opt-in-queue" not in owner.get("/navigation").text


def test_simulator_is_named_on_every_page(owner, visitor):
    words = "Simulator: no real texts are sent"

    assert words in said(owner.get(HERE))
    assert words in said(visitor.get("/sign-in"))
