"""Whose name and number count where a lead lies inside something else."""

import json
from urllib.parse import urlencode

import pytest

from senders import ParseSettings, Unusable, parse

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PHONE = "+12125550123"
PARTS = {"first_name": "Jane", "last_name": "Doe", "phone": "2125550123"}
JANE = {"name": "Jane Doe", "phone": "2125550123"}
SAM = {"name": "Sam Agent", "phone": "2125550199"}
NESTED = {"name": {"first": "Jane", "last": "Doe"}, "phone": {"number": "2125550123"}}


def read(tree):
    return parse(json.dumps(tree).encode(), JSON, ParseSettings())


def read_form(**fields):
    return parse(urlencode(fields).encode(), FORM, ParseSettings())


def assert_jane(lead):
    assert (lead.first_name, lead.last_name, lead.phone) == ("Jane", "Doe", PHONE)


TITLES = {
    "contact": {"name": "Contact form", "contact": JANE},
    "lead": {"name": "Contact form", "lead": {"full_name": "Jane Doe", "phone": "2125550123"}},
    "customer": {"name": "Contact form", "customer": JANE},
    "parts-of-parts": {"name": "Contact form", "customer": NESTED},
    "data": {"name": "My form", "data": PARTS},
    "payload": {"name": "My form", "payload": PARTS},
    "email-outside": {"email": "jane@example.com", "data": PARTS},
    "nothing-but-empty-fields": {"name": "", "phone": None, "data": PARTS},
    "list-of-one": {"name": "batch", "leads": [JANE]},
    "json-text": {"name": "My form", "data": json.dumps(PARTS)},
    "full-name-beside-a-name": {
        "name": "Offer form",
        "full_name": "Jane Doe",
        "phone": "2125550123",
    },
    "full-name-in-spanish": {
        "nombre": "Formulario",
        "nombre completo": "Jane Doe",
        "phone": "2125550123",
    },
}


@pytest.mark.parametrize("tree", TITLES.values(), ids=TITLES)
def test_title_of_a_form_is_never_the_name_of_the_person(tree):
    assert_jane(read(tree))


def test_title_of_a_form_with_bracket_keys_is_never_the_name_of_the_person():
    fields = {"contact[name]": "Jane Doe", "contact[phone]": "2125550123"}

    assert_jane(read_form(name="Request an offer", **fields))


@pytest.mark.parametrize("key", ["lead", "customer", "Lead"])
def test_number_of_a_business_is_not_taken_for_the_leads_and_it_is_noted(key):
    lead = read({"phone": "2125550199", "name": "Acme Realty", key: PARTS})

    assert_jane(lead)
    used = f"Another phone number stood outside of the lead: used “{key.lower()}”."
    assert lead.notes == (used,)


def test_names_without_a_number_are_not_taken_for_those_of_a_whole_person_inside():
    assert_jane(read({"first_name": "Sam", "last_name": "Agent", "lead": PARTS}))


def test_names_outside_divide_the_full_name_inside():
    person = {"name": "Mary Ann Doe", "phone": "2125550123"}

    lead = read({"first_name": "Mary Ann", "last_name": "Doe", "contact": person})

    assert (lead.first_name, lead.last_name, lead.phone) == ("Mary Ann", "Doe", PHONE)


def test_address_outside_stays_where_nobody_else_is_told_of():
    assert read({"email": "jane@example.com", "data": PARTS}).email == "jane@example.com"


def test_address_of_a_business_is_not_the_leads():
    assert read({"name": "Acme", "email": "sam@example.com", "lead": PARTS}).email is None


WHOLE_OUTSIDE = {
    "contact-of-somebody-else": JANE | {"contact": SAM},
    "data-of-somebody-else": JANE | {"data": SAM},
    "person-of-somebody-else": PARTS | {"person": SAM},
    "parts-beside-a-lead": PARTS | {"lead": SAM},
    "full-name-beside-a-lead": {"full_name": "Jane Doe", "phone": PHONE, "lead": SAM},
    "parts-beside-contacts": PARTS | {"contacts": [SAM, SAM]},
    "two-groups": JANE | {"lead": SAM, "customer": SAM},
    "cart": PARTS | {"items": [{"name": "Shoe", "price": 1}, {"name": "Hat", "price": 2}]},
    "user": PARTS | {"user": SAM},
    "owner": JANE | {"owner": SAM},
}


@pytest.mark.parametrize("tree", WHOLE_OUTSIDE.values(), ids=WHOLE_OUTSIDE)
def test_whole_person_outside_stays_the_lead_where_the_group_may_be_another(tree):
    assert_jane(read(tree))


WRAPPED = {
    "leads": {"leads": [JANE]},
    "entries": {"form": "7", "entries": [PARTS]},
    "customer-list": {"customer": [PARTS]},
    "capital": {"Data": PARTS},
    "capitals": {"DATA": {"LEADS": [PARTS]}},
    "form-data": {"form_data": PARTS},
    "answers": {"answers": PARTS},
    "values": {"values": PARTS},
    "raw-request": {"rawRequest": json.dumps(PARTS)},
}


@pytest.mark.parametrize("tree", WRAPPED.values(), ids=WRAPPED)
def test_lead_is_found_in_what_wraps_nothing_else(tree):
    assert_jane(read(tree))


@pytest.mark.parametrize(
    "fields",
    [
        {"form_fields[name]": "Jane Doe", "form_fields[phone]": "2125550123"},
        {"leads[0][name]": "Jane Doe", "leads[0][phone]": "2125550123"},
        {"json": json.dumps(PARTS)},
    ],
)
def test_lead_is_found_in_what_wraps_it_in_a_form(fields):
    assert_jane(read_form(**fields))


def test_only_item_of_an_xml_list_is_the_lead():
    body = b"<root><item><name>Jane Doe</name><phone>2125550123</phone></item></root>"

    assert_jane(parse(body, "text/xml", ParseSettings()))


BATCHES = {
    **{
        name: {name: [PARTS, PARTS]}
        for name in (
            *("leads", "contacts", "entries", "records", "items", "results", "submissions"),
            *("customer", "customers", "LEADS"),
        )
    },
    "in-data": {"data": {"leads": [PARTS, PARTS]}},
    "titled": {"name": "batch", "data": [JANE, JANE]},
    "of-a-business": SAM | {"leads": [JANE, JANE]},
}


@pytest.mark.parametrize("tree", BATCHES.values(), ids=BATCHES)
def test_batch_of_several_is_several_leads(tree):
    with pytest.raises(Unusable) as caught:
        read(tree)

    assert caught.value.code == "several-leads"


NOBODY = {
    "user": {"user": PARTS},
    "owners": {"owners": [PARTS]},
    "form": {"form": PARTS},
    "item-of-something": {"item": SAM, "shop": "Acme"},
    "list-of-goods": {"items": [{"name": "Shoe"}, {"name": "Hat"}]},
    "group-of-a-list": {"leads": {"name": "Jane Doe", "phone": "2125550123"}},
}


@pytest.mark.parametrize("tree", NOBODY.values(), ids=NOBODY)
def test_what_may_hold_somebody_of_the_business_is_not_looked_into(tree):
    with pytest.raises(Unusable) as caught:
        read(tree)

    assert caught.value.code == "missing"
