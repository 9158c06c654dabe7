"""Who may ask for what: nothing without a sign-in or key, no change by another site's page."""

from sqlalchemy import func, select

from models import AuditEntry, transaction
from tests.web.pages.conftest import csrf_of

#: What anybody may open. A further one has to be added here, and thought about.
OPEN = {
    "/api/v1/docs",
    "/api/v1/openapi.json",
    "/assets/<version>/<path:name>",
    "/docs",
    "/docs/errors",
    "/docs/errors/<code>",
    "/invitations/<token>",  # whoever holds the link may join
    "/livez",
    "/metrics",  # asks for its own token: tests/web/test_metrics.py
    "/openapi.json",
    "/readyz",
    "/setup",  # asks for the token of the log once an account is wanted
    "/sign-in",
}


def audited():
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry))


def test_nothing_but_a_short_list_is_open_to_somebody_without_sign_in_or_key(
    owner, every_route
):
    answered = set()
    for route in every_route:
        if route.is_machines or not route.is_safe:
            continue
        status = owner.client.application.test_client().get(route.path()).status_code
        if status not in {303, 401}:
            answered.add(route.rule)

    assert answered <= OPEN


def test_every_operation_of_the_api_asks_for_a_key_and_a_cookie_is_none(owner, every_route):
    let_in = [
        str(route)
        for route in every_route
        if route.is_api and route.rule not in OPEN
        for send in (owner.client.open,)
        if send(route.path(), method=route.method, json={}).status_code != 401
    ]

    assert let_in == []


def test_no_form_is_taken_without_the_token_of_this_very_sign_in(owner, stranger, every_route):
    """ASVS 3.5.1: by every route that can change something, whatever it is for."""
    theirs = csrf_of(stranger.get("/settings/sign-ins"))
    before, taken = audited(), []
    unsafe = [each for each in every_route if each.is_dashboard and not each.is_safe]

    for route in unsafe:
        for sent in ({}, {"csrf": ""}, {"csrf": theirs}):
            answer = owner.client.open(
                route.path(), method=route.method, data=sent, headers=owner.headers
            )
            if answer.status_code != 403:
                taken.append((str(route), sent, answer.status_code))

    assert len(unsafe) > 50
    assert taken == []
    assert audited() == before


def test_no_form_is_taken_from_another_site_even_with_the_right_token(owner, every_route):
    csrf = csrf_of(owner.get("/settings/sign-ins"))
    taken = []

    for route in every_route:
        if not route.is_dashboard or route.is_safe:
            continue
        for site in ("cross-site", "same-site"):
            headers = owner.headers | {"Sec-Fetch-Site": site, "X-CSRF-Token": csrf}
            answer = owner.client.open(route.path(), method=route.method, headers=headers)
            if answer.status_code != 403:
                taken.append((str(route), site, answer.status_code))

    assert taken == []


def test_senders_and_twilio_are_served_without_a_cookie_and_never_set_one(app, every_route):
    machines = [route for route in every_route if route.is_machines]

    answers = [
        app.test_client().open(each.path(), method=each.method, json={}) for each in machines
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert not any("Set-Cookie" in answer.headers for answer in answers)
