"""What every test may use: real servers, an emptied database, a simulated Twilio.

The servers start before anything of the service is imported, because the service reads its
settings at import. A fixture that a single folder or file needs lives there.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from dev.servers import running

ROOT = Path(__file__).parents[1]
_session = ExitStack()

#: Here the service runs beside the tests, not within them: there is nothing to be covered, and
#: a traced process is too slow to be its clients.
BESIDE = {"bench", "browser", "dev", "faults", "live", "simulator"}
#: These go over what others cover, many times and from every side: traced, for twice as long.
AGAIN = {"machine", "races", "security", "test_described.py", "test_fuzz.py"}


def pytest_configure(config):
    """Start PostgreSQL and Valkey, and point the service at them: set, never setdefault.

    Each process that runs tests has its own; the one that only hands them out has none.
    """
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return
    home = Path(_session.enter_context(tempfile.TemporaryDirectory(prefix="optin-tests-")))
    urls = _session.enter_context(running(home, durable=False))
    os.environ |= {
        "DATABASE_URL": urls.database_url,
        "REDIS_URL": urls.redis_url,
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "a key for tests, of no worth elsewhere",
        "METRICS_TOKEN": "a token for tests only",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "TWILIO_BASE_URL": f"http://127.0.0.1:{free_port()}",
        "SETTLE_SECONDS": "600",
        "UNKNOWN_CHECKS": "60,300,900",
        "CIRCUIT_PROBE_SECONDS": "30",
        "HELD_MAX_HOURS": "72",
        "OPT_OUT_CONFIRMATION": "1",
        "WORKER_THREADS": "8",
    }
    for name in ("TWILIO_EDGE", "TWILIO_REGION", "RATE_LIMIT", "ALLOWED_HOSTS", "RESTORED"):
        os.environ.pop(name, None)
    migrate = [sys.executable, "-m", "alembic", "upgrade", "head"]
    subprocess.run(migrate, cwd=ROOT, check=True, capture_output=True)


def pytest_collection_modifyitems(items):
    """Say what is not to be covered, and what comes first where two processes run tests.

    What runs beside the tests mostly waits: two such files at a time fit two cores.
    """
    for item in items:
        if _is_in(BESIDE | AGAIN, item):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: not _is_in(BESIDE, item))


def _is_in(names, item):
    return bool(names.intersection(item.path.relative_to(ROOT).parts))


def pytest_unconfigure(config):
    database = sys.modules.get("models.db")
    if database is not None:
        database.close_pool()
    _session.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(true, seconds=10.0):
    """Return what *true* returns as soon as it is truthy; fail after *seconds*."""
    began = time.monotonic()
    while not (found := true()):
        waited = time.monotonic() - began
        assert waited < seconds, f"not within {seconds} s"
        time.sleep(min(max(0.01, waited / 20), 0.5))
    return found


class Simulator:
    """The simulated Twilio, asked over HTTP as anybody would ask it."""

    def __init__(self, url):
        self.url = url

    def texts(self, to=None):
        """Every text that was ever accepted: the truth."""
        asked = {"to": to} if to else {}
        return requests.get(f"{self.url}/_sim/messages", asked, timeout=10).json()

    def calls(self):
        return requests.get(f"{self.url}/_sim/calls", timeout=10).json()

    def fault(self, **dials):
        requests.put(f"{self.url}/_sim/faults", json=dials, timeout=10).raise_for_status()

    def answers(self):
        try:
            return requests.get(f"{self.url}/_sim/faults", timeout=1).ok
        except requests.ConnectionError:
            return False

    def reset(self):
        requests.post(f"{self.url}/_sim/reset", timeout=10).raise_for_status()


@pytest.fixture(autouse=True)
def _no_request():
    """Jobs called as functions leave their request's id behind, with no middleware around."""
    import logs  # noqa: PLC0415  (it reads the settings)

    token = logs.request_id.set(None)
    yield
    logs.request_id.reset(token)


