"""The country of a number, where it stands beside the number or was lost on the way."""

import json

import phonenumbers
import pytest

from senders import ParseSettings, Unusable, parse
from senders.errors import UnusableField
from senders.phone import normalize

ABROAD = ParseSettings(allowed_countries=frozenset({"US", "MX", "GB", "IS"}))
MEXICAN = "+525512345678"


def read(fields, settings=ABROAD):
    body = json.dumps({"first_name": "Jane", "last_name": "Doe"} | fields)
    return parse(body.encode(), "application/json", settings).phone


def read_form(raw, settings=ABROAD):
    body = f"first_name=Jane&last_name=Doe&phone={raw}"
    return parse(body.encode(), "application/x-www-form-urlencoded", settings).phone


def jotform(**parts):
    questions = {"q3_name": {"first": "Jane", "last": "Doe"}, "q4_phoneNumber": parts}
    return {"formID": "1", "submissionID": "2", "rawRequest": json.dumps(questions)}


@pytest.mark.parametrize("country", ["52", "+52", "MX", "mx", "Mexico (+52)"])
def test_country_of_a_jotform_number_counts(country):
    parts = jotform(country=country, area="55", phone="12345678")

    assert read(parts) == MEXICAN
    with pytest.raises(Unusable) as refused:
        read(parts, ParseSettings())
    assert [each.code for each in refused.value.errors] == ["country"]


@pytest.mark.parametrize("country", ["", None, "1", "+1", "US"])
def test_jotform_number_of_the_own_country_is_taken(country):
    parts = jotform(country=country, area="202", phone="5550142")

    assert read(parts) == "+12025550142"


def test_jotform_number_of_a_country_nobody_understands_is_refused():
    with pytest.raises(Unusable):
        read(jotform(country="Mexico", area="55", phone="12345678"))


@pytest.mark.parametrize(
    "fields",
    [
        {"phone_country_code": "+52", "phone": "5512345678"},
        {"phone_country_code": "MX", "phone": "5512345678"},
        {"country_code": 52, "phone": "55 1234 5678"},
        {"country_code": "+52", "phone": MEXICAN},
        {"country_code": "+52", "phone": "525512345678"},
        {"phone": {"countryCode": "MX", "number": "5512345678"}},
        {"dial_code": "0052", "phone": "5512345678"},
        {
            "country_code": "52",
            "phone": "\u0665\u0665\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        },
    ],
)
def test_calling_code_beside_a_number_counts(fields):
    assert read(fields) == MEXICAN


@pytest.mark.parametrize(
    "beside",
    [
        *({"country_code": code} for code in ("", "US", "1", "+1", "840", "MX", None)),
        {"phone_code": "482913"},
    ],
)
def test_what_is_no_calling_code_does_not_spoil_a_number(beside):
    assert read(beside | {"phone": "2025550142"}) == "+12025550142"


@pytest.mark.parametrize(
    "fields",
    [
        {"phone": {"area": "202", "phone": "5550142"}},
        {"area_code": "202", "phone": "555-0142"},
        {"area_code": "303", "phone": "2025550142"},
    ],
)
def test_area_code_beside_a_number_completes_it(fields):
    assert read(fields) == "+12025550142"


@pytest.mark.parametrize("region", ["DE", "ID", "XK", "MX", "GB", "FR", "AU"])
def test_mobile_number_that_lost_its_plus_is_read_with_the_own_code(region):
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)

    assert normalize(e164[1:], region, frozenset({region})) == e164
    assert normalize(int(e164[1:]), region, frozenset({region})) == e164


def test_german_number_with_its_code_and_no_plus_is_a_mobile():
    assert normalize("4915123456789", "DE", frozenset({"DE"})) == "+4915123456789"


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("+447400123456", "+447400123456"),
        ("+44+7400+123456", "+447400123456"),
        ("+12025550142", "+12025550142"),
        ("+2025550142", "+12025550142"),
        ("+202+555+0142", "+12025550142"),
        ("%202025550142", "+12025550142"),
        ("+3546111234", "+3546111234"),
    ],
)
def test_plus_that_a_form_sent_as_it_is_stays_a_plus(raw, e164):
    assert read_form(raw) == e164


def test_number_abroad_whose_plus_became_a_space_is_of_its_own_country():
    with pytest.raises(Unusable) as refused:
        read_form("+3546111234", ParseSettings(allowed_countries=frozenset({"US", "CA"})))

    assert [each.code for each in refused.value.errors] == ["country"]


def test_number_without_a_plus_stays_one_of_the_own_country():
    with pytest.raises(UnusableField):
        normalize("5215512345678", "US", frozenset({"MX"}))
