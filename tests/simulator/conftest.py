"""A real simulator process, the official client, and a stand-in for the service called back."""

from collections.abc import Callable

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from .running import ACCOUNT_SID, AUTH_TOKEN, JANE, OURS, Simulator, free_port
from .stand_in import Service


@pytest.fixture(scope="session")
def running_service():
    service = Service()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def running_simulator(running_service, tmp_path_factory):
    ledger = tmp_path_factory.mktemp("simulator") / "ledger.sqlite3"
    simulator = Simulator(free_port(), ledger, f"{running_service.url}/twilio/inbound").start()
    yield simulator
    simulator.end()


@pytest.fixture
def service(running_service):
    running_service.forget()
    return running_service


@pytest.fixture
def simulator(running_simulator, service):
    running_simulator.reset()
    service.forget()
    return running_simulator


@pytest.fixture
def own_simulator(service, tmp_path):
    """A simulator of the test's own, to be killed and started again."""
    own = Simulator(free_port(), tmp_path / "ledger.sqlite3", f"{service.url}/twilio/inbound")
    yield own.start()
    own.end("kill")


@pytest.fixture
def client_of() -> Callable[..., Client]:
    sessions = []

    def make(simulator, token=AUTH_TOKEN, timeout=15.0):
        http_client = TwilioHttpClient(timeout=timeout)
        sessions.append(http_client.session)
        client = Client(ACCOUNT_SID, token, http_client=http_client)
        client.api.base_url = client.lookups.base_url = simulator.url
        return client

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def twilio(simulator, client_of):
    return client_of(simulator)


@pytest.fixture
def send(twilio, service):
    """Create one text with a status callback through the official client."""

    def create(to=JANE, body="Hi Jane", **more):
        sent = {"from_": OURS, "status_callback": service.status_url} | more
        return twilio.messages.create(to=to, body=body, **sent)

    return create
