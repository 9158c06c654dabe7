"""Where a person may be, by state, ZIP code, the form's time zone or the number."""

import re
import subprocess
import sys

import phonenumbers
import pytest

from senders.hours import rows
from senders.places import MAINLAND, Evidence, places

NEW_YORK_NUMBER = "+12125550142"


def found(phone=NEW_YORK_NUMBER, **known):
    return [
        (place.state, place.zones, place.because) for place in places(Evidence(phone, **known))
    ]


EASTERN, CENTRAL = "America/New_York", "America/Chicago"


@pytest.mark.parametrize("state", ["GA", "ga", " Georgia ", "G.A.", "US-GA", "GEORGIA"])
def test_state_is_read_as_people_write_it(state):
    evidence = Evidence.of(NEW_YORK_NUMBER, {"state": state})

    assert [place.state for place in places(evidence)] == ["GA"]


@pytest.mark.parametrize(
    ("zip_code", "state"),
    [
        ("33101", "FL"),
        ("33101-1234", "FL"),
        ("331011234", "FL"),
        ("2134", "MA"),  # a spreadsheet took the zero away
        ("06390", "NY"),  # an island served from Connecticut
        ("06391", "CT"),
        ("96799", "AS"),
        ("96701", "HI"),
    ],
)
def test_zip_code_tells_the_state_by_its_longest_known_beginning(zip_code, state):
    assert [place.state for place in places(Evidence(NEW_YORK_NUMBER, zip=zip_code))] == [state]


@pytest.mark.parametrize("zip_code", ["00001", "K1A 0B1", "123", "none", "1" * 50])
def test_zip_code_that_is_none_counts_for_nothing(zip_code):
    assert found(zip=zip_code) == [("NY", (EASTERN,), "by area code 212")]


def test_zip_code_is_finer_than_its_state():
    assert found(state="Florida", zip="33101") == [("FL", (EASTERN,), "by ZIP 33101")]
    assert found(state="Florida") == [("FL", (CENTRAL, EASTERN), "by state FL")]


def test_state_and_zip_code_that_disagree_both_count():
    assert [state for state, *_ in found(state="TX", zip="33101")] == ["TX", "FL"]


def test_address_is_better_than_the_form_and_the_number():
    assert [state for state, *_ in found(state="TX", time_zone="America/Denver")] == ["TX"]


def test_form_tells_the_clock_and_the_number_the_law():
    assert found(time_zone="America/Denver") == [
        (
            "NY",
            ("America/Denver",),
            "by area code 212 and the form's time zone America/Denver",
        )
    ]


def test_form_of_a_number_elsewhere_tells_all():
    assert found("+61491570156", time_zone="Australia/Perth") == [
        ("", ("Australia/Perth",), "by the form's time zone")
    ]


@pytest.mark.parametrize("zone", ["EST", "UTC", "Etc/UTC", "../../etc/passwd", "Mars/Olympus"])
def test_time_zone_that_is_no_place_counts_for_nothing(zone):
    assert found(time_zone=zone) == [("NY", (EASTERN,), "by area code 212")]


def test_address_elsewhere_is_not_read_as_an_american_one():
    assert found("+33639980142", state="CA", zip="75001") == [
        ("", ("Europe/Paris",), "by country code 33")
    ]


def test_number_of_a_neighbor_is_placed_by_its_area_code():
    assert found("+14165550142") == [("", ("America/Toronto",), "by area code 416")]


@pytest.mark.parametrize("phone", ["+18005550142", "+870000000142"])
def test_number_of_no_place_may_be_anywhere(phone):
    assert places(Evidence(phone)) == (MAINLAND,)


def test_missing_and_empty_evidence_leaves_the_area_code():
    evidence = Evidence.of("+18505550142", {"state": None, "zip": "", "page_url": "x"})

    assert [(place.state, place.zones) for place in places(evidence)] == [
        ("FL", (CENTRAL, EASTERN))
    ]


KNOWN_TO_THE_LIBRARY = """
import re
from phonenumbers.geodata import GEOCODE_DATA

for number, names in GEOCODE_DATA.items():
    found = re.search(r", ([A-Z]{2})$", names.get("en", ""))
    if number[0] == "1" and len(number) >= 4 and found:
        print(number[1:4], found[1])
"""


def test_area_codes_lie_where_the_library_has_them():
    """In a process of its own: the library's data of places takes 100 MB."""
    told = subprocess.check_output([sys.executable, "-c", KNOWN_TO_THE_LIBRARY], text=True)
    known = [line.split() for line in told.splitlines()]
    ours = {state for state, *_ in rows("places.tsv")}

    elsewhere = {
        (code, state)
        for code, state in known
        if state in ours and found(f"+1{code}5550142")[0][0] != state
    }

    assert len(known) > 20_000
    assert elsewhere == {("201", "NY")}  # one exchange of New Jersey's


def test_every_american_area_code_is_known():
    american = phonenumbers.PhoneMetadata.metadata_for_region("US").fixed_line
    in_service = re.compile(american.national_number_pattern)
    codes = [code for code in range(200, 1000) if in_service.fullmatch(f"{code}5552142")]

    unknown = [code for code in codes if not places(Evidence(f"+1{code}5552142"))[0].state]

    assert len(codes) > 300
    assert unknown == []
