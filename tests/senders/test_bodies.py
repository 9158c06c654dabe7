"""Every file of bodies/ is what a sender posts, with the lead it has to become beside it."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from senders import ParseSettings, parse

BODIES = Path(__file__).parent / "bodies"
EXPECTED = sorted(BODIES.glob("*/*.expected.json"))


def body_of(expected: Path) -> bytes:
    (body,) = [
        file
        for file in expected.parent.glob(expected.name.replace(".expected.json", ".*"))
        if not file.name.endswith(".expected.json")
    ]
    return body.read_bytes()


@pytest.mark.parametrize("file", EXPECTED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_real_looking_body_becomes_the_lead_beside_it(file):
    expected = json.loads(file.read_text())
    settings = ParseSettings(mapping=expected.get("mapping"))

    lead = asdict(parse(body_of(file), expected["content_type"], settings))

    lead["notes"] = list(lead["notes"])
    assert {name: lead[name] for name in expected["lead"]} == expected["lead"]


@pytest.mark.parametrize("file", EXPECTED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_wrong_content_type_changes_nothing_for_a_body_that_is_plainly_something(file):
    expected = json.loads(file.read_text())
    settings = ParseSettings(mapping=expected.get("mapping"))
    body = body_of(file)

    leads = [parse(body, kind, settings) for kind in (None, "text/plain", "garbage")]

    assert leads == [parse(body, expected["content_type"], settings)] * 3


def test_every_sender_of_the_list_has_a_body():
    assert {file.parent.name for file in EXPECTED} == {
        "clickfunnels",
        "contact-form-7",
        "curl",
        "elementor",
        "gravity-forms",
        "html-form",
        "hubspot",
        "jotform",
        "make",
        "meta",
        "squarespace",
        "typeform",
        "unbounce",
        "webflow",
        "wpforms",
        "zapier",
    }
