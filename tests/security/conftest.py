"""Operators, contacts and leads, made as the tests of the API and of the pages make them."""

import pytest

from tests.security.routes import routes
from tests.web.api import conftest as api_tests
from tests.web.pages import conftest as page_tests
from tests.web.pages.conftest import csrf_of

make_contact, make_lead, work = api_tests.make_contact, api_tests.make_lead, api_tests.work
make_integration = api_tests.make_integration
make_person, owner, stranger = page_tests.make_person, page_tests.owner, page_tests.stranger


@pytest.fixture
def every_route(app):
    return routes(app)


@pytest.fixture
def make_side(make_person, make_integration, make_contact, make_lead):
    """Make an account with an owner, her key, and whatever else is asked for."""
    from models import ApiKey, Operator, transaction  # noqa: PLC0415  (reads the settings)
    from tests.security.sides import Belongings  # noqa: PLC0415

    def make(mark):
        person = make_person()
        integration = make_integration(person.account_id)
        with transaction() as session:
            key, person.key = ApiKey.make(session.get_one(Operator, person.operator_id), "mine")
            session.add(key)
        person.csrf = csrf_of(person.get("/settings/sign-ins"))
        return Belongings(person, integration, make_contact, make_lead, mark)

    return make


@pytest.fixture
def ours(make_side):
    return make_side("Ours")


@pytest.fixture
def theirs(make_side):
    return make_side("Zorkas")
