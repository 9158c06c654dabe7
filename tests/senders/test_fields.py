"""The fields of a body, as somebody who maps by example sees them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senders import Unreadable, bodies
from senders.fields import LONGEST_SAMPLE, MOST_FIELDS, Field, fields_of
from senders.mapping import look_up

KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
PLAIN = st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=5)
TREES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


def test_nested_keys_and_positions_become_paths():
    body = {"data": {"answers": [{"text": "Jane"}, {"text": "Doe"}]}, "Your cell": 2025550142}

    assert fields_of(json.dumps(body).encode(), "application/json") == [
        Field("data.answers.0.text", "Jane"),
        Field("data.answers.1.text", "Doe"),
        Field("Your cell", "2025550142"),
    ]


def test_form_shows_its_bracket_keys_as_paths():
    body = b"fields[tel][value]=2025550142&fields[tel][type]=tel&a=&a=b"

    assert fields_of(body, "application/x-www-form-urlencoded") == [
        Field("fields.tel.value", "2025550142"),
        Field("fields.tel.type", "tel"),
        Field("a", "b"),
    ]


def test_json_text_inside_a_field_shows_what_is_in_it():
    raw = json.dumps({"q3_name": {"first": "Jane"}, "q4": ["x", {"v": 1}], "broken": "{"})

    found = fields_of(json.dumps({"rawRequest": raw, "plain": "{}"}).encode(), None)

    assert found == [
        Field("rawRequest.q3_name.first", "Jane"),
        Field("rawRequest.q4.0", "x"),
        Field("rawRequest.q4.1.v", "1"),
        Field("rawRequest.broken", "{"),
        Field("plain", "{}"),
    ]


def test_list_of_one_is_left_out_of_the_path():
    assert fields_of(b'[{"x": true}]', None) == [Field("x", "true")]


@given(TREES)
def test_every_path_leads_a_mapping_to_its_sample(tree):
    body = json.dumps({"lead": tree}).encode()

    found = fields_of(body, "application/json")

    read = bodies.read(body, "application/json").tree
    for path, sample in found:
        value = look_up(read, path)
        assert not isinstance(value, dict | list)
        assert sample == ("" if value is None else sample)
        assert str(value).lower().startswith(sample.lower()) or value is None or "\0" in value


def test_long_and_many_values_are_cut():
    body = {f"key {number}": "x" * 1000 for number in range(MOST_FIELDS - 150)}
    many = {str(number): number for number in range(MOST_FIELDS + 100)}

    long_ones = fields_of(json.dumps(body).encode(), None)
    many_ones = fields_of(json.dumps(many).encode(), None)

    assert {len(field.sample) for field in long_ones} == {LONGEST_SAMPLE}
    assert len(many_ones) == MOST_FIELDS


def test_unreadable_body_has_none():
    with pytest.raises(Unreadable):
        fields_of(b"{", "application/json")
