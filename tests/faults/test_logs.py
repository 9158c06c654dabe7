import json

import pytest

from faults.logs import find_leaks, secrets_of

TOKEN, JANE = "a-token-that-nobody-guesses", "+12025550142"


@pytest.fixture
def log(tmp_path):
    def write(text):
        path = tmp_path / "output.log"
        path.write_text(text)
        return [path]

    return write


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"POST /hooks/{TOKEN} 202", "secret"),
        ("lead of Hrotsvit", "name"),
        ("Key (phone)=(+12025550142) already exists", "phone"),
        ('{"to": "12025550142"}', "phone"),
        ("called (202) 555-0142", "phone"),
    ],
)
def test_what_must_not_stand_in_a_log_is_found_with_its_line(log, line, kind):
    files = log(f"all is well\n{line}\n")

    found = find_leaks(files, {TOKEN}, {JANE})

    assert [(leak.line, leak.kind) for leak in found] == [(2, kind)]


@pytest.mark.parametrize(
    "line",
    [
        "lead 2f1c2025-5501-42aa-8d1e-000000000000 joined",
        "number ends in 0142",
        "took 12025550142.5 s at 1732025550142",
        "+12025550143 is nobody's",
    ],
)
def test_what_only_looks_like_it_is_left_alone(log, line):
    assert find_leaks(log(line), {TOKEN}, {JANE}) == []


def test_secrets_are_those_of_private_files_and_not_whole_addresses(tmp_path):
    facts = {
        "base_url": "http://127.0.0.1:8000",
        "endpoint_url": f"http://127.0.0.1:8000/hooks/{TOKEN}",
        "api_key": "oak_0123456789",
        "email": "owner@example.com",
    }
    (tmp_path / "first-run.json").write_text(json.dumps(facts))
    (tmp_path / "secret_key").write_text("0123456789abcdef\n")
    (tmp_path / "notes").write_text("not a secret at all")
    for name in ("first-run.json", "secret_key"):
        (tmp_path / name).chmod(0o600)
    (tmp_path / "notes").chmod(0o644)

    assert secrets_of(tmp_path) == {TOKEN, "oak_0123456789", "0123456789abcdef"}
