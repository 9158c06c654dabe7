"""The body of every sender, posted over HTTP, ends as a queued contact of the right person.

They are the bodies of docs/senders.md. Only the number in them is exchanged, and a lead's id,
so that no two tests share a person: a number kept for fiction for another one.
"""

import json
import re
from pathlib import Path

import pytest
import requests

BODIES = Path(__file__).parents[1] / "senders" / "bodies"
EXPECTED = sorted(BODIES.glob("*/*.expected.json"))


class Example:
    """A body with what has to be read of it, made to speak of another person's number."""

    def __init__(self, expected, number):
        told = json.loads(expected.read_text())
        name = expected.name.replace(".expected.json", ".*")
        [body] = [each for each in expected.parent.glob(name) if each != expected]
        self.content_type = told["content_type"]
        self.mapping = told.get("mapping")
        self.lead = told["lead"]
        self.body = body.read_bytes()
        if self.lead["phone"]:
            self.body = with_number(self.body, self.lead["phone"], number)
            self.lead["phone"] = number

    def post(self, service):
        return requests.post(
            service.endpoint_url,
            data=self.body,
            headers={"Content-Type": self.content_type},
            timeout=10,
        )


def with_number(body, old, new):
    """Write *new* for *old* in whatever way the digits are grouped."""
    area, middle, line = (digits.encode() for digits in (old[2:5], old[5:8], old[8:]))
    pattern = area + rb"(?=555|[^0-9])(.{0,150}?)" + middle + rb"([^0-9]{0,3})" + line
    after = [digits.encode() for digits in (new[2:5], new[5:8], new[8:])]
    changed, count = re.subn(
        pattern,
        lambda found: after[0] + found[1] + after[1] + found[2] + after[2],
        body,
        flags=re.DOTALL,
    )
    assert count >= 1, body
    return changed


@pytest.fixture
def example(request, somebody):
    return Example(request.param, somebody["phone"])


@pytest.fixture
def mapped(service, example):
    """Have the integration read the body as its description says; undone afterwards."""
    if example.mapping:
        changed = service.api("PATCH", "/integration", json={"field_mapping": example.mapping})
        assert changed.status_code == 200, changed.text
    yield
    if example.mapping:
        service.api("PATCH", "/integration", json={"field_mapping": None})


def name(expected):
    return f"{expected.parent.name}-{expected.name.removesuffix('.expected.json')}"


def special(expected):
    lead = json.loads(expected.read_text())["lead"]
    return bool(lead.get("is_test") or lead.get("unfinished"))


PEOPLE = [each for each in EXPECTED if not special(each)]
NOBODY = [each for each in EXPECTED if special(each)]


@pytest.mark.parametrize("example", PEOPLE, ids=name, indirect=True)
def test_body_ends_as_a_queued_contact(service, example, mapped):
    answer = example.post(service)

    assert answer.status_code == 202, answer.text
    lead = service.lead_reaches(answer.json()["lead_id"], "joined")
    assert lead["sender"] == example.lead["sender"]
    contact = service.get(f"/contacts/{lead['contact_id']}")
    assert contact["in_opt_in_queue"] is True
    assert {field: contact[field] for field in ("first_name", "last_name", "phone")} == {
        field: example.lead[field] for field in ("first_name", "last_name", "phone")
    }
    assert len(service.texts(to=example.lead["phone"])) == 1


@pytest.mark.parametrize("example", NOBODY, ids=name, indirect=True)
def test_test_or_unfinished_form_is_kept_and_never_texted(service, example):
    before = len(service.texts())

    answer = example.post(service)

    assert answer.status_code == 202, answer.text
    lead = service.lead(answer.json()["lead_id"])
    unfinished = example.lead.get("unfinished")
    assert lead["status"] == ("dropped" if unfinished else "test")
    assert (lead["reason"] == "unfinished form") is bool(unfinished)
    assert (lead["text"], lead["contact_id"]) == (None, None)
    assert len(service.texts()) == before


@pytest.mark.parametrize("example", [BODIES / "zapier/json.expected.json"], indirect=True)
def test_body_sent_again_is_the_same_lead(service, example):
    first, again = example.post(service), example.post(service)

    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["lead_id"] == again.json()["lead_id"]
