"""What shaking the readers has found (`make fuzz`), one by one, so that it stays mended."""

import json

import pytest

from senders import ParseSettings, Unusable, UnusableField, parse
from senders.phone import normalize

EVERYWHERE = frozenset({"DE", "ES", "MX", "MM"})


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("01192957533386", "MX"),
        ("0\u202e1161869472077", "ES"),
        ("%00007121293308", "ES"),
        ("0007817552", "DE"),
        ("+34 1234567", "ES"),
        ("+34 600 000 00", "ES"),
        ("+52 000 000 0000", "MX"),
        ("+950 2000000", "MM"),
    ],
)
def test_row_63_number_that_cannot_be_is_none_in_a_country_with_a_code_of_its_own(raw, region):
    with pytest.raises(UnusableField):
        normalize(raw, region, EVERYWHERE)


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("0151 23456789", "DE", "+4915123456789"),
        ("612 34 56 78", "ES", "+34612345678"),
        ("55 1234 5678", "MX", "+525512345678"),
    ],
)
def test_ordinary_number_of_such_a_country_is_taken(raw, region, e164):
    assert normalize(raw, region, EVERYWHERE) == e164


@pytest.mark.parametrize("full_name", [True, ["x", "y"], {"lead": {"tel": "1"}}, "a" * 300])
@pytest.mark.parametrize(
    ("given", "missing"), [("first_name", "last_name"), ("last_name", "first_name")]
)
def test_rule_9_full_name_that_cannot_be_one_stands_for_no_missing_name(
    full_name, given, missing
):
    body = json.dumps({given: "Jane", "full_name": full_name, "phone": "2025550142"})

    with pytest.raises(Unusable) as caught:
        parse(body.encode(), None, ParseSettings())

    assert [(each.field, each.code) for each in caught.value.errors] == [(missing, "missing")]


def test_full_name_that_cannot_be_one_does_no_harm_beside_both_names():
    body = b'{"first_name":"Jane","last_name":"Doe","full_name":true,"phone":"2025550142"}'

    lead = parse(body, None, ParseSettings())

    assert (lead.first_name, lead.last_name) == ("Jane", "Doe")


@pytest.mark.parametrize("name", ["\u200b", "\u200b \u200d", "\ue000", "\U000e0062\U000e007f"])
def test_rule_9_name_of_which_nothing_can_be_seen_is_missing(name):
    body = json.dumps({"first_name": name, "last_name": "Doe", "phone": "2025550142"})

    with pytest.raises(Unusable) as caught:
        parse(body.encode(), None, ParseSettings())

    assert [(each.field, each.code) for each in caught.value.errors] == [
        ("first_name", "missing")
    ]


@pytest.mark.parametrize(
    "name", ["\u0646\u06cc\u200c\u0645\u0627", "\U0001f469\u200d\U0001f680"]
)
def test_unseen_joiner_within_a_name_stays(name):
    body = json.dumps({"first_name": name, "last_name": "Doe", "phone": "2025550142"})

    assert parse(body.encode(), None, ParseSettings()).first_name == name
