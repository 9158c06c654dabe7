"""The bad-input catalog, rows 32 to 89: what a body says, posted over a bare socket.

Ids carry the row. What each row means for the pure readers is in tests/senders; here it is the
answer, what is stored by then, and that nothing of the body comes back.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import SuppressionKind
from tests.web.conftest import JANE, JSON, MARK, refused
from tests.web.raw import request
from workers.leads import process_lead

KIND = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
FORM_JANE = b"first_name=Jane&last_name=Doe&phone=%2B12025550142"
LEAD = json.loads(JANE)


def as_json(**changes):
    return json.dumps(LEAD | {"note": MARK} | changes).encode()


def multipart(*parts, end=b"--b--\r\n"):
    written = (
        f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n".encode()
        for head, value in parts
    )
    return b"".join(written) + end


REFUSED = {
    "32-no-type-and-nothing-known": (b"hello " + MARK.encode(), "", 415, "not-a-lead-format"),
    "32-picture": (b"\x89PNG\r\n\x1a\n", "image/png", 415, "not-a-lead-format"),
    "33-plain-words": (b"call me, " + MARK.encode(), "text/plain", 415, "not-a-lead-format"),
    "34-utf-16": (JANE.decode().encode("utf-16"), f"{KIND}; charset=utf-16", 415, "charset"),
    "34-utf-16-called-nothing": (JANE.decode().encode("utf-16"), KIND, 400, None),
    "34-utf-7": (JANE, f"{KIND}; charset=utf-7", 415, "charset"),
    "36-1000-fields": ("&".join(f"a{i}=1" for i in range(1_000)).encode(), FORM, 413, None),
    "36-1-MB-field": (b"a=" + b"x" * 1_000_000, FORM, 413, "too-large"),
    "37-field-repeated": (FORM_JANE + b"&phone=2025550143", FORM, 422, "ambiguous"),
    "38-open-brace": (b"{", KIND, 400, "invalid-json"),
    "39-30000-brackets": (b"[" * 30_000, KIND, 400, "invalid-json"),
    "39-30000-closed": (b"[" * 30_000 + b"]" * 30_000, KIND, 400, "invalid-json"),
    "40-nan": (b'{"phone": NaN}', KIND, 400, "invalid-json"),
    "40-infinity": (b'{"phone": -Infinity}', KIND, 400, "invalid-json"),
    "40-1e999": (b'{"phone": 1e999}', KIND, 400, "invalid-json"),
    "42-trailing-garbage": (JANE + MARK.encode(), KIND, 400, "invalid-json"),
    "42-two-documents": (JANE + JANE, KIND, 400, "invalid-json"),
    "42-comment": (b'{"phone": "1" /* evil-mark */}', KIND, 400, "invalid-json"),
    "42-single-quotes": (b"{'evil-mark': '1'}", KIND, 400, "invalid-json"),
    "44-invalid-utf-8": (b'{"first_name": "\xff evil-mark"}', KIND, 400, "invalid-encoding"),
    "44-overlong": (b'{"first_name": "\xc0\xaf"}', KIND, 400, "invalid-encoding"),
    "44-half-a-pair": (b'{"first_name": "\\ud800"}', KIND, 400, None),
    "46-nul": (as_json(first_name="Ja\0ne"), KIND, 422, "control"),
    "46-nul-elsewhere": (as_json(comment="a\0b"), KIND, 422, "control"),
    "48-required-twice": (b'{"phone":"2025550143",' + JANE[1:], KIND, 422, "ambiguous"),
    "48-required-twice-by-escapes": (
        rb'{"ph\u006fne":"2025550143",' + JANE[1:],
        *(KIND, 422, "ambiguous"),
    ),
    "49-null": (b"null", KIND, 422, "not-a-lead"),
    "49-number": (b"5", KIND, 422, "not-a-lead"),
    "49-string": (b'"evil-mark"', KIND, 422, "not-a-lead"),
    "49-true": (b"true", KIND, 422, "not-a-lead"),
    "50-empty-list": (b"[]", KIND, 422, "not-a-lead"),
    "50-two-leads": (b"[" + JANE + b"," + as_json() + b"]", KIND, 422, "several-leads"),
    "55-missing": (b'{"first_name": "Jane", "last_name": "Doe"}', KIND, 422, "missing"),
    "55-null": (as_json(phone=None), KIND, 422, "missing"),
    "55-empty": (as_json(phone=""), KIND, 422, "missing"),
    "55-spaces": (as_json(phone=" \t "), KIND, 422, "missing"),
    "57-float": (as_json(phone=2.125550123e9), KIND, 422, "invalid"),
    "57-true": (as_json(phone=True), KIND, 422, "invalid"),
    "57-list": (as_json(phone=["2025550142"]), KIND, 422, "invalid"),
    "57-object": (as_json(phone={MARK: "2025550142"}), KIND, 422, "invalid"),
    "60-extension": (as_json(phone="+1 212 555 0123 ext 5"), KIND, 422, "extension"),
    "62-too-short": (as_json(phone="555 0142"), KIND, 422, "invalid"),
    "62-too-long": (as_json(phone="+1 202 555 0142 1234 5678"), KIND, 422, "too-long"),
    "62-999": (as_json(phone="+999 202 555 0142"), KIND, 422, "invalid"),
    "63-000": (as_json(phone="+1 000 555 0142"), KIND, 422, "invalid"),
    "63-111": (as_json(phone="+1 111 555 0142"), KIND, 422, "invalid"),
    "64-short-code": (as_json(phone="12345"), KIND, 422, "short-code"),
    "64-emergency": (as_json(phone="911"), KIND, 422, "short-code"),
    "64-premium": (as_json(phone="+1 900 555 0142"), KIND, 422, "premium"),
    "65-country": (as_json(phone="+44 7400 123456"), KIND, 422, "country"),
    "69-letters": (as_json(phone="1-800-FLOWERS"), KIND, 422, "letters"),
    "79-60-KiB-name": (as_json(first_name="a" * 60_000), KIND, 422, "too-long"),
    "80-object": (as_json(first_name={MARK: 1}), KIND, 422, "invalid"),
    "80-list": (as_json(first_name=[MARK]), KIND, 422, "invalid"),
    "84-1-KiB-id": (as_json(lead_id="evil-mark" * 120), KIND, 422, "too-long"),
    "84-nul-in-id": (as_json(lead_id="evil-mark\0"), KIND, 422, "control"),
    "84-object-as-id": (as_json(lead_id={MARK: 1}), KIND, 422, "invalid"),
}


@pytest.mark.parametrize(("body", "kind", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_row_32_to_84_body_is_refused_and_kept_as_a_rejection(wire, body, kind, status, code):
    reply = wire.lead(body, kind)

    assert refused(reply, status, code)
    assert (wire.leads(), wire.rejections()) == (0, 1)
    assert wire.story.value("SELECT status FROM rejections") == status
    assert (status == 422) == bool(reply.json.get("errors", code in NOT_OF_A_FIELD))


NOT_OF_A_FIELD = {"not-a-lead", "several-leads"}

TAKEN = {
    "32-no-type-json": (JANE, ""),
    "32-no-type-form": (FORM_JANE, ""),
    "33-plain-json": (JANE, "text/plain"),
    "33-plain-form": (FORM_JANE, "text/plain"),
    "33-file-part": (
        multipart(
            ('name="photo"; filename="a.png"', "binary"),
            ('name="name"', "Jane Doe"),
            ('name="phone"', "2025550142"),
        ),
        MULTIPART,
    ),
    "35-bracket-keys": (b"lead[name]=Jane+Doe&lead[phone]=2025550142", FORM),
    "48-other-key-twice": (b'{"utm": 1, "utm": 2,' + JANE[1:], KIND),
    "50-list-of-one": (b"[" + JANE + b"]", KIND),
    "54-python-s-own-names": (as_json(__proto__={"a": 1}, constructor=1, __class__="x"), KIND),
    "56-integer": (as_json(phone=2025550142), KIND),
    "58-parentheses": (as_json(phone="+1 (202) 555-0142"), KIND),
    "58-dashes": (as_json(phone="1-202-555-0142"), KIND),
    "58-dots": (as_json(phone="202.555.0142"), KIND),
    "81-invalid-address": (as_json(email="jane at example"), KIND),
    "83-1970": (as_json(created_at="1970-01-01T00:00:00Z"), KIND),
    "83-2099-without-zone": (as_json(submitted_at="2099-12-31 25:61"), KIND),
    "83-no-time": (as_json(timestamp={"a": [1]}, date=-1), KIND),
}


@pytest.mark.parametrize(("body", "kind"), TAKEN.values(), ids=TAKEN)
def test_row_32_to_83_odd_but_clear_body_is_a_lead(wire, body, kind):
    reply = wire.lead(body, kind)

    assert reply.status == 202, reply.body
    lead = wire.story.lead(reply.json["lead_id"])
    assert (lead.first_name, lead.last_name, lead.phone) == ("Jane", "Doe", "+12025550142")
    assert lead.email is None


NAMES = {
    "71-script": ("<script>alert(1)</script>", None),
    "72-formula": ('=HYPERLINK("http://x")', None),
    "72-plus": ("+1", None),
    "72-at": ("@a", None),
    "73-sql": ("'; DROP TABLE leads;--", None),
    "74-templates": ("{{7*7}} {0.__class__} %s%n ${jndi:ldap://x}", None),
    "75-lines-and-escapes": ("Ja\r\nne\x1b[31m", "Ja ne"),
    "77-advertisement": ("Win $$ http://evil.tld", None),
    "80-number": (7, "7"),
}


@pytest.mark.parametrize(("name", "kept"), NAMES.values(), ids=NAMES)
def test_row_71_to_80_name_is_kept_literally_and_texted_harmlessly(wire, simulator, name, kept):
    reply = wire.lead(as_json(first_name=name))

    process_lead(reply.json["lead_id"])

    assert wire.story.lead(reply.json["lead_id"]).first_name == (kept or name)
    [text] = simulator.texts()
    assert text["body"].startswith("Example Co: hi")
    assert not any(sign in text["body"] for sign in ("<", "http", "://", "{", "$", "@", "\n"))


@pytest.mark.parametrize(
    "phone", ["+1 202-555-0142", "(202) 555.0142", 2025550142, "\uff0b1 202 555 0142"]
)
def test_row_67_suppressed_number_in_any_writing_is_taken_and_not_texted(
    wire, simulator, phone
):
    wire.story.suppress(SuppressionKind.DNC)

    reply = wire.lead(as_json(phone=phone))
    process_lead(reply.json["lead_id"])

    assert reply.status == 202
    assert wire.story.lead(reply.json["lead_id"]).status == "suppressed"
    assert simulator.texts() == []


def test_row_68_number_suppressed_since_is_not_texted(wire, simulator):
    reply = wire.lead(JANE)
    wire.story.suppress(SuppressionKind.DNC)

    process_lead(reply.json["lead_id"])

    assert (reply.status, simulator.texts()) == (202, [])
    assert wire.story.lead(reply.json["lead_id"]).status == "suppressed"


def test_row_66_number_of_unknown_kind_is_taken_and_the_carrier_decides(wire, simulator):
    reply = wire.lead(as_json(phone="+1 202 555 0003"))  # a landline, by a later receipt

    process_lead(reply.json["lead_id"])

    assert reply.status == 202
    assert wire.story.delivery(reply.json["lead_id"]).status == "sent"
    wire.story.receipt(reply.json["lead_id"], "undelivered", code=30006)
    assert wire.story.contact("+12025550003").landline


@pytest.mark.parametrize("given", [{}, {"consent": "no"}, {"consent": False}, {"consent": ""}])
def test_row_82_lead_without_the_consent_that_is_required_is_refused(wire, given):
    wire.story.change("UPDATE integrations SET consent_required = true, parse_version = 2")

    reply = wire.lead(as_json(**given))

    assert refused(reply, 422, "consent")
    assert wire.leads() == 0
    wire.story.change("UPDATE integrations SET consent_required = false, parse_version = 3")


def test_row_86_repeat_is_a_duplicate_with_the_first_id(wire):
    first, second = wire.lead(JANE), wire.lead(JANE)

    assert (first.status, second.status) == (202, 200)
    assert second.json == {"status": "duplicate", "lead_id": first.json["lead_id"]}


def test_row_87_same_id_of_another_person_is_a_conflict_and_no_lead(wire):
    first = wire.lead(as_json(lead_id="7"))

    second = wire.lead(as_json(lead_id="7", phone="+1 202 555 0143"))

    assert (second.status, second.json["lead_id"]) == (200, first.json["lead_id"])
    assert wire.story.value("SELECT count(*) FROM lead_conflicts WHERE other_person") == 1


def test_row_89_fifty_identical_requests_at_once_make_one_lead(wire):
    sent = request("POST", wire.path, JSON, body=JANE)

    with ThreadPoolExecutor(50) as senders:
        replies = list(senders.map(lambda _: wire.send(sent), range(50)))

    assert sorted(reply.status for reply in replies) == [200] * 49 + [202]
    assert len({reply.json["lead_id"] for reply in replies}) == 1
    assert wire.leads() == 1
