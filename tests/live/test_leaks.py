"""I9: odd leads, failing jobs and refused statements leave nothing personal and no secret."""

import json

import psutil
import psycopg
import pytest
import requests
from psycopg import sql

#: PostgreSQL refuses this name, and says in its error what the whole row was.
NAME = "Zorkana"
REFUSED = f"CHECK (first_name NOT LIKE '{NAME}%') NOT VALID"


@pytest.fixture
def database(service):
    urls = json.loads((service.home / "servers.json").read_text())
    with psycopg.connect(urls["database_url"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def refusing(database):
    """Have PostgreSQL refuse a name: of a contact for the worker, of a lead for the web."""

    def refuse(table):
        database.execute(f"ALTER TABLE {table} ADD CONSTRAINT refused {REFUSED}")

    yield refuse
    for table in ("contacts", "leads"):
        database.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS refused")


def odd_requests(service, lead):
    """Send what goes wrong in every way, each time with a name, a number and a token in it."""
    token = service.endpoint_url.rpartition("/")[2]
    phone, base = lead["phone"], service.base_url
    for body in (
        f'{{"first_name": "{NAME}", "phone": "{phone}"',
        f'{{"first_name": "{NAME}", "last_name": "\\u0000", "phone": "{phone}"}}',
        f'{{"first_name": "{NAME}\\r\\n{phone}", "phone": "{phone}{phone}"}}',
        f"{NAME} {phone}",
    ):
        for kind in ("application/json", "text/plain", "application/xml", "text/csv"):
            requests.post(
                service.endpoint_url, body.encode(), headers={"Content-Type": kind}, timeout=10
            )
    for path in (f"/hooks/{token}/more", f"/hooks/{token[:-1]}", f"/{token}", f"/x?{phone}"):
        requests.post(base + path, json=lead, timeout=10)
    form = {"From": phone, "To": service.from_number, "Body": f"STOP {NAME}"}
    requests.post(f"{base}/twilio/inbound", form, timeout=10)
    requests.post(f"{base}/sign-in", {"email": phone, "password": token}, timeout=10)
    for key in (token, f"oak_{token}"):
        headers = {"Authorization": f"Bearer {key}", "X-Request-ID": token}
        requests.get(f"{base}/api/v1/contacts?q={NAME}", headers=headers, timeout=10)
    service.api("GET", f"/contacts?q={phone}&cursor={token}")
    service.api("POST", "/suppressions", json={"phone": f"{phone}{NAME}", "kind": NAME})


def test_i9_no_log_failed_job_or_command_line_tells_of_a_person_or_a_secret(
    service, somebody, database, refusing, until
):
    """ASVS 14.2.1, 16.2.5: all the processes said, each column of text, each argument."""
    lead = somebody | {"first_name": NAME, "last_name": "Zorkanovna"}
    refusing("contacts")

    lead_id = service.post(lead).json()["lead_id"]
    odd_requests(service, lead)
    failed = until(lambda: _failed(database, lead_id), 60)
    refusing("leads")
    refused = service.post(next_person(lead))

    until(lambda: any("CheckViolation" in line for line in service.output))
    assert "check" in failed.lower()  # it failed of what it was made to fail of
    assert refused.status_code in {202, 503}  # the spool takes it, where it is durable
    said = service.leaks()
    private = (NAME, "Zorkanovna", lead["phone"].removeprefix("+1"))
    said += [line for line in _said(service) if any(word in line for word in private)]
    assert said == []
    assert not any(word in failed for word in private)
    secrets = _secrets(service)
    assert [name for name in _tables(database) if _holds(database, name, secrets)] == []
    assert not [line for line in _command_lines() if any(each in line for each in secrets)]


def next_person(lead):
    return lead | {"phone": lead["phone"][:-2] + f"{(int(lead['phone'][-2:]) + 50) % 100:02}"}


def _said(service):
    return [line for line in service.output if not line.startswith("simulator")]


def _failed(database, lead_id):
    """Return everything that is kept of the failed runs of a lead's jobs."""
    rows = database.execute(
        "SELECT f::text FROM failures f WHERE arguments::text LIKE %(id)s"
        " UNION ALL SELECT j::text FROM failed_jobs j WHERE arguments::text LIKE %(id)s",
        {"id": f"%{lead_id}%"},
    ).fetchall()
    return "\n".join(row[0] for row in rows)


def _secrets(service):
    facts = json.loads((service.home / "first-run.json").read_text())
    names = ("password", "api_key", "twilio_auth_token", "metrics_token")
    kept = json.loads((service.home / "secrets.json").read_text())
    token = service.endpoint_url.rpartition("/")[2]
    return {token, *(facts[name] for name in names), *kept.values()}


def _tables(database):
    found = database.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    return [row[0] for row in found]


def _holds(database, table, secrets):
    every = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
    rows = database.execute(every).fetchall()
    return any(secret in row[0] for row in rows for secret in secrets)


def _command_lines():
    for process in psutil.process_iter():
        try:
            yield " ".join(process.cmdline())
        except psutil.Error:
            continue
