"""A PostgreSQL of its own for the API's tests, emptied between them, and somebody to call.

The service reads its settings when it is imported, so they are set first, here.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.servers import running

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """The embedded servers, migrated, and the environment that points to them."""
    with running(tmp_path_factory.mktemp("optin"), durable=False) as urls:
        os.environ |= {
            "DATABASE_URL": urls.database_url,
            "REDIS_URL": urls.redis_url,
            "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
            "SECRET_KEY": "a key for tests, of no worth elsewhere",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "0" * 32,
            "TWILIO_BASE_URL": "http://127.0.0.1:9",
        }
        migrate = [sys.executable, "-m", "alembic", "upgrade", "head"]
        subprocess.run(migrate, cwd=ROOT, check=True, capture_output=True)
        yield urls
        from models.db import _pool  # noqa: PLC0415

        _pool.close()


@pytest.fixture
def app(servers):
    import sqlalchemy as sa  # noqa: PLC0415

    from models import Base, transaction  # noqa: PLC0415
    from web import create_app  # noqa: PLC0415

    yield create_app()
    with transaction() as session:
        tables = ", ".join(Base.metadata.tables)
        session.execute(sa.text(f"TRUNCATE {tables}"))


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
