import json

import pytest

from faults.answers import outcome_of, told

PROBLEM = {"Content-Type": "application/problem+json", "Retry-After": "5"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "ok"), (202, "ok"), (404, "fail"), (423, "fail"), (500, "info"), (503, "info")],
)
def test_2xx_happened_4xx_did_not_and_after_a_5xx_nobody_knows(status, outcome):
    assert outcome_of(status) == outcome


def test_success_is_boiled_down_to_its_lead():
    body = json.dumps({"status": "accepted", "lead_id": "x", "first_name": "Jane"})

    assert told(202, {}, body) == {"status": 202, "lead_id": "x", "word": "accepted"}


def test_refusal_that_is_as_it_should_be():
    said = told(503, PROBLEM, json.dumps({"code": "unavailable"}))

    assert said == {"status": 503, "code": "unavailable", "problem": True, "retry_after": True}


@pytest.mark.parametrize(
    ("headers", "body"),
    [({}, '{"code": "x"}'), (PROBLEM, '{"status": 503}'), (PROBLEM, "<html>"), (PROBLEM, "[]")],
)
def test_refusal_without_a_code_or_a_form_is_told_as_such(headers, body):
    assert told(503, headers, body)["problem"] is False


def test_stack_trace_is_noticed():
    assert told(500, {}, "Traceback (most recent call last):\n  File")["trace"] is True
