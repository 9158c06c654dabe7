"""What holds for whatever is read: for each reader, how input is drawn and what is asserted.

A reader raises its own errors and no others; what it returns can be stored, shown and texted;
the same input gives the same again, and what it wrote itself it reads as it was.
"""

import io
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import phonenumbers

from senders import NotALead, ParseSettings, UnusableField, parse
from senders.compliance import DEFAULT_TEMPLATE, lint, render
from senders.fields import fields_of
from senders.number_list import Bad, NoText, read_numbers
from senders.optout import STOP, Intent, classify
from senders.phone import normalize
from senders.places import Evidence
from senders.plain_numbers import ANYWHERE, PlainNumbers
from senders.quiet_hours import NoSharedHour, window
from senders.signature import Signed, key_of, mistake
from senders.text import clean
from tests.fuzz import drawing

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
REGIONS = ["US", "US", "US", "CA", "GB", "DE", "MX", "ES"]
SETTINGS = [
    ParseSettings(),
    ParseSettings(consent_required=True),
    ParseSettings(mapping={"phone": "data.0.phone", "full_name": "name", "email": "1.3"}),
    ParseSettings("GB", frozenset({"GB", "DE"})),
]


@dataclass(frozen=True)
class Target:
    """`draw` makes an input of a random generator, `check` raises what is wrong with it."""

    name: str
    draw: object
    check: object


def _body(rng):
    return (*drawing.body(rng), rng.randrange(len(SETTINGS)))


def _check_body(given):
    body, kind, number = given
    settings = SETTINGS[number]
    lead = _lead_or_refusal(body, kind, settings)
    assert repr(lead) == repr(_lead_or_refusal(body, kind, settings))
    if not isinstance(lead, NotALead):
        _check_lead(lead, settings)


def _lead_or_refusal(body, kind, settings):
    try:
        return parse(body, kind, settings)
    except NotALead as refused:
        return _named(refused, refused)


def _check_lead(lead, settings):
    json.dumps(asdict(lead), ensure_ascii=False, allow_nan=False).encode()
    for name in (lead.first_name, lead.last_name):
        assert len(name) <= 200
        assert clean(name) == name
        assert "\0" not in name
    if lead.is_test or lead.unfinished:
        return
    assert lead.first_name
    _check_number(lead.phone, settings.allowed_countries)
    if lead.last_name and not settings.consent_required:
        plain = {
            "first_name": lead.first_name,
            "last_name": lead.last_name,
            "phone": lead.phone,
        }
        again = parse(json.dumps(plain).encode(), None, ParseSettings("US", ANYWHERE))
        assert {name: getattr(again, name) for name in plain} == plain


def _check_number(e164, allowed):
    assert E164.fullmatch(e164), e164
    assert phonenumbers.region_code_for_number(phonenumbers.parse(e164)) in allowed
    assert normalize(e164, "US", allowed) == e164


def _check_fields(given):
    body, kind, _ = given
    try:
        found = fields_of(body, kind)
    except NotALead:
        return
    assert len(found) <= 200
    for each in found:
        assert len(each.path) <= 200
        assert len(each.sample) <= 200
        assert "\0" not in each.sample


def _number(rng):
    return drawing.number(rng), rng.choice(REGIONS)


def _check_phone(given):
    raw, region = given
    found = _number_or_none(lambda: normalize(raw, region, frozenset(REGIONS)))
    if found is not None:
        _check_number(found, frozenset(REGIONS))
    slowly = _number_or_none(lambda: normalize(raw, region, ANYWHERE))
    assert _number_or_none(lambda: PlainNumbers(region).read(raw)) == slowly


def _number_or_none(read):
    try:
        return read()
    except UnusableField as unusable:
        return _named(unusable.error, None)


def _named(error, outcome):
    """A refusal has a slug for programs and a sentence for people."""
    assert error.code
    assert error.detail.endswith(".")
    return outcome


def _list(rng):
    return drawing.lines(rng), rng.choice(REGIONS)


def _check_list(given):
    try:
        found = list(read_numbers(io.BytesIO(given[0]), given[1]))
    except NoText:
        return
    for each in found:
        if isinstance(each, Bad):
            assert each.line >= 1
            assert each.reason.endswith(".")
            continue
        for phone in getattr(each, "phones", None) or [each.phone]:
            _check_number(phone, ANYWHERE)
        reason = getattr(each, "reason", "")
        assert len(reason) <= 200
        assert "\0" not in reason


def _plain_list(rng):
    numbers = [drawing.number(rng) for _ in range(rng.choice([1, 5, 200]))]
    plain = [
        each for each in numbers if not re.search(r"""[\r\n,;\t"\0\x1c-\x1e\x85\ufeff]""", each)
    ]
    return "\n".join(["phone", *plain]).encode(), rng.choice(REGIONS)


