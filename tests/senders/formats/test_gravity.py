"""A consent of Gravity Forms is known with its text and without it."""

import json

import pytest

from senders import ParseSettings, parse

ENTRY = {
    "id": "317",
    "form_id": "4",
    "date_created": "2026-02-01 10:00:00",
    "1.3": "Jane",
    "1.6": "Doe",
    "phone": "(202) 555-0142",
}


def consent_of(**parts):
    body = json.dumps(ENTRY | parts).encode()
    return parse(body, "application/json", ParseSettings()).extra.get("consent")


@pytest.mark.parametrize("parts", [{"5.1": "Checked"}, {"5.1": "Checked", "5.2": "I agree."}])
def test_checked_box_is_a_consent_with_its_text_and_without_it(parts):
    assert consent_of(**parts) == "Checked"


@pytest.mark.parametrize("parts", [{"5.1": "1"}, {"5.1": ""}, {"5.1": "Newsletter"}, {}])
def test_box_without_a_text_that_says_anything_else_is_no_consent(parts):
    assert consent_of(**parts) is None
