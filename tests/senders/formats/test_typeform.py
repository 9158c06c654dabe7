"""A form that was not sent off is never taken for one that was, and a form has one id."""

import json

import pytest

from senders import ParseSettings, parse

JANE = {"first_name": "Jane", "last_name": "Doe", "phone": "2025550142"}
PARTIAL = {"event_id": "e5", "event_type": "form_response_partial"}


def read(tree):
    return parse(json.dumps(tree).encode(), "application/json", ParseSettings())


UNFINISHED = {
    "taken-apart": PARTIAL | JANE,
    "taken-apart-with-a-title": {"Event Type": "form_response_partial", "event_id": "e5"}
    | JANE,
    "answers-in-data": PARTIAL | {"data": JANE},
    "all-of-it-in-data": {"data": PARTIAL | JANE},
    "event-in-a-group": {"event": PARTIAL, "event_id": "e5"} | JANE,
    "title-of-the-form-outside": {"name": "Request", "payload": PARTIAL | JANE},
    "without-a-response": PARTIAL | {"form_response": None},
    "only-the-key": {"event_id": "e5", "form_response_partial": None} | JANE,
    "by-the-key": {"event_id": "e5", "form_response_partial": {"token": "t1"}},
}


@pytest.mark.parametrize("tree", UNFINISHED.values(), ids=UNFINISHED)
def test_unfinished_form_is_known_however_it_was_taken_apart(tree):
    lead = read(tree)

    assert (lead.unfinished, lead.sender_lead_id) == (True, "e5")


def test_finished_form_that_was_taken_apart_is_an_ordinary_lead():
    lead = read({"event_id": "e5", "event_type": "form_response", "data": JANE})

    assert (lead.unfinished, lead.sender, lead.phone) == (False, "json", "+12025550142")


@pytest.mark.parametrize(
    ("event", "token", "lead_id"),
    [("e1", "t1", "e1"), ("e1", None, "e1"), ("", "t1", "t1"), (None, "t1", "t1")],
)
def test_finished_form_is_known_by_its_event_and_without_it_by_its_token(event, token, lead_id):
    response = {"hidden": JANE, "answers": [], "token": token}

    lead = read({"event_id": event, "event_type": "form_response", "form_response": response})

    assert (lead.sender, lead.sender_lead_id) == ("typeform", lead_id)
