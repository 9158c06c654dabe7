"""Quiet hours: when a person may be texted, by the clocks and laws of the place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from senders.hours import Hours, HoursTable, rows, shipped_hours
from senders.places import Evidence, places
from senders.quiet_hours import NoSharedHour, window

NEW_YORK_NUMBER = "+12125550142"
WEDNESDAY, SATURDAY, SUNDAY = date(2026, 1, 14), date(2026, 1, 17), date(2026, 1, 18)
STATES = sorted({state for state, *_ in rows("places.tsv")})
STRICTER = {
    "CT": ("09:00", "20:00"),
    "FL": ("08:00", "20:00"),
    "MD": ("08:00", "20:00"),
    "MS": ("08:00", "20:00"),
    "NJ": ("08:00", "20:00"),
    "OK": ("08:00", "20:00"),
    "RI": ("09:00", "18:00"),
    "TX": ("09:00", "21:00"),
    "WA": ("08:00", "20:00"),
}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of(**known):
    return Evidence(**({"phone": NEW_YORK_NUMBER} | known))


def span(found):
    return f"{found.opens_at:%H:%M} {found.closes_at:%H:%M %Z}"


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_its_own_hours_and_the_others_those_of_the_country(state):
    hours = shipped_hours().on(state, WEDNESDAY)

    opens, closes = STRICTER.get(state, ("08:00", "21:00"))
    assert (hours.opens, hours.closes) == (
        time.fromisoformat(opens),
        time.fromisoformat(closes),
    )


@pytest.mark.parametrize(
    ("state", "day", "hours"),
    [
        ("RI", SATURDAY, "10:00 to 17:00"),
        ("RI", SUNDAY, "10:00 to 17:00"),
        ("TX", SATURDAY, "9:00 to 21:00"),
        ("TX", SUNDAY, "12:00 to 21:00"),
        ("FL", SUNDAY, "8:00 to 20:00"),
        ("NY", SUNDAY, "8:00 to 21:00"),
    ],
)
def test_weekends_have_their_own_hours_where_the_state_says_so(state, day, hours):
    assert str(shipped_hours().on(state, day)) == hours


def test_rule_is_said_in_plain_words_with_the_clock_of_the_place():
    found = window(utc("2026-01-14T03:00"), of(state="Florida", zip="33101"))

    assert not found.open_now
    assert found.rule == "8:00 to 20:00 in Florida (by ZIP 33101)"
    assert f"{found.opens_at:%H:%M %Z}" == "08:00 EST"


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-01-14T12:59:59.999999", False),
        ("2026-01-14T13:00", True),
        ("2026-01-15T00:59:59.999999", True),
        ("2026-01-15T01:00", False),
    ],
)
def test_window_opens_on_the_stroke_and_its_end_is_outside(moment, is_open):
    found = window(utc(moment), of(zip="33101"))

    assert found.open_now == is_open
    assert found.closes_at > utc(moment)


def test_window_that_is_open_tells_when_it_opened_and_when_it_closes():
    found = window(utc("2026-01-14T20:00"), of(zip="33101"))

    assert (found.opens_at, found.closes_at) == (
        utc("2026-01-14T13:00"),
        utc("2026-01-15T01:00"),
    )


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-07T02:00", "2026-03-07T13:00"),  # winter time
        ("2026-03-08T02:00", "2026-03-08T12:00"),  # the night has 23 hours
        ("2026-10-31T02:00", "2026-10-31T12:00"),  # summer time
        ("2026-11-01T02:00", "2026-11-01T13:00"),  # the night has 25 hours
    ],
)
def test_window_moves_with_the_clocks_of_the_place(now, opens):
    assert window(utc(now), of(zip="33101")).opens_at == utc(opens)


def test_state_without_summer_time_keeps_its_hours():
    summer = window(utc("2026-07-01T09:00"), of(zip="85001"))
    winter = window(utc("2026-01-14T09:00"), of(zip="85001"))

    assert span(summer) == span(winter) == "08:00 21:00 MST"
    assert summer.opens_at == utc("2026-07-01T15:00")


def test_state_with_two_clocks_waits_for_both():
    found = window(utc("2026-01-14T03:00"), of(state="TN"))

    assert (found.opens_at, found.closes_at) == (
        utc("2026-01-14T14:00"),  # 8:00 in Memphis
        utc("2026-01-15T02:00"),  # 21:00 in Knoxville
    )
    assert found.rule == "8:00 to 21:00 in Tennessee, by each of its clocks (by state TN)"


def test_two_places_that_disagree_both_count():
    found = window(utc("2026-01-17T03:00"), of(state="RI", zip="90001"))

    assert (found.opens_at, found.closes_at) == (
        utc("2026-01-17T16:00"),  # 8:00 in Los Angeles
        utc("2026-01-17T22:00"),  # 17:00 in Providence, on a Saturday
    )
    assert found.rule == (
        "10:00 to 17:00 in Rhode Island (by state RI)"
        " and 8:00 to 21:00 in California (by ZIP 90001)"
    )


def test_unknown_place_waits_for_every_clock_of_the_mainland():
    found = window(utc("2026-01-14T05:00"), Evidence("+18005550142"))

    assert (found.opens_at, found.closes_at) == (
        utc("2026-01-14T16:00"),  # 8:00 in Los Angeles
        utc("2026-01-15T02:00"),  # 21:00 in New York
    )
    assert "the place is unknown" in found.rule


def test_change_of_law_is_a_line_with_a_day():
    every_day = range(7)
    table = HoursTable(
        [
            Hours("*", date(2020, 1, 1), every_day, time(8), time(21)),
            Hours("NY", date(2026, 2, 1), every_day, time(10), time(18)),
            Hours("NY", date(2026, 3, 1), range(6), time(9), time(19)),
        ]
    )

    opened = [
        span(window(utc(f"{day}T05:30"), of(), table))
        for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-02")
    ]

    assert opened == [
        "08:00 21:00 EST",
        "10:00 18:00 EST",
        "10:00 18:00 EST",
        "09:00 19:00 EST",
    ]
    after_saturday = window(utc("2026-03-08T05:30"), of(), table)
    assert f"{after_saturday.opens_at:%a %H:%M %Z}" == "Mon 09:00 EDT"  # Sunday has no line


def test_places_without_a_common_hour_are_told_apart_from_a_wait():
    table = HoursTable([Hours("*", date(2020, 1, 1), range(7), time(8), time(9))])

    with pytest.raises(NoSharedHour, match="New York and California"):
        window(utc("2026-01-14T05:00"), of(state="NY", zip="90001"), table)


@pytest.mark.parametrize("state", [*STRICTER, "AS", "GU", "HI", "PR"])
def test_strict_and_far_states_share_hours_with_every_other(state):
    for other, _, _, zips, area_codes in rows("places.tsv"):
        if "-" in (
            zips,
            area_codes,
        ):  # without: three states in free association, half a day off
            continue
        prefix = zips.split()[0].split("-")[0].ljust(5, "0")

        found = window(utc("2026-01-14T05:00"), of(state=state, zip=prefix))

        assert found.closes_at - found.opens_at >= timedelta(hours=1), other


MOMENTS = st.datetimes(
    min_value=datetime(2025, 1, 1),  # noqa: DTZ001  (hypothesis takes naive bounds)
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
#: Without the three states in free association, half a day off: see NoSharedHour.
NEAR = [state for state in STATES if state not in {"FM", "MH", "PW"}]
EVIDENCE = st.builds(
    Evidence,
    phone=st.one_of(
        st.integers(200, 999).map(lambda code: f"+1{code}5550142"),
        st.sampled_from(["+447700900142", "+61491570156", "+33639980142"]),
    ),
    state=st.sampled_from(["", "", *NEAR]),
    zip=st.one_of(st.just(""), st.integers(0, 96_899).map(lambda code: f"{code:05}")),
    time_zone=st.sampled_from(["", "America/Denver", "Europe/Paris", "nonsense/zone"]),
)


def is_permitted_everywhere(moment, evidence):
    """Say the same as a window does, by looking at the wall clocks of each place."""
    for place in places(evidence):
        for zone in place.zones:
            there = moment.astimezone(ZoneInfo(zone))
            hours = shipped_hours().on(place.state, there.date())
            if not hours.opens <= there.time() < hours.closes:
                return False
    return True


@settings(max_examples=200, deadline=None)
@given(MOMENTS, EVIDENCE, st.floats(0, 0.999_999))
def test_window_is_never_outside_the_hours_of_any_place(now, evidence, part):
    found = window(now, evidence)

    within = found.opens_at + (found.closes_at - found.opens_at) * part
    for moment in (found.opens_at, within, found.closes_at - timedelta(microseconds=1)):
        assert is_permitted_everywhere(moment, evidence)
    assert not is_permitted_everywhere(found.closes_at, evidence)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, EVIDENCE, st.floats(0, 0.999_999))
def test_no_permitted_moment_is_waited_through(now, evidence, part):
    found = window(now, evidence)

    assert found.open_now == is_permitted_everywhere(now, evidence)
    if not found.open_now:
        assert not is_permitted_everywhere(now + (found.opens_at - now) * part, evidence)
