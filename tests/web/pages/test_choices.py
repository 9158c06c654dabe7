"""What a person may choose from, and what browsers are called."""

import os
import subprocess
import sys

import phonenumbers
import pytest

ROOT = __file__.rpartition("/tests/")[0]


def test_every_country_whose_numbers_can_be_read_has_a_name():
    from web.pages.choices import countries  # noqa: PLC0415

    listed = countries()

    assert {code for code, _ in listed} == set(phonenumbers.SUPPORTED_REGIONS)
    assert all(name for _, name in listed)
    assert [name for _, name in listed] == sorted(name for _, name in listed)


@pytest.mark.parametrize(
    ("zone", "known"),
    [
        ("America/New_York", True),
        ("America/Argentina/Buenos_Aires", True),
        ("UTC", True),
        ("Etc/GMT+5", False),
        ("US/Eastern", False),
        ("../../etc/passwd", False),
        ("", False),
    ],
)
def test_time_zones_are_those_of_places(zone, known):
    from web.pages.choices import is_time_zone  # noqa: PLC0415

    assert is_time_zone(zone) is known


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150 Safari/537 Edg/150", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("curl/8.5", "curl/8.5"),
        ("", "A browser that does not say its name"),
    ],
)
def test_browser_is_called_as_people_call_it(header, name):
    from web.pages.browsers import browser_name  # noqa: PLC0415

    assert browser_name(header) == name


def test_cookies_are_bound_to_the_host_under_https():
    code = "from web.pages import cookies; print(cookies.SIGN_IN, cookies.SECURE)"
    env = os.environ | {"PUBLIC_BASE_URL": "https://leads.example.com"}

    said = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=env, text=True)

    assert said.split() == ["__Host-sign-in", "True"]
