"""What is a lead's id, what is none, and what is only a sender's test. Rows 84 and 87."""

import json
from urllib.parse import urlencode

import pytest

from senders import ParseSettings, Unusable
from senders import parse as parse_with

JSON = "application/json"
LEAD = {"first_name": "Jane", "last_name": "Doe", "phone": "+12125550123"}


def parse(body, content_type=JSON, **settings):
    return parse_with(body, content_type, ParseSettings(**settings))


def as_json(**changes):
    return json.dumps(LEAD | changes).encode()


def errors_of(body, content_type=JSON, **settings):
    with pytest.raises(Unusable) as caught:
        parse(body, content_type, **settings)
    return {(error.field, error.code) for error in caught.value.errors}


LEAD_IDS = {
    "84-1-KiB": ("a" * 1_024, "too-long"),
    "84-object": ({"a": 1}, "invalid"),
    "84-bool": (True, "invalid"),
}


@pytest.mark.parametrize(("lead_id", "code"), LEAD_IDS.values(), ids=LEAD_IDS)
def test_what_cannot_be_a_lead_id_is_refused(lead_id, code):
    assert errors_of(as_json(Lead_ID=lead_id)) == {("lead_id", code)}


@pytest.mark.parametrize(
    "name", ["lead_id", "leadgen_id", "Event ID", "submissionId", "entry-id", "RESPONSE_ID"]
)
def test_lead_id_is_known_in_any_spelling(name):
    assert parse(as_json(**{name: "a7"})).sender_lead_id == "a7"


@pytest.mark.parametrize("name", ["id", "form_id", "page_uuid", "contact_id", "vid"])
def test_constant_looking_id_is_never_a_lead_id_87(name):
    assert parse(as_json(**{name: "a7"})).sender_lead_id is None


@pytest.mark.parametrize(
    ("changes", "lead_id"),
    [
        ({"id": 317}, "/4/317"),
        ({"id": "317", "source_url": "https://example.com/"}, "example.com/4/317"),
        ({"id": "317", "source_url": "http://[broken"}, "/4/317"),
        ({"id": ""}, None),
        ({}, None),
    ],
)
def test_gravity_entry_is_known_by_site_form_and_number(changes, lead_id):
    body = as_json(
        **{"form_id": "4", "date_created": "", "1.3": "Jane", "1.6": "Doe"}, **changes
    )

    assert parse(body).sender_lead_id == lead_id


def test_name_written_in_two_ways_counts_as_the_first_of_them():
    assert parse(as_json(forename="Ann")).first_name == "Jane"


def test_answer_that_points_nowhere_is_passed_over():
    body = {"form_response": {"answers": ["x", {"field": 1}], "definition": {"fields": ["x"]}}}

    assert ("phone", "missing") in errors_of(json.dumps(body).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": "<test lead: dummy data for phone_number>"},
        {"email": "test@meta.com", "phone": ""},
        {"email": "Test@fb.com"},
        {"how many rooms?": "<test lead: dummy data for how_many_rooms?>"},
        {"phone": "test lead: dummy data for phone_number"},
        {"phone": "&lt;test lead: dummy data for phone_number&gt;"},
    ],
)
def test_test_lead_of_meta_is_kept_as_a_test(changes):
    assert parse(as_json(**changes)).is_test


@pytest.mark.parametrize("changes", [{"phone": "2025550142"}, {"first_name": "Test"}])
def test_nothing_else_makes_a_lead_a_test(changes):
    assert not parse(as_json(**changes)).is_test


EXAMPLES_OF_ZAPIER = [
    (b"first_name=Bryan&last_name=Helmig&age=27", "application/x-www-form-urlencoded"),
    (b'{"first_name": "Bryan", "last_name": "Helmig", "age": 27}', "application/json"),
    (
        b"<r><first_name>Bryan</first_name><last_name>Helmig</last_name><age>27</age></r>",
        "application/xml",
    ),
]


@pytest.mark.parametrize(("body", "kind"), EXAMPLES_OF_ZAPIER)
def test_example_of_zapiers_help_page_is_a_test(body, kind):
    lead = parse(body, kind)

    assert (lead.is_test, lead.phone) == (True, None)


def test_person_called_like_zapiers_example_is_an_ordinary_lead():
    assert not parse(as_json(first_name="Bryan", last_name="Helmig", age=27)).is_test


@pytest.mark.parametrize(("mark", "is_test"), [({"preview": "true"}, True), ({}, False)])
def test_submission_through_the_preview_of_a_jotform_is_a_test(mark, is_test):
    raw = {"q3_name": {"first": "Ana", "last": "Ruiz"}, "q4_phone": "2025550142"} | mark
    form = {"formID": "1", "submissionID": "2", "rawRequest": json.dumps(raw)}

    lead = parse(urlencode(form).encode(), "application/x-www-form-urlencoded")

    assert (lead.is_test, lead.phone) == (is_test, "+12025550142")
