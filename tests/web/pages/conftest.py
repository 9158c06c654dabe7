"""An operator at the dashboard, by Flask's own client: forms are sent as a browser would."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest

PASSWORD = "a staple of correct horses"


class _Forms(HTMLParser):
    """Finds the csrf field of a page."""

    csrf = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "input" and found.get("name") == "csrf":
            self.csrf = found["value"]


def csrf_of(page):
    forms = _Forms()
    forms.feed(page.text)
    assert forms.csrf, page.text
    return forms.csrf


class Person:
    """Somebody with a browser. `get` and `post` answer what Flask's client does."""

    def __init__(self, app, email="", name=""):
        self.client = app.test_client()
        self.email, self.name = email, name
        self.account_id = self.operator_id = None
        self.headers = {"User-Agent": "Test browser", "Accept": "text/html"}

    def get(self, path, **kwargs):
        return self.client.get(path, headers=self.headers | kwargs.pop("headers", {}), **kwargs)

    def post(self, path, data=None, *, csrf=None, **kwargs):
        """Send a form with the csrf token of a page that this browser has seen."""
        csrf = csrf or csrf_of(self.get("/sign-in" if not self.operator_id else SIGNED_IN_PAGE))
        headers = self.headers | kwargs.pop("headers", {})
        sent = {"csrf": csrf} | (data or {})
        return self.client.post(path, data=sent, headers=headers, **kwargs)

    def sign_in(self, password=PASSWORD, **fields):
        csrf = csrf_of(self.get("/sign-in"))
        sent = {"csrf": csrf, "email": self.email, "password": password} | fields
        return self.client.post("/sign-in", data=sent, headers=self.headers)


SIGNED_IN_PAGE = "/settings/sign-ins"


def said(answer):
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


@cache
def _hashed():
    """Hash the password of everybody once: it costs time on purpose."""
    from models.passwords import hash_password  # noqa: PLC0415

    return hash_password(PASSWORD)


@pytest.fixture
def make_person(app):
    """Make an operator who can sign in, of a new account unless one is given."""
    from models import Account, Operator, Role, SignIn, transaction  # noqa: PLC0415
    from web.pages.cookies import SIGN_IN  # noqa: PLC0415

    made = []

    def make(role="owner", account_id=None, *, signed_in=True):
        made.append(role)
        person = Person(app, f"{role}{len(made)}@example.com", f"{role.title()} {len(made)}")
        with transaction() as session:
            if account_id is None:
                account = Account(name="Example Co")
                session.add(account)
                session.flush()
                account_id = account.id
            operator = Operator(
                account_id=account_id,
                email=person.email,
                name=person.name,
                role=Role(role),
                password_hash=_hashed(),
            )
            session.add(operator)
            session.flush()
            person.account_id = account_id
            if signed_in:
                _, token = SignIn.begin(session, operator, "127.0.0.1", "Test browser")
                person.client.set_cookie(SIGN_IN, token)
                person.operator_id = operator.id
        return person

    return make


@pytest.fixture
def owner(make_person):
    return make_person()


@pytest.fixture
def member(make_person, owner):
    """A member of the owner's account."""
    return make_person("member", owner.account_id)


@pytest.fixture
def stranger(make_person):
    """An owner of another account."""
    return make_person()


@pytest.fixture
def visitor(app):
    """Somebody who is not signed in."""
    return Person(app)
