"""The bad-input catalog, rows of single fields. Ids carry the row of the catalog."""

import json

import pytest

from senders import ParseSettings, Unusable
from senders import parse as parse_with

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LEAD = {"first_name": "Jane", "last_name": "Doe", "phone": "+12125550123"}
FORM_LEAD = b"first_name=Jane&last_name=Doe&phone=%2B12125550123"


def parse(body, content_type=JSON, **settings):
    return parse_with(body, content_type, ParseSettings(**settings))


def as_json(**changes):
    return json.dumps(LEAD | changes).encode()


def errors_of(body, content_type=JSON, **settings):
    with pytest.raises(Unusable) as caught:
        parse(body, content_type, **settings)
    return {(error.field, error.code) for error in caught.value.errors}


PHONES = {
    "55-null": (None, "missing"),
    "55-empty": ("", "missing"),
    "55-spaces": ("  ", "missing"),
    "57-float": (2.125550123e9, "invalid"),
    "57-bool": (True, "invalid"),
    "57-list": (["2125550123"], "invalid"),
    "57-object": ({"n": "2125550123"}, "invalid"),
    "60-ext": ("+1 212 555 0123 ext 5", "extension"),
    "60-x": ("212-555-0123x5", "extension"),
    "60-extension": ("2125550123 extension 12", "extension"),
    "60-commas": ("212-555-0123,,5", "extension"),
    "60-rfc": ("tel:+1-212-555-0123;ext=5", "extension"),
    "62-short": ("555 0123", "invalid"),
    "62-long": ("+1 212 555 0123 4567 8901", "too-long"),
    "62-999": ("+999 212 555 0123", "invalid"),
    "62-signs": ("+", "invalid"),
    "62-dashes": ("---", "invalid"),
    "63-000": ("+1 000 555 0123", "invalid"),
    "63-111": ("+1 111 555 0123", "invalid"),
    "63-555": ("(555) 010-1234", "invalid"),
    "64-short-code": ("12345", "short-code"),
    "64-emergency": ("911", "short-code"),
    "64-premium": ("+1 900 555 0123", "premium"),
    "65-country": ("+44 7400 123456", "country"),
    "69-flowers": ("1-800-FLOWERS", "letters"),
    "69-words": ("call me", "letters"),
    "46-nul": ("212\x005550123", "control"),
    "75-escape": ("212\x1b5550123", "control"),
    "62-dummy": ("9" * 60_000, "too-long"),
}


@pytest.mark.parametrize(("phone", "code"), PHONES.values(), ids=PHONES)
def test_number_nobody_may_text_is_refused(phone, code):
    assert errors_of(as_json(phone=phone)) == {("phone", code)}


def test_number_of_another_country_is_taken_where_it_is_allowed_65():
    lead = parse(as_json(phone="+44 7400 123456"), allowed_countries=frozenset({"GB"}))

    assert lead.phone == "+447400123456"


def test_every_field_has_its_error_at_once():
    body = json.dumps({"last_name": ["Doe"], "phone": "911"}).encode()

    assert errors_of(body) == {
        ("first_name", "missing"),
        ("last_name", "invalid"),
        ("phone", "short-code"),
    }


REPEATED = {
    "48-other-spelling-and-rank": (as_json(Phone="2125550124", mobile="911"), JSON),
    "37-form": (b"first_name=Jane&last_name=Doe&phone=2125550123&phone=2125550124", FORM),
    "48-json": (b'{"phone":"2125550123",' + as_json()[1:-1] + b',"phone":"2125550124"}', JSON),
    "48-other-spelling": (as_json(Phone="2125550124"), JSON),
}


@pytest.mark.parametrize(("body", "kind"), REPEATED.values(), ids=REPEATED)
def test_two_numbers_under_one_name_are_ambiguous(body, kind):
    assert errors_of(body, kind) == {("phone", "ambiguous")}


def test_name_sent_twice_is_ambiguous_48():
    body = b'{"first_name":"Ann",' + as_json()[1:]

    assert errors_of(body) == {("first_name", "ambiguous")}


def test_name_sent_twice_in_two_spellings_is_ambiguous_48():
    assert errors_of(as_json(FirstName="Ann")) == {("first_name", "ambiguous")}


def test_several_numbers_of_which_none_is_usable_are_told_by_the_best_55():
    assert errors_of(as_json(phone="911", mobile="call me")) == {("phone", "letters")}


NULS = {
    "46-first-name": (as_json(first_name="Ja\0ne"), JSON, "first_name"),
    "46-elsewhere": (as_json(comment="a\0b"), JSON, "body"),
    "46-in-a-key": (as_json(**{"a\0b": 1}), JSON, "body"),
    "46-form": (FORM_LEAD + b"&note=%00", FORM, "body"),
    "84-lead-id": (as_json(lead_id="a\0"), JSON, "lead_id"),
}


@pytest.mark.parametrize(("body", "kind", "field"), NULS.values(), ids=NULS)
def test_nul_is_refused_wherever_it_stands(body, kind, field):
    assert errors_of(body, kind) == {(field, "control")}


NAMES = {
    "71-script": "<script>alert(1)</script>",
    "72-formula": '=HYPERLINK("http://x")',
    "72-plus": "+1",
    "72-at": "@a",
    "73-sql": "'; DROP TABLE leads;--",
    "74-template": "{{7*7}}{0.__class__}%s%n${jndi:..}",
    "77-advertisement": "Win $$ http://evil.tld",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_strange_name_is_kept_literally(name):
    assert parse(as_json(first_name=name)).first_name == name


CLEANED = {
    "75-crlf": ("Ja\r\nne", "Ja ne"),
    "75-ansi": ("\x1b[31mJane\x1b[0m", "Jane"),
    "75-bidi": ("\u202eJane", "Jane"),
    "72-tab": ("\t=Jane", "=Jane"),
    "80-number": (7, "7"),
}


@pytest.mark.parametrize(("name", "kept"), CLEANED.values(), ids=CLEANED)
def test_name_is_freed_of_controls(name, kept):
    assert parse(as_json(first_name=name)).first_name == kept


BAD_NAMES = {
    "79-60-KiB": ("a" * 60_000, "too-long"),
    "79-201": ("a" * 201, "too-long"),
    "80-object": ({"a": 1}, "invalid"),
    "80-list": (["Jane"], "invalid"),
    "80-bool": (True, "invalid"),
    "55-null": (None, "missing"),
    "75-only-controls": ("\x01\x02", "missing"),
}


@pytest.mark.parametrize(("name", "code"), BAD_NAMES.values(), ids=BAD_NAMES)
def test_what_cannot_be_a_name_is_refused(name, code):
    assert errors_of(as_json(first_name=name)) == {("first_name", code)}


def test_unusable_address_is_left_out_and_noted_81():
    lead = parse(as_json(email="jane at example"))

    assert lead.email is None
    assert lead.notes == ("The e-mail address is not usable.",)


CONSENT = {"82-missing": {}, "82-false": {"tcpaconsent": False}, "82-no": {"consent": "No"}}


@pytest.mark.parametrize("fields", CONSENT.values(), ids=CONSENT)
def test_missing_consent_is_refused_where_it_is_required(fields):
    with pytest.raises(Unusable) as caught:
        parse(as_json(**fields), consent_required=True)

    assert caught.value.code == "consent"


def test_given_consent_is_kept_82():
    lead = parse(as_json(tcpaconsent="Yes, text me"), consent_required=True)

    assert lead.extra == {"consent": "Yes, text me"}
