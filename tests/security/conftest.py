"""Operators, contacts and leads, made as the tests of the API and of the pages make them."""

import pytest

from tests.security.routes import routes
from tests.web.api import conftest as api_tests
from tests.web.pages import conftest as page_tests

make_contact, make_lead, work = api_tests.make_contact, api_tests.make_lead, api_tests.work
make_integration = api_tests.make_integration
make_person, owner, stranger = page_tests.make_person, page_tests.owner, page_tests.stranger


@pytest.fixture
def every_route(app):
    return routes(app)
