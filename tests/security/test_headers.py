"""What every answer carries, whichever route gives it and whether it is an error or not."""

import pytest
import requests

from models import ApiKey, Operator, SignIn, transaction
from tests.web.serving import web_processes

ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = "max-age=31536000; includeSubDomains"
#: Files of ours without anybody's data. Everything else is kept nowhere.
KEPT_BY_BROWSERS = "/assets/"


@pytest.fixture
def callers(owner, make_contact):
    """A contact's id, and who asks: nobody, and an owner by her key or browser."""
    contact = make_contact(owner.account_id)
    with transaction() as session:
        operator = session.get_one(Operator, owner.operator_id)
        key, secret = ApiKey.make(operator, "tests")
        session.add(key)
        _, token = SignIn.begin(session, operator, "127.0.0.1", "Test browser")
    key = {"Authorization": f"Bearer {secret}"}
    page = {
        "Cookie": f"sign-in-8000={token}; __Host-sign-in={token}",
        "Accept": "text/html",
    }

    def kinds(route):
        if route.is_machines or not route.is_safe:
            return [{}]  # refused: what is signed in sees no other headers
        return [{}, key if route.is_api else page]

    return str(contact.id), kinds


def answers(url, every_route, callers, **more):
    contact_id, kinds = callers
    with requests.Session() as session:
        for route in every_route:
            for headers in kinds(route):
                yield (
                    route,
                    session.request(
                        route.method,
                        url + route.path(contact_id=contact_id),
                        headers=headers | more,
                        allow_redirects=False,
                        timeout=30,
                    ),
                )


def lacking(answer, wanted):
    return {name for name, value in wanted.items() if answer.headers.get(name) != value}


def test_every_answer_of_every_route_carries_the_security_headers(every_route, callers):
    """ASVS 3.4.1 to 3.4.8, and 14.3.2: nothing about people is kept by a cache."""
    seen, wrong = set(), []
    with web_processes(1) as (url,):
        for route, answer in answers(url, every_route, callers):
            seen.add(answer.status_code)
            kept = "" if route.rule.startswith(KEPT_BY_BROWSERS) else "no-store"
            wanted = ALWAYS | ({"Cache-Control": kept} if kept else {})
            if missing := lacking(answer, wanted):
                wrong.append((str(route), answer.status_code, missing))

    assert {200, 303, 401, 403, 404} <= seen
    assert {status for status in seen if status >= 500} <= {503}  # Twilio is away
    assert wrong == []


def test_under_https_every_answer_insists_on_it_and_cookies_are_bound_to_the_host(
    every_route, callers, owner
):
    """ASVS 3.3.1 to 3.3.4, 3.4.1: what a browser is told where the service is public."""
    public = {"PUBLIC_BASE_URL": "https://leads.example.com", "ALLOWED_HOSTS": "127.0.0.1"}
    host, nobody = {"Host": "leads.example.com"}, lambda _route: [{}]
    plain = [route for route in every_route if route.is_safe and not route.arguments]
    with web_processes(1, **public) as (url,):
        wrong = [
            str(route)
            for route, answer in answers(url, plain, (callers[0], nobody), **host)
            if answer.headers.get("Strict-Transport-Security") != YEAR
        ]
        signed_in, out = _sign_in_and_out(url, host, owner)

    assert wrong == []
    for cookie in (signed_in, out):
        assert cookie.startswith("__Host-sign-in=")
        assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in cookie


def _sign_in_and_out(url, host, person):
    """Return what the browser is told to keep at the sign-in and to forget at the sign-out."""
    from tests.web.pages.conftest import PASSWORD, csrf_of  # noqa: PLC0415

    with requests.Session() as browser:
        browser.headers.update(host)
        page = browser.get(f"{url}/sign-in", timeout=30)
        # A client that minds Secure keeps such cookies from plain http: they are sent by hand.
        browser.headers["Cookie"] = page.headers["Set-Cookie"].partition(";")[0]
        sent = {"csrf": csrf_of(page), "email": person.email, "password": PASSWORD}
        answer = browser.post(f"{url}/sign-in", sent, allow_redirects=False, timeout=30)
        signed_in = answer.headers["Set-Cookie"]
        browser.headers["Cookie"] = signed_in.partition(";")[0]
        page = browser.get(f"{url}/settings/sign-ins", timeout=30)
        sent = {"csrf": csrf_of(page)}
        answer = browser.post(f"{url}/sign-out", sent, allow_redirects=False, timeout=30)
        return signed_in, answer.headers["Set-Cookie"]