@pytest.fixture(scope="session")
def _simulator():
    """The simulator as a process of its own, where TWILIO_BASE_URL says."""
    url = os.environ["TWILIO_BASE_URL"]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "SIMULATOR_PORT": url.rpartition(":")[2],
            "SIMULATOR_LEDGER": f"{folder}/ledger.sqlite",
            "SIMULATOR_INBOUND_URL": "http://127.0.0.1:1/twilio/inbound",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        simulator = Simulator(url)
        eventually(simulator.answers, 60)
        yield simulator
        process.terminate()
        process.wait(10)


@pytest.fixture
def simulator(_simulator):
    """The simulator, empty and without faults; it calls nobody back."""
    _simulator.reset()
    _simulator.fault(callbacks="none")
    return _simulator


@pytest.fixture(scope="session")
def _app():
    """Made once: to put its many addresses together takes longer than most tests."""
    from web import create_app  # noqa: PLC0415

    return create_app()


@pytest.fixture
def app(_app):
    import sqlalchemy as sa  # noqa: PLC0415

    from models import Base, transaction  # noqa: PLC0415

    yield _app
    with transaction() as session:
        tables = ", ".join(f"'{name}'" for name in Base.metadata.tables)
        session.execute(sa.text(EMPTY.replace("TABLES", tables)))


#: Deletes row by row, past triggers and foreign keys: to truncate every table costs a quarter
#: of a second, after each of some thousand tests. Only what a test has filled is truncated.
EMPTY = """
DO $$
DECLARE
  name text;
BEGIN
  PERFORM set_config('session_replication_role', 'replica', true);
  FOREACH name IN ARRAY ARRAY[TABLES] LOOP
    IF pg_relation_size(name::regclass) > 1000000 THEN
      EXECUTE 'TRUNCATE ' || quote_ident(name) || ' CASCADE';
    ELSE
      EXECUTE 'DELETE FROM ' || quote_ident(name);
    END IF;
  END LOOP;
END $$
"""


@pytest.fixture
def client(app):
    return app.test_client()


@dataclass(frozen=True)
class Somebody:
    """An operator of an account, and a client that sends her key."""

    account_id: object
    operator_id: object
    key: str
    app: object

    def _call(self, method, path, **kwargs):
        headers = {"Authorization": f"Bearer {self.key}"} | kwargs.pop("headers", {})
        call = self.app.test_client().open
        return call("/api/v1" + path, method=method, headers=headers, **kwargs)

    def get(self, path, **kwargs):
        return self._call("GET", path, **kwargs)

    def post(self, path, json=None, **kwargs):
        return self._call("POST", path, json=json, **kwargs)

    def patch(self, path, json, **kwargs):
        return self._call("PATCH", path, json=json, **kwargs)

    def delete(self, path, **kwargs):
        return self._call("DELETE", path, **kwargs)


@pytest.fixture
def make_somebody(app):
    from models import Account, ApiKey, Operator, Role, transaction  # noqa: PLC0415

    made = []

    def make(account_id=None, role="owner"):
        with transaction() as session:
            if account_id is None:
                account = Account(name="Example Co")
                session.add(account)
                session.flush()
                account_id = account.id
            made.append(role)
            operator = Operator(
                account_id=account_id,
                email=f"{role}{len(made)}@example.com",
                name=f"{role.title()} {len(made)}",
                role=Role(role),
                password_hash="none: nobody signs in here",
            )
            session.add(operator)
            session.flush()
            key, secret = ApiKey.make(operator, "tests")
            session.add(key)
        return Somebody(account_id, operator.id, secret, app)

    return make


@pytest.fixture
def api(make_somebody):
    """An owner's client."""
    return make_somebody()


@pytest.fixture
def account(api):
    """The id of the account that `api` calls for."""
    return api.account_id


@pytest.fixture
def story(client, account):
    """The lives of leads of one account: see tests/story.py."""
    from tests.story import Story  # noqa: PLC0415

    return Story(client, account)
