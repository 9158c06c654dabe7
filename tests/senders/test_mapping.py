"""Mapping by example: keys, paths, positions."""

import json
from urllib.parse import urlencode

import pytest

from senders import ParseSettings, Unusable, parse

FORM = "application/x-www-form-urlencoded"
NAMES = {"first_name": "Jane", "last_name": "Doe"}


def read(tree, **mapping):
    settings = ParseSettings(mapping=mapping)
    return parse(json.dumps(tree).encode(), "application/json", settings)


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (NAMES | {"Question 7": "2025550142"}, "Question 7"),
        (NAMES | {"3.1": "2025550142"}, "3.1"),
        (NAMES | {"data": {"answers": [{"text": "2025550142"}]}}, "data.answers.0.text"),
        (NAMES | {"data": {"a.b": {"c": 2025550142}}}, "data.a.b.c"),
        ([NAMES | {"x": "2025550142"}], "x"),
        ([NAMES | {"x": "2025550142"}], "0.x"),
    ],
)
def test_mapped_key_is_the_phone(tree, path):
    assert read(tree, phone=path).phone == "+12025550142"


def test_mapped_phone_counts_before_a_recognized_one():
    lead = read(NAMES | {"mobile": "2025550143", "line": "2025550142"}, phone="line")

    assert (lead.phone, lead.notes) == ("+12025550142", ())


def test_mapped_full_name_counts_before_recognized_names():
    lead = read(NAMES | {"who": "Ann Lee", "phone": "2025550142"}, full_name="who")

    assert (lead.first_name, lead.last_name) == ("Ann", "Lee")


def test_mapped_id_is_the_lead_id():
    lead = read(NAMES | {"id": 7, "phone": "2025550142"}, lead_id="id")

    assert lead.sender_lead_id == "7"


@pytest.mark.parametrize("path", ["gone", "phone.0", "phone.x.y", "", ".", "data.9.x"])
def test_path_that_leads_nowhere_changes_nothing(path):
    lead = read(NAMES | {"phone": "2025550142", "data": [1]}, phone=path)

    assert lead.phone == "+12025550142"


JOTFORM = {"q3_who": {"a": "Jane", "b": "Doe"}, "q4_line": {"full": "(202) 555-0142"}}
UNBOUNCE = {"your_line": ["2025550142"], "given": ["Jane"], "family": ["Doe"]}


def test_path_goes_on_into_the_json_text_of_a_field_of_a_form():
    form = {"formID": "1", "submissionID": "9", "rawRequest": json.dumps(JOTFORM)}
    mapping = {
        "phone": "rawRequest.q4_line.full",
        "first_name": "rawRequest.q3_who.a",
        "last_name": "rawRequest.q3_who.b",
    }

    lead = parse(urlencode(form).encode(), FORM, ParseSettings(mapping=mapping))

    assert (lead.first_name, lead.last_name, lead.phone) == ("Jane", "Doe", "+12025550142")
    assert lead.sender == "jotform"


@pytest.mark.parametrize("path", ["data.json.your_line", "data.json.your_line.0"])
def test_path_goes_on_behind_a_key_with_a_dot_and_into_a_list_of_one(path):
    form = {"data.json": json.dumps(UNBOUNCE), "page_name": "Sell"}
    mapping = {"phone": path, "first_name": "data.json.given", "last_name": "data.json.family"}

    lead = parse(urlencode(form).encode(), FORM, ParseSettings(mapping=mapping))

    assert (lead.first_name, lead.last_name, lead.phone) == ("Jane", "Doe", "+12025550142")


def test_path_goes_through_a_json_text_inside_a_json_text():
    inner = json.dumps({"answers": [{"v": "2025550142"}]})

    lead = read(
        NAMES | {"outer": json.dumps({"inner": inner})}, phone="outer.inner.answers.0.v"
    )

    assert lead.phone == "+12025550142"


@pytest.mark.parametrize("text", ["{", "{broken}", "[1", '{"x": "\\u0000"}', "{}", "[]", '"x"'])
def test_path_into_a_text_that_is_no_json_leads_nowhere(text):
    lead = read(NAMES | {"phone": "2025550142", "raw": text}, phone="raw.x")

    assert lead.phone == "+12025550142"


def test_list_of_two_is_no_phone():
    with pytest.raises(Unusable) as caught:
        read(NAMES | {"lines": ["2025550142", "2025550143"]}, phone="lines")

    assert caught.value.errors[0].field == "phone"
