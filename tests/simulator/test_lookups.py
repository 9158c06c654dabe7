"""Look-ups and our own numbers, seen by the official client."""

import pytest
from twilio.base.exceptions import TwilioRestException

from .running import ACCOUNT_SID, JANE, OURS

LINE_TYPE = "line_type_intelligence"


def test_look_up_has_every_field_as_twilio_sends_it(twilio):
    found = twilio.lookups.v2.phone_numbers(JANE).fetch(fields=LINE_TYPE)

    assert (found.calling_country_code, found.country_code) == ("1", "US")
    assert (found.phone_number, found.national_format) == (JANE, "(202) 555-0142")
    assert (found.valid, found.validation_errors) == (True, [])
    assert found.line_type_intelligence["type"] == "mobile"
    assert found.line_type_intelligence["error_code"] is None
    assert found.caller_name is None
    assert found.url.endswith(f"/v2/PhoneNumbers/{JANE}")


@pytest.mark.parametrize(
    ("ending", "line_type"), [("0009", "landline"), ("0002", "mobile"), ("0003", "mobile")]
)
def test_only_0009_looks_like_a_landline(twilio, ending, line_type):
    found = twilio.lookups.v2.phone_numbers(f"+1202555{ending}").fetch(fields=LINE_TYPE)

    assert found.line_type_intelligence["type"] == line_type


def test_line_type_is_told_only_when_asked_for(twilio):
    found = twilio.lookups.v2.phone_numbers(JANE).fetch()

    assert found.line_type_intelligence is None


@pytest.mark.parametrize(
    ("number", "error"), [("+1202555", "TOO_SHORT"), ("+1202555014299", "TOO_LONG")]
)
def test_impossible_number_is_answered_as_invalid(twilio, number, error):
    found = twilio.lookups.v2.phone_numbers(number).fetch(fields=LINE_TYPE)

    assert (found.valid, found.validation_errors) == (False, [error])
    assert found.line_type_intelligence is None


def test_look_ups_are_counted_among_the_calls(twilio, simulator):
    twilio.lookups.v2.phone_numbers(JANE).fetch(fields=LINE_TYPE)

    (call,) = simulator.calls()

    assert (call["method"], call["path"]) == ("GET", f"/v2/PhoneNumbers/{JANE}")
    assert (call["query"], call["outcome"]) == ({"Fields": LINE_TYPE}, "200")


def test_number_asked_for_is_ours_and_its_inbound_url_the_services(twilio, service):
    (number,) = twilio.incoming_phone_numbers.list(phone_number=OURS)

    assert number.sid.startswith("PN")
    assert (number.phone_number, number.account_sid) == (OURS, ACCOUNT_SID)
    assert (number.sms_url, number.sms_method) == (f"{service.url}/twilio/inbound", "POST")
    assert number.capabilities == {"fax": False, "mms": True, "sms": True, "voice": False}
    assert (number.status, number.beta, number.origin) == ("in-use", False, "twilio")
    assert number.date_created is not None


def test_number_is_fetched_and_updated_by_its_id(twilio, service):
    (number,) = twilio.incoming_phone_numbers.list(phone_number=OURS)

    number.update(sms_url=f"{service.url}/elsewhere", friendly_name="Office")

    fetched = twilio.incoming_phone_numbers(number.sid).fetch()
    assert (fetched.sms_url, fetched.friendly_name) == (f"{service.url}/elsewhere", "Office")


def test_inbound_texts_follow_a_changed_inbound_url(twilio, service, simulator):
    (number,) = twilio.incoming_phone_numbers.list(phone_number=OURS)
    number.update(sms_url=f"{service.url}/elsewhere")

    simulator.text_back("Hello")

    assert [post.path for post in service.received] == ["/elsewhere"]


def test_unknown_number_id_is_not_found(twilio):
    with pytest.raises(TwilioRestException) as caught:
        twilio.incoming_phone_numbers("PN" + "0" * 32).fetch()

    assert (caught.value.status, caught.value.code) == (404, 20404)