def _check_plain_list(given):
    """A list gives what its lines give one by one, however many are read at once."""
    body, region = given
    head, *lines = body.split(b"\n")
    singly = [phone for line in lines for phone in _phones(head + b"\n" + line, region)]
    assert _phones(body, region) == singly


def _phones(body, region):
    found = read_numbers(io.BytesIO(body), region)
    good = (each for each in found if not isinstance(each, Bad))
    return [phone for each in good for phone in getattr(each, "phones", None) or [each.phone]]


def _check_text(text):
    reading = classify(text)
    assert reading == classify(text)
    assert reading.reason.endswith(".")
    assert classify(f"  {text}\n").intent is reading.intent or len(text) > 1_500


def _stop(rng):
    word = "".join(rng.choice([letter, letter.upper()]) for letter in rng.choice(sorted(STOP)))
    marks = [*" .,!?;:'\"*()-_\n\u200b\ufeff\u2026\U0001f6d1\U0001f64f", "", ""]
    return "".join(
        [rng.choice(marks), rng.choice(marks), word, rng.choice(marks), rng.choice(marks)]
    )


def _check_stop(text):
    """A stop word stays one in any case and with any marks around it."""
    assert classify(text).intent is Intent.STOP_WORD


def _names(rng):
    return drawing.text(rng)[:2_000], str(rng.choice(drawing.PLAIN)), drawing.text(rng)[:200]


def _check_render(given):
    first, last, brand = given
    said = render("{first_name} {last_name} {{7*7}}", first, last, brand)
    name = said.replace("{{7*7}}", "")
    assert not any(sign in name for sign in "{}<>@:/\\\n\r\0\x1b\u202e0123456789"), said
    assert len(render(DEFAULT_TEMPLATE, first, last, "Acme")) <= 320
    lint(first[:2_000], brand)


SECRET = "whsec_c2VjcmV0IGZvciB0ZXN0cyBvbmx5"
NOW = 1_790_000_000


def _signed(rng):
    odd = ["", "0", "-1", "9" * 40, str(NOW - 301), "\u0661", "1e3", " 1"]
    return (
        rng.choice([None, "msg_1", *drawing.SIGNS]),
        rng.choice([None, str(NOW), str(NOW), *odd]),
        rng.choice([None, "v1,", "v1,\xff", "v1,AAAA v1,====", "v2,x", "v1," + "A" * 9_000]),
        drawing.body(rng)[0],
    )


def _check_signature(given):
    name, timestamp, signature, body = given
    assert mistake(Signed(name, timestamp, signature), body, [SECRET, ""], NOW)
    right = _sign(body)
    assert mistake(Signed("msg_1", str(NOW), right), body, [SECRET], NOW) is None
    assert mistake(Signed("msg_1", str(NOW), right), body + b" ", [SECRET], NOW)
    assert mistake(Signed("msg_2", str(NOW), right), body, [SECRET], NOW)


def _sign(body):
    import hmac  # noqa: PLC0415
    from base64 import b64encode  # noqa: PLC0415

    told = f"msg_1.{NOW}.".encode() + body
    return "v1," + b64encode(hmac.digest(key_of(SECRET), told, "sha256")).decode()


def _place(rng):
    values = [
        "FL",
        "florida",
        "33101",
        "0",
        "99999-0000",
        "America/New_York",
        "Etc/UTC",
        "../x",
    ]
    extra = {
        name: rng.choice([*values, *drawing.PLAIN, drawing.number(rng)])
        for name in ("state", "zip", "time_zone")
    }
    area = rng.choice(["202", "800", "340", "907", "684"])
    phones = [f"+1{area}5550142", "+447400123456", "+61400000000", "+882165000000"]
    return rng.choice(phones), extra, rng.randrange(400 * 24)


def _check_place(given):
    phone, extra, hours = given
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    try:
        found = window(now, Evidence.of(phone, extra))
    except NoSharedHour:
        return
    assert found.opens_at < found.closes_at
    assert found.closes_at > now
    assert found.open_now == (found.opens_at <= now)


def _check_clean(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", cleaned)


TARGETS = [
    Target("bodies", _body, _check_body),
    Target("fields", _body, _check_fields),
    Target("numbers", _number, _check_phone),
    Target("lists", _list, _check_list),
    Target("plain lists", _plain_list, _check_plain_list),
    Target("opt-outs", drawing.text, _check_text),
    Target("stop words", _stop, _check_stop),
    Target("names in texts", _names, _check_render),
    Target("signatures", _signed, _check_signature),
    Target("quiet hours", _place, _check_place),
    Target("cleaning", drawing.text, _check_clean),
]
