"""`make audit`: what is pinned is pinned by hash, and nothing unproved passes for proved."""

import json

import pytest

from dev.audit import LOCKS, UNPROVED, WEAK, bill_of_materials, read_lock, verdict
from tests.security.code import ROOT

LOCK = """\
alembic==1.20.1 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
psycopg[binary]==3.3.9 ; python_version >= "3" \\
    --hash=sha256:{a}
""".format(a="a" * 64, b="b" * 64)


@pytest.mark.parametrize("name", [*LOCKS, "requirements-audit.txt"])
def test_every_package_is_pinned_with_hashes_and_comes_from_one_index(name):
    """ASVS 15.2.1, 15.2.4."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = read_lock(text)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert len(pins) == len(lines) > 20
    assert [pin.name for pin in pins if not pin.hashes] == []
    assert not [word for word in ("index-url", "find-links", "://", "-e ") if word in text]


def test_every_file_of_the_pages_is_pinned_by_its_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    others = {name: each for name, each in packages.items() if name}

    assert others
    assert [name for name, each in others.items() if "integrity" not in each] == []


@pytest.mark.parametrize(
    ("dependencies", "status"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0),
        ([{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}], WEAK),
        ([{"name": "a", "skip_reason": "not found"}], UNPROVED),
        (
            [
                {"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]},
                {"name": "b", "skip_reason": "not found"},
            ],
            WEAK,
        ),
    ],
)
def test_a_package_nothing_is_known_of_is_not_proved(dependencies, status):
    assert verdict({"dependencies": dependencies}).status == status


def test_bill_of_materials_names_every_package_with_version_hashes_and_license():
    told = bill_of_materials(read_lock(LOCK))

    first, second = told["components"]
    assert told["bomFormat"] == "CycloneDX"
    assert (first["name"], first["version"]) == ("alembic", "1.20.1")
    assert [each["value"] for each in first["properties"]] == ["a" * 64, "b" * 64]
    assert first["licenses"] == [{"license": {"name": "MIT"}}]
    assert second["purl"] == "pkg:pypi/psycopg@3.3.9"
