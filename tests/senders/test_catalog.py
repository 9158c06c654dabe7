"""The bad-input catalog, as far as a body decides it. Ids carry the row of the catalog."""

import json

import pytest

from senders import NotALead, NotALeadFormat, ParseSettings, TooLarge, Unreadable, Unusable
from senders import parse as parse_with

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LEAD = {"first_name": "Jane", "last_name": "Doe", "phone": "+12125550123"}
FORM_LEAD = b"first_name=Jane&last_name=Doe&phone=%2B12125550123"


def parse(body, content_type=JSON, **settings):
    return parse_with(body, content_type, ParseSettings(**settings))


def as_json(**changes):
    return json.dumps(LEAD | changes).encode()


def multipart(*parts):
    fields = [
        f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{v}\r\n" for head, v in parts
    ]
    return "".join([*fields, "--b--\r\n"]).encode()


def errors_of(body, content_type=JSON, **settings):
    with pytest.raises(Unusable) as caught:
        parse(body, content_type, **settings)
    return {(error.field, error.code) for error in caught.value.errors}


UNREADABLE = {
    "13-empty": (b"", None),
    "14-empty-json": (b"", JSON),
    "13-only-spaces": (b" \r\n", FORM),
    "38-open-brace": (b"{", JSON),
    "39-30000-brackets": (b"[" * 30_000, JSON),
    "39-deep-but-parsable": (b'{"a":' * 100 + b"1" + b"}" * 100, JSON),
    "40-nan": (b'{"phone": NaN}', JSON),
    "40-infinity": (b'{"phone": -Infinity}', JSON),
    "40-1e999": (b'{"phone": 1e999}', JSON),
    "42-trailing-garbage": (b'{"phone": "1"} x', JSON),
    "42-two-documents": (b'{"phone": "1"}{"phone": "2"}', JSON),
    "42-comment": (b'{"phone": "1" /* home */}', JSON),
    "42-single-quotes": (b"{'phone': '1'}", JSON),
    "44-invalid-utf8": (b'{"first_name": "\xff"}', JSON),
    "44-overlong-encoding": (b'{"first_name": "\xc0\xaf"}', JSON),
    "44-invalid-utf8-in-form": (b"first_name=%ff", FORM),
    "44-half-a-pair": (b'{"first_name": "\\ud800"}', JSON),
    "44-half-a-pair-as-key": (b'{"\\udfff": "x"}', JSON),
    "42-digits-without-end": (b'{"phone": ' + b"1" * 5_000 + b"}", JSON),
    "15-multipart-cut-off": (
        multipart(('name="phone"', "1"))[:-6],
        "multipart/form-data; boundary=b",
    ),
    "15-multipart-without-boundary": (b"phone=1", "multipart/form-data"),
    "42-xml-not-closed": (b"<lead><phone>1</phone>", "text/xml"),
    "42-xml-with-doctype": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "text/xml"),
    "39-xml-30000-deep": (b"<a>" * 9_000, "text/xml"),
}


@pytest.mark.parametrize(("body", "kind"), UNREADABLE.values(), ids=UNREADABLE)
def test_broken_body_is_unreadable(body, kind):
    with pytest.raises(Unreadable) as caught:
        parse(body, kind)

    assert caught.value.detail.endswith(".")


NO_LEAD = {
    "32-no-type-and-nothing-known": (b"hello", None),
    "33-text-that-is-text": (b"hello, is the house still there?", "text/plain"),
    "34-utf16": (json.dumps(LEAD).encode("utf-16"), "application/json; charset=utf-16"),
    "34-utf32-form": (FORM_LEAD, f"{FORM}; charset=utf-32"),
    "32-picture": (b"\x89PNG\r\n", "image/png"),
    "32-no-type-broken-json": (b'{"phone"', None),
}


@pytest.mark.parametrize(("body", "kind"), NO_LEAD.values(), ids=NO_LEAD)
def test_body_of_another_kind_is_no_lead_format(body, kind):
    with pytest.raises(NotALeadFormat):
        parse(body, kind)


