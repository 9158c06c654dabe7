"""One E.164 form for whatever a person types."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from senders import UnusableField
from senders.phone import normalize

US = frozenset({"US"})


def by_the_library(text, region):
    """What phonenumbers alone makes of a number of digits and ordinary punctuation."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    usable = phonenumbers.region_code_for_number(number) == "US"
    premium = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    if not usable or premium or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def by_us(text, region):
    try:
        return normalize(text, region, US)
    except UnusableField:
        return None


TYPED = st.builds(
    "{}{}{}{}{}{}{}".format,
    st.sampled_from(["", "+1", "1", "+", "1 ", "+1 ", "+1-", "01"]),
    st.sampled_from(["", "(", " ", "-"]),
    st.integers(min_value=0, max_value=999).map("{:03}".format),
    st.sampled_from(["", ") ", "-", ".", " "]),
    st.integers(min_value=0, max_value=999).map("{:03}".format),
    st.sampled_from(["", "-", ".", " "]),
    st.integers(min_value=0, max_value=9_999).map("{:04}".format),
)


@given(text=TYPED, region=st.sampled_from(["US", "GB", "CA", "DE"]))
@settings(max_examples=2_000, deadline=None)
def test_quick_way_for_american_numbers_agrees_with_the_library(text, region):
    assert by_us(text, region) == by_the_library(text, region)


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("07400 123456", "GB", "+447400123456"),
        ("011 44 7400 123456", "US", "+447400123456"),
        ("+44 (0)7400 123456", "US", "+447400123456"),
        ("02 1234 5678", "IT", "+390212345678"),
    ],
)
def test_number_of_another_region_is_read_in_it(typed, region, e164):
    assert normalize(typed, region, frozenset({"GB", "IT"})) == e164


@pytest.mark.parametrize("ending", ["0001", "0002", "0009", "0142"])
def test_numbers_set_apart_for_trying_out_are_ordinary_numbers(ending):
    assert normalize(f"(202) 555-{ending}", "US", US) == f"+1202555{ending}"


def test_row_65_number_abroad_is_of_the_wrong_country_even_where_nobody_has_it():
    with pytest.raises(UnusableField) as refused:
        normalize("+44 7700 900123", "US", frozenset({"US"}))

    assert refused.value.error.code == "country"


@pytest.mark.parametrize(
    "typed",
    [
        "\u202a+1\xa0(202)\xa0555\u20110142\u202c",
        "202\u2009555\u20090142",
        "\u200e2025550142\ufeff",
    ],
)
def test_marks_that_nobody_sees_do_not_spoil_a_number(typed):
    assert normalize(typed, "US", frozenset({"US"})) == "+12025550142"
