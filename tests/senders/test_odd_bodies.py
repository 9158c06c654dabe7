"""What people send who set their form tool up by themselves is read as they meant it."""

import pytest

from senders import ParseSettings, Unusable, parse
from tests.senders.odd_bodies import BODIES
from tests.senders.odd_shapes import JSON, PHONE, as_json


@pytest.mark.parametrize("name", BODIES)
def test_odd_body_becomes_the_lead_that_was_meant(name):
    body, content_type, first, last = BODIES[name]

    lead = parse(body, content_type, ParseSettings())

    assert (lead.first_name, lead.last_name, lead.phone) == (first, last, PHONE)


PERSON = {"first_name": "Ana", "last_name": "Ruiz", "phone": PHONE}


@pytest.mark.parametrize(
    "tree",
    [
        {"data": {"data": [PERSON, PERSON]}},
        {"payload": {"data": [{"field_data": []}, {"field_data": []}]}},
    ],
)
def test_several_leads_in_two_wrappers_are_several(tree):
    with pytest.raises(Unusable) as caught:
        parse(as_json(tree), JSON, ParseSettings())

    assert caught.value.code == "several-leads"


def test_person_with_a_value_is_no_field_that_describes_itself():
    body = as_json({"data": [{"name": "Ana Ruiz", "phone": PHONE, "value": 1200}]})

    assert parse(body, JSON, ParseSettings()).last_name == "Ruiz"


def test_what_is_wrapped_too_deeply_is_not_searched_for():
    tree = {"data": {"data": {"data": {"data": PERSON}}}}

    with pytest.raises(Unusable) as caught:
        parse(as_json(tree), JSON, ParseSettings())

    assert {error.code for error in caught.value.errors} == {"missing"}


@pytest.mark.parametrize(
    "tree",
    [
        {"names": {"first_name": "Ana", "last_name": "Ruiz"}, "phone": PHONE},
        {
            "id": "51",
            "properties": {"firstname": "Ana", "lastname": "Ruiz", "phone": PHONE},
            "createdAt": "2026-02-01T10:00:00Z",
        },
    ],
    ids=["fluent-forms", "hubspot-contact-of-today"],
)
def test_shape_that_others_send_is_read(tree):
    lead = parse(as_json(tree), JSON, ParseSettings())

    assert (lead.first_name, lead.last_name, lead.phone) == ("Ana", "Ruiz", PHONE)


def test_attributes_of_an_element_with_a_text_are_not_its_value():
    body = b'<lead><name>Ana Ruiz</name><phone type="mobile">2025550142</phone></lead>'

    assert parse(body, None, ParseSettings()).phone == PHONE
