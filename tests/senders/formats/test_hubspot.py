"""A contact is known by its marks or, where somebody chose the properties, by their values."""

import json

import pytest

from senders import ParseSettings, Unusable, parse

JANE = {"firstname": "Jane", "lastname": "Doe", "phone": "(202) 555-0142"}
VALUED = {name: {"value": value} for name, value in JANE.items()}


def read(tree):
    return parse(json.dumps(tree).encode(), "application/json", ParseSettings())


def test_customized_set_of_properties_is_a_contact():
    lead = read({"properties": VALUED})

    assert (lead.sender, lead.first_name, lead.last_name) == ("hubspot", "Jane", "Doe")
    assert lead.phone == "+12025550142"


@pytest.mark.parametrize("properties", [JANE, {}, VALUED | {"rooms": 3}])
def test_properties_of_anything_else_are_not_a_contact(properties):
    with pytest.raises(Unusable):
        read({"properties": properties})


def test_value_in_a_group_of_its_own_is_the_value_of_the_field():
    lead = read(
        {"first_name": {"value": "Jane"}, "last_name": {"value": "Doe"}}
        | {"phone": {"value": "(202) 555-0142", "versions": []}}
    )

    assert (lead.first_name, lead.last_name, lead.phone) == ("Jane", "Doe", "+12025550142")