TOO_LARGE = {
    "36-1000-fields": ("&".join(f"a{i}=1" for i in range(1_000)).encode(), FORM),
    "36-1-MB-field": (b"a=" + b"x" * 1_000_000, FORM),
    "36-1000-parts": (
        multipart(*((f'name="a{i}"', "1") for i in range(1_000))),
        "multipart/form-data; boundary=b",
    ),
    "36-1000-keys": (json.dumps({f"a{i}": 1 for i in range(1_000)}).encode(), JSON),
    "23-64-KiB-and-1": (b"x" * 65_537, JSON),
}


@pytest.mark.parametrize(("body", "kind"), TOO_LARGE.values(), ids=TOO_LARGE)
def test_body_with_more_than_a_lead_needs_is_too_large(body, kind):
    with pytest.raises(TooLarge):
        parse(body, kind)


ACCEPTED = {
    "32-no-type-json": (as_json(), None),
    "32-no-type-form": (FORM_LEAD, None),
    "33-text-plain-json": (as_json(), "text/plain"),
    "33-text-plain-form": (FORM_LEAD, "text/plain"),
    "33-json-called-form": (as_json(), FORM),
    "33-form-called-json": (FORM_LEAD, JSON),
    "35-brackets": (b"lead[first_name]=Jane&lead[last_name]=Doe&lead[phone]=2125550123", FORM),
    "50-list-of-one": (b"[" + as_json() + b"]", JSON),
    "35-plain-key-and-its-branch": (FORM_LEAD + b"&a=1&a[b]=2&a[]=3", FORM),
    "33-braces-in-a-wrapper": (as_json(data="{broken", lead="[1"), JSON),
    "54-proto": (as_json(__proto__={"a": 1}, constructor=1, __class__="x"), JSON),
    "56-integer": (as_json(phone=2125550123), JSON),
    "58-plus-and-parentheses": (as_json(phone="+1 (212) 555-0123"), JSON),
    "58-leading-1": (as_json(phone="1-212-555-0123"), JSON),
    "58-dots": (as_json(phone="212.555.0123"), JSON),
    "58-meta-prefix": (as_json(phone="p:+12125550123"), JSON),
    "58-full-width": (as_json(phone="\uff12\uff11\uff12 555 0123"), JSON),
    "83-times": (as_json(created_at="1970-01-01", submitted_at="in 2099"), JSON),
    "37-repeated-equal": (FORM_LEAD + b"&phone=%2B12125550123", FORM),
    "37-hidden-field": (b"phone=&" + FORM_LEAD, FORM),
    "48-other-key-repeated": (b'{"utm":1,"utm":2,' + as_json()[1:], JSON),
    "44-byte-order-mark": (b"\xef\xbb\xbf" + as_json(), JSON),
    "44-latin-1-declared": (FORM_LEAD, f"{FORM}; charset=ISO-8859-1"),
}


@pytest.mark.parametrize(("body", "kind"), ACCEPTED.values(), ids=ACCEPTED)
def test_unusual_but_clear_body_is_taken(body, kind):
    lead = parse(body, kind)

    assert (lead.first_name, lead.last_name, lead.phone) == ("Jane", "Doe", "+12125550123")


def test_file_part_is_ignored_and_the_fields_count_33():
    body = multipart(
        ('name="phone"', "2125550123"),
        ('name="photo"; filename="a.png"', "binary"),
        ('name="name"', "Jane Doe"),
    )

    lead = parse(body, "multipart/form-data; boundary=b")

    assert (lead.phone, lead.last_name, lead.sender) == ("+12125550123", "Doe", "multipart")


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


