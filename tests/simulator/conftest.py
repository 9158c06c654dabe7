"""A real simulator process, the official client, and a stand-in for the service called back."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

ROOT = Path(__file__).parents[2]
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "t" * 32
OURS = "+12025550100"
JANE = "+12025550142"


def wait_until(condition, seconds=10.0):
    """Poll until the condition gives something true, and return that."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("It did not become true in time")
        time.sleep(0.01)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Received:
    path: str
    headers: dict
    fields: dict
    at: float = field(default_factory=time.monotonic)


class Service:
    """Stands in for the service: notes what Twilio posts and answers as told."""

    def __init__(self):
        self.received = []
        self.status, self.body = 204, b""
        self.to_drop = 0  # posts to leave unanswered, the connection closed
        self.answering = threading.Event()
        self.answering.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.status_url = f"{self.url}/twilio/status?delivery=d1&mac=a%2Fb"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def forget(self):
        self.received.clear()
        self.status, self.body = 204, b""
        self.to_drop = 0
        self.answering.set()

    def statuses(self):
        return [post.fields["MessageStatus"] for post in list(self.received)]

    def stop(self):
        self.answering.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(service):  # noqa: N805  (the handler inside is the one called self)
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = dict(parse_qsl(body, keep_blank_values=True))
                service.received.append(Received(self.path, dict(self.headers), fields))
                service.answering.wait(20)
                if service.to_drop:
                    service.to_drop -= 1
                    self.close_connection = True
                    return
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(service.body)))
                self.end_headers()
                self.wfile.write(service.body)

            def log_message(self, *_):
                pass

        return Handler


@dataclass
class Simulator:
    """A simulator process and what a script may ask of it."""

    port: int
    ledger: Path
    inbound_url: str
    process: subprocess.Popen | None = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def environment(self):
        return {
            "PATH": os.environ["PATH"],
            "SIMULATOR_PORT": str(self.port),
            "SIMULATOR_LEDGER": str(self.ledger),
            "SIMULATOR_INBOUND_URL": self.inbound_url,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        }

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator"],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == f"simulator: {self.url}\n"
        return self

    def end(self, how="terminate"):
        getattr(self.process, how)()
        self.process.wait(10)
        self.process.stdout.close()

    def turn(self, **dials):
        answer = requests.put(f"{self.url}/_sim/faults", json=dials, timeout=5)
        assert answer.status_code == 200, answer.text

    def texts(self, to=None):
        query = {"to": to} if to else {}
        return requests.get(f"{self.url}/_sim/messages", params=query, timeout=5).json()

    def calls(self):
        return requests.get(f"{self.url}/_sim/calls", timeout=5).json()

    def text_back(self, body, /, **more):
        sent = {"from": JANE, "to": OURS, "body": body, **more}
        return requests.post(f"{self.url}/_sim/inbound", json=sent, timeout=20)

    def reset(self):
        assert requests.post(f"{self.url}/_sim/reset", timeout=5).status_code == 200


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
