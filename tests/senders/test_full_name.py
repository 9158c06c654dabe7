"""Full names as people write them, with titles and what stands behind a comma."""

import json

import pytest

from senders import ParseSettings, Unusable, parse


def read(**fields):
    body = json.dumps({"phone": "2025550142"} | fields).encode()
    lead = parse(body, "application/json", ParseSettings())
    return lead.first_name, lead.last_name


@pytest.mark.parametrize(
    ("full", "names"),
    [
        ("Jane Doe, Jr.", ("Jane", "Doe Jr.")),
        ("Jane Doe, PhD", ("Jane", "Doe PhD")),
        ("Jane Doe, M.D., Ph.D.", ("Jane", "Doe M.D. Ph.D.")),
        ("Jane Doe, III", ("Jane", "Doe III")),
        ("Jane Doe, Esq.", ("Jane", "Doe Esq.")),
        ("Jane Doe, Acme Inc", ("Jane", "Doe Acme Inc")),
        ("Jane Doe Jr.", ("Jane", "Doe Jr.")),
        ("Doe, Jane, Jr.", ("Jane", "Doe Jr.")),
        ("van der Berg, Jane", ("Jane", "van der Berg")),
        ("Rahman, Md", ("Md", "Rahman")),
        ("Doe,, Jane", ("Jane", "Doe")),
    ],
)
def test_what_stands_behind_a_name_is_no_first_name(full, names):
    assert read(name=full) == names


@pytest.mark.parametrize(
    ("full", "names"),
    [
        ("Dr. Jane Doe", ("Jane", "Doe")),
        ("Mr. John Smith", ("John", "Smith")),
        ("Mrs Jane Doe", ("Jane", "Doe")),
        ("Prof. Dr. Jane Doe", ("Jane", "Doe")),
        ("Herr Jörg Weiß", ("Jörg", "Weiß")),
        ("Sra. Ana Pérez Ruiz", ("Ana", "Pérez Ruiz")),
        ("Doe, Dr. Jane", ("Jane", "Doe")),
        ("Dr. Doe", ("Dr.", "Doe")),
        ("Mr. and Mrs. Smith", ("Mr.", "and Mrs. Smith")),
    ],
)
def test_title_is_no_first_name_where_two_words_remain(full, names):
    assert read(name=full) == names


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"first_name": "Ann", "name": "Anna Smith"}, ("Ann", "Smith")),
        ({"first_name": "jane", "name": "Jane Doe"}, ("jane", "Doe")),
        ({"last_name": "doe", "name": "Jane Doe"}, ("Jane", "doe")),
        ({"first_name": "Jane", "full_name": "Doe, Jane"}, ("Jane", "Doe")),
        ({"last_name": "Doe", "full_name": "Doe, Jane"}, ("Jane", "Doe")),
        ({"first_name": "Jane", "full_name": "Dr. Jane Doe, Jr."}, ("Jane", "Doe Jr.")),
        ({"first_name": "Bob", "full_name": "Robert Smith"}, ("Bob", "Smith")),
        ({"first_name": "Mary Jane", "name": "Mary Jane Doe"}, ("Mary Jane", "Doe")),
        ({"Vorname": "Jörg", "Name": "von Braun"}, ("Jörg", "von Braun")),
        ({"nombre": "Juan Carlos", "apellidos": "Pérez"}, ("Juan Carlos", "Pérez")),
        ({"preferred_name": "Janie", "full_name": "Jane Doe"}, ("Jane", "Doe")),
        ({"display_name": "jdoe77", "name": "Jane Doe"}, ("Jane", "Doe")),
        ({"is_first": True, "name": "Jane Doe"}, ("Jane", "Doe")),
    ],
)
def test_full_name_gives_whole_words_to_the_name_that_is_missing(fields, names):
    assert read(**fields) == names


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"Name, Vorname": "Doe, Jane"}, ("Jane", "Doe")),
        ({"Name, Vorname": "Doe Jane"}, ("Jane", "Doe")),
        ({"\u6c0f\u540d": "\u5c71\u7530 \u592a\u90ce"}, ("\u592a\u90ce", "\u5c71\u7530")),
        ({"\u6c0f\u540d": "Jane Doe"}, ("Jane", "Doe")),
    ],
)
def test_order_of_a_name_is_the_one_of_its_label(fields, names):
    assert read(**fields) == names


def test_name_of_the_person_counts_before_the_one_on_the_bill():
    fields = {"billing_first_name": "Sam", "billing_last_name": "Payer"}

    assert read(**fields, first_name="Jane", last_name="Doe") == ("Jane", "Doe")
    assert read(**fields) == ("Sam", "Payer")


def test_name_of_commas_alone_is_missing():
    with pytest.raises(Unusable):
        read(name=",")
