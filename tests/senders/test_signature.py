"""Standard Webhooks signatures, held against the reference library.

Rows 90, 91 and 93 of the catalog of bad input begin here; tests/web/test_locks.py posts them.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from senders.signature import TOLERANCE_SECONDS, Signed, mistake

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOW = 1_800_000_000
BODY = '{"first_name": "Jane", "phone": "+12025550142"}'


def signed(secret=SECRET, at=NOW, body=BODY, message_id="msg_1"):
    """Sign as the library does."""
    made = Webhook(secret).sign(message_id, datetime.fromtimestamp(at, UTC), body)
    return Signed(message_id, str(at), made)


@given(st.text(), st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1))
def test_whatever_the_library_signs_is_believed(body, message_id):
    told = signed(body=body, message_id=message_id)

    assert mistake(told, body.encode(), [SECRET], NOW) is None


def test_library_believes_what_we_take_for_signed():
    now = int(datetime.now(UTC).timestamp())
    told = signed(at=now)
    headers = {
        "webhook-id": told.id,
        "webhook-timestamp": told.timestamp,
        "webhook-signature": told.signature,
    }

    believed = Webhook(SECRET).verify(BODY, headers)

    assert believed["first_name"] == "Jane"
    assert mistake(told, BODY.encode(), [SECRET], now) is None


@pytest.mark.parametrize("secrets", [[SECRET, OTHER], [OTHER, SECRET], [SECRET.rstrip("=")]])
def test_either_of_two_secrets_counts(secrets):
    assert mistake(signed(), BODY.encode(), secrets, NOW) is None


def test_one_of_several_signatures_is_enough():
    told = signed()
    header = f"v1a,abcd v1,not-base64 {signed(OTHER).signature} {told.signature}"

    assert mistake(told._replace(signature=header), BODY.encode(), [SECRET], NOW) is None


@pytest.mark.parametrize("missing", ["id", "timestamp", "signature"])
def test_each_header_is_needed(missing):
    for value in (None, ""):
        told = signed()._replace(**{missing: value})

        assert "missing" in mistake(told, BODY.encode(), [SECRET], NOW)


@pytest.mark.parametrize(
    "changed",
    [
        signed(OTHER),
        signed(body=BODY + " "),
        signed()._replace(id="msg_2"),
        signed()._replace(timestamp=str(NOW + 1)),
        signed()._replace(signature=signed().signature.replace("v1,", "v2,")),
        signed()._replace(signature="v1,"),
        signed()._replace(signature="v1,\N{SNOWMAN}"),
    ],
)
def test_what_was_changed_on_the_way_is_not_believed(changed):
    assert "not made from this body" in mistake(changed, BODY.encode(), [SECRET], NOW)


@pytest.mark.parametrize("seconds", [-TOLERANCE_SECONDS, -1, 0, 1, TOLERANCE_SECONDS])
def test_clocks_may_differ_by_five_minutes(seconds):
    assert mistake(signed(at=NOW + seconds), BODY.encode(), [SECRET], NOW) is None


@pytest.mark.parametrize("seconds", [-360, -TOLERANCE_SECONDS - 1, TOLERANCE_SECONDS + 1, 360])
def test_older_and_later_ones_are_refused(seconds):
    why = mistake(signed(at=NOW + seconds), BODY.encode(), [SECRET], NOW)

    assert "five minutes" in why


@pytest.mark.parametrize("timestamp", ["now", "1e9", "-5", "1.5", "\N{DIGIT ONE}" * 40, "١٢"])
def test_timestamp_that_is_no_number_is_refused(timestamp):
    told = signed()._replace(timestamp=timestamp)

    assert "five minutes" in mistake(told, BODY.encode(), [SECRET], NOW)


def test_secret_that_could_not_be_opened_signs_nothing():
    with_empty_key = Webhook(b"\0").sign("msg_1", datetime.fromtimestamp(NOW, UTC), BODY)
    told = Signed("msg_1", str(NOW), with_empty_key)

    assert mistake(told, BODY.encode(), [""], NOW) is not None
    assert mistake(signed(), BODY.encode(), [], NOW) is not None
