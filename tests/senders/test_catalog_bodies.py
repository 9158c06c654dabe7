"""The bad-input catalog, rows of whole bodies. Ids carry the row of the catalog."""

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


@pytest.mark.parametrize("body", [as_json(phone="secret-1"), b'{"first_name": secret-1'])
def test_no_error_repeats_what_was_sent(body):
    with pytest.raises(NotALead) as caught:
        parse(body)

    told = [caught.value.detail, *(e.detail for e in getattr(caught.value, "errors", ()))]
    assert not any("secret" in text for text in told)
