"""Names and numbers, however a sender divides them."""

import json

import pytest

from senders import ParseSettings, Unusable, parse


def read(**fields):
    body = json.dumps({"phone": "2025550142"} | fields).encode()
    return parse(body, "application/json", ParseSettings())


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"name": "Jane Doe"}, ("Jane", "Doe")),
        ({"name": "Jane van der Berg"}, ("Jane", "van der Berg")),
        ({"name": "Doe, Jane"}, ("Jane", "Doe")),
        ({"name": {"first": "Jane", "last": "Doe"}}, ("Jane", "Doe")),
        ({"first_name": "Jane", "name": "Jane Doe"}, ("Jane", "Doe")),
        ({"last_name": "Doe", "name": "Jane Doe"}, ("Jane", "Doe")),
        ({"prénom": "Zoé", "nom": "Martin"}, ("Zoé", "Martin")),
        ({"nombre": "Juan", "apellidos": "Pérez Ruiz"}, ("Juan", "Pérez Ruiz")),
        ({"Vorname": "Jörg", "Name": "Weiß"}, ("Jörg", "Weiß")),
        ({"first_name": "Jane", "last_name": "Doe", "name": "Form 7"}, ("Jane", "Doe")),
    ],
)
def test_names_are_found_however_they_are_divided(fields, names):
    lead = read(**fields)

    assert (lead.first_name, lead.last_name) == names


def test_split_of_a_full_name_is_noted():
    assert read(name="Jane Doe").notes == ("The full name was split into first and last name.",)


def test_one_word_is_enough_where_the_sender_has_one_field_for_the_name():
    lead = read(name="Jane")

    assert (lead.first_name, lead.last_name) == ("Jane", "")
    assert lead.notes == ("The full name has one word: there is no last name.",)


@pytest.mark.parametrize(
    "fields",
    [
        {"first_name": "Jane"},
        {"first_name": "Jane", "last_name": ""},
        {"name": "Jane", "last_name": ""},
        {"first_name": "Jane", "name": "Jane"},
    ],
)
def test_last_name_is_missing_where_the_sender_has_a_field_for_it(fields):
    with pytest.raises(Unusable) as caught:
        read(**fields)

    assert [(e.field, e.code) for e in caught.value.errors] == [("last_name", "missing")]


@pytest.mark.parametrize(
    "fields",
    [
        {"owner": {"name": "Sam Agent", "phone": "2025550199"}},
        {"user": {"first_name": "Sam", "last_name": "Agent"}},
        {"form": {"name": "Request an offer"}},
        {"company_name": "Acme Homes", "form_name": "Sell", "ad_name": "Spring"},
    ],
)
def test_names_of_others_are_never_taken_for_the_person(fields):
    with pytest.raises(Unusable):
        read(**fields)


def test_mobile_number_counts_before_the_others_and_it_is_noted():
    lead = read(name="Jane Doe", cell="2025550143", work_phone="2025550144")

    assert lead.phone == "+12025550143"
    assert lead.notes[1] == (
        "Two different phone numbers came in: used “cell”, by the order mobile, phone, other."
    )


def test_usable_number_counts_before_one_that_is_not():
    lead = read(name="Jane Doe", mobile="911")

    assert lead.phone == "+12025550142"
    assert "Another phone number was not usable: used “phone”." in lead.notes


def test_same_number_twice_needs_no_note():
    lead = read(first_name="Jane", last_name="Doe", mobile="+1 202 555 0142")

    assert (lead.phone, lead.notes) == ("+12025550142", ())