NOT_ONE_LEAD = {
    "49-broken-json-in-a-wrapper": (b'{"data": "{broken"}', "missing"),
    "49-webflow-without-data": (b'{"triggerType":"form_submission","payload":{}}', "missing"),
    "49-null": (b"null", "not-a-lead"),
    "49-number": (b"5", "not-a-lead"),
    "49-string": (b'"x"', "not-a-lead"),
    "49-true": (b"true", "not-a-lead"),
    "50-empty-list": (b"[]", "not-a-lead"),
    "50-list-of-numbers": (b"[1]", "not-a-lead"),
    "50-two-leads": (b"[" + as_json() + b"," + as_json() + b"]", "several-leads"),
    "50-two-wrapped": (b'{"data": [' + as_json() + b"," + as_json() + b"]}", "several-leads"),
    "50-meta-notice": (
        b'{"object":"page","entry":[{"changes":[{"field":"leadgen","value":{}}]}]}',
        "no-personal-data",
    ),
    "49-empty-object": (b"{}", "missing"),
}


@pytest.mark.parametrize(("body", "code"), NOT_ONE_LEAD.values(), ids=NOT_ONE_LEAD)
def test_document_that_is_not_one_lead_is_unusable(body, code):
    with pytest.raises(Unusable) as caught:
        parse(body)

    assert caught.value.code == code


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


LEAD_IDS = {
    "84-1-KiB": ("a" * 1_024, "too-long"),
    "84-object": ({"a": 1}, "invalid"),
    "84-bool": (True, "invalid"),
}


@pytest.mark.parametrize(("lead_id", "code"), LEAD_IDS.values(), ids=LEAD_IDS)
def test_what_cannot_be_a_lead_id_is_refused(lead_id, code):
    assert errors_of(as_json(Lead_ID=lead_id)) == {("lead_id", code)}


@pytest.mark.parametrize(
    "name", ["lead_id", "leadgen_id", "Event ID", "submissionId", "entry-id", "RESPONSE_ID"]
)
def test_lead_id_is_known_in_any_spelling(name):
    assert parse(as_json(**{name: "a7"})).sender_lead_id == "a7"


@pytest.mark.parametrize("name", ["id", "form_id", "page_uuid", "contact_id", "vid"])
def test_constant_looking_id_is_never_a_lead_id_87(name):
    assert parse(as_json(**{name: "a7"})).sender_lead_id is None


@pytest.mark.parametrize("body", [as_json(phone="secret-1"), b'{"first_name": secret-1'])
def test_no_error_repeats_what_was_sent(body):
    with pytest.raises(NotALead) as caught:
        parse(body)

    told = [caught.value.detail, *(e.detail for e in getattr(caught.value, "errors", ()))]
    assert not any("secret" in text for text in told)


@pytest.mark.parametrize(
    ("changes", "lead_id"),
    [
        ({"id": 317}, "/4/317"),
        ({"id": "317", "source_url": "https://example.com/"}, "example.com/4/317"),
        ({"id": "317", "source_url": "http://[broken"}, "/4/317"),
        ({"id": ""}, None),
        ({}, None),
    ],
)
def test_gravity_entry_is_known_by_site_form_and_number(changes, lead_id):
    body = as_json(
        **{"form_id": "4", "date_created": "", "1.3": "Jane", "1.6": "Doe"}, **changes
    )

    assert parse(body).sender_lead_id == lead_id


def test_name_written_in_two_ways_counts_as_the_first_of_them():
    assert parse(as_json(forename="Ann")).first_name == "Jane"


def test_answer_that_points_nowhere_is_passed_over():
    body = {"form_response": {"answers": ["x", {"field": 1}], "definition": {"fields": ["x"]}}}

    assert ("phone", "missing") in errors_of(json.dumps(body).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": "<test lead: dummy data for phone_number>"},
        {"email": "test@meta.com", "phone": ""},
        {"email": "Test@fb.com"},
    ],
)
def test_test_lead_of_meta_is_kept_as_a_test(changes):
    assert parse(as_json(**changes)).is_test


@pytest.mark.parametrize("changes", [{"phone": "2025550142"}, {"first_name": "Test"}])
def test_nothing_else_makes_a_lead_a_test(changes):
    assert not parse(as_json(**changes)).is_test
