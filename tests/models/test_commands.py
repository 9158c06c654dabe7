"""The commands, run as an operator runs them, each in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from models import AuditEntry, Operator, SignIn, transaction
from models.passwords import fits

ROOT = Path(__file__).parents[2]


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "models.commands", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments):
    """Run a command; return its exit status, what it said, and its complaint."""
    process = start(*arguments)
    said, complaint = process.communicate(timeout=30)
    lines = [json.loads(line) for line in said.splitlines()]
    return process.returncode, lines, complaint


@pytest.fixture
def call(client):
    """Call the API with a key that a command has printed."""

    def call(said, path):
        headers = {"Authorization": f"Bearer {said['api_key']}"}
        return client.get(f"/api/v1{path}", headers=headers)

    return call


def test_first_run_makes_an_account_that_takes_leads(call):
    status, [said], _ = run("first-run", "--email", "owner@example.com")

    assert status == 0
    assert set(said) == {"email", "password", "api_key", "endpoint_path", "from_number"}
    assert said["from_number"] == "+12025550100"
    assert len(said["password"]) >= 20
    integration = call(said, "/integration").json
    assert integration["endpoint_url"] == "http://127.0.0.1:8000" + said["endpoint_path"]
    assert integration["status"] == "active"
    assert (integration["name"], integration["brand"]) == ("Opt-In API", "Example Co")
    [number] = call(said, "/phone-numbers").json["items"]
    assert (number["number"], number["status"]) == (said["from_number"], "approved")
    assert call(said, "/api-keys").status_code == 200


def test_first_run_says_nothing_when_there_is_an_account(call):
    run("first-run", "--email", "owner@example.com")

    status, lines, complaint = run("first-run", "--email", "other@example.com")

    assert (status, lines, complaint) == (0, [], "")
    with transaction() as session:
        assert Operator.by_email(session, "other@example.com") is None


def test_two_first_runs_at_once_make_one_account(app):
    both = [start("first-run", "--email", f"owner{each}@example.com") for each in range(2)]

    said = [process.communicate(timeout=30)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert sorted(bool(lines) for lines in said) == [False, True]


def test_further_account_stands_beside_the_first(call):
    _, [first], _ = run("first-run", "--email", "owner@example.com")

    status, [second], _ = run("account", "--email", "second@example.com")

    assert status == 0
    assert second["endpoint_url"] == "http://127.0.0.1:8000" + second["endpoint_path"]
    assert second["from_number"] != first["from_number"]
    assert call(second, "/integration").json["endpoint_url"] == second["endpoint_url"]
    assert call(first, "/integration").json["id"] != call(second, "/integration").json["id"]


def test_email_is_taken_in_any_case(app):
    run("account", "--email", "owner@example.com")

    status, lines, complaint = run("account", "--email", "Owner@Example.com")

    assert (status, lines) == (1, [])
    assert "already" in complaint


def test_new_password_replaces_the_old_one(app):
    _, [made], _ = run("account", "--email", "owner@example.com")

    status, [said], _ = run("password", "--email", "OWNER@example.com")

    assert status == 0
    assert said["email"] == "owner@example.com"
    assert said["password"] != made["password"]
    with transaction() as session:
        stored = Operator.by_email(session, "owner@example.com").password_hash
    assert fits(stored, said["password"])


def test_new_password_signs_every_browser_out_and_is_in_the_audit(app):
    run("first-run", "--email", "owner@example.com")
    with transaction() as session:
        operator = Operator.by_email(session, "owner@example.com")
        _, token = SignIn.begin(session, operator, "127.0.0.1", "a browser")

    run("password", "--email", "owner@example.com")

    with transaction() as session:
        assert SignIn.bearer(session, token) is None
        assert session.query(AuditEntry).one().verb == "gave a new password by command"


def test_password_of_nobody_is_refused(app):
    status, lines, complaint = run("password", "--email", "nobody@example.com")

    assert (status, lines) == (1, [])
    assert "no operator" in complaint


def test_what_is_no_email_is_refused(app):
    status, lines, complaint = run("account", "--email", "owner")

    assert (status, lines) == (2, [])
    assert "owner@example.com" in complaint
