"""People for a benchmark: real enough to be accepted, distinct, and of no fixed fate."""

import json
from itertools import islice

import phonenumbers
import pytest

from bench.people import BODY_BYTES, people, request
from bench.people import lead as lead_of
from senders import ParseSettings, parse

FIXED_FATES = {f"{line:04d}" for line in range(1, 10)}


def some(count, seed=1):
    return list(islice(people(seed), count))


def test_numbers_are_valid_american_ones():
    numbers = [phonenumbers.parse(person.phone) for person in some(2_000)]

    assert all(phonenumbers.is_valid_number_for_region(each, "US") for each in numbers)


def test_no_two_people_have_one_number():
    crowd = some(50_000)

    assert len({person.phone for person in crowd}) == 50_000


def test_nobody_has_a_number_with_a_fixed_fate():
    endings = {person.phone[-4:] for person in some(50_000)}

    assert not endings & FIXED_FATES


def test_one_seed_gives_the_same_people_again():
    assert some(100, seed=7) == some(100, seed=7)


def test_seeds_differ():
    assert some(100, seed=7) != some(100, seed=8)


def test_leads_of_all_people_have_one_size():
    sizes = {len(lead_of(person)) for person in some(1_000)}

    assert sizes == {BODY_BYTES}


def test_a_lead_is_read_as_the_person_it_was_made_of():
    person = some(1)[0]
    settings = ParseSettings(default_region="US", allowed_countries=frozenset({"US"}))

    read = parse(lead_of(person), "application/json", settings)

    assert (read.first_name, read.last_name, read.phone) == person


@pytest.mark.parametrize("path", ["/hooks/a", "/hooks/abc"])
def test_a_request_says_how_long_its_body_is(path):
    body = lead_of(some(1)[0])

    head, _, sent = request("127.0.0.1:8000", path, body).partition(b"\r\n\r\n")

    assert head.startswith(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n".encode())
    assert f"Content-Length: {len(sent)}".encode() in head
    assert json.loads(sent)["phone"].startswith("+1")
