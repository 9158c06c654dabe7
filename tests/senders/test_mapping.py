"""Mapping by example: keys, paths, positions."""

import json

import pytest

from senders import ParseSettings, parse

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
