"""The bad-input catalog, rows 95 to 106: who calls, and what else than leads is sent.

Rows 90, 91 and 93 are in test_signed_leads.py, 94 in test_rate_limit.py, 101 and 103 in
pages/test_catalog_forms.py.
"""

import codecs

import pytest
from twilio.request_validator import RequestValidator

import config
from models import SuppressionKind
from tests.story import OURS, PHONE
from tests.web.conftest import JANE, JSON, MARK, refused
from tests.web.raw import request, running, send
from workers.callbacks import status_callback
from workers.receipts import apply_receipts

FORM = "Content-Type: application/x-www-form-urlencoded"


def test_row_95_both_stores_down_is_503_with_retry_after():
    with running("-m", "web.serve") as (_, port):
        replies = [
            send(port, request("POST", f"/hooks/{'t' * 43}", JSON, body=body))
            for body in (JANE, b"{", b"")
        ]

    for reply in replies:
        assert refused(reply, 503, "unavailable")
        assert int(reply.headers["retry-after"]) > 0


def signature_of(address, form, token=None):
    return RequestValidator(token or config.TWILIO_AUTH_TOKEN).compute_signature(address, form)


FORGED = {
    "none": lambda address, form: "",
    "no-base64": lambda address, form: "\xff\xfe",
    "other-token": lambda address, form: signature_of(address, form, "1" * 32),
    "other-host": lambda address, form: signature_of(
        "https://evil.example/twilio/status", form
    ),
    "other-scheme": lambda address, form: signature_of(
        address.replace("http://", "https://"), form
    ),
    "other-path": lambda address, form: signature_of(
        address.replace("/status", "/inbound"), form
    ),
    "query-left-out": lambda address, form: signature_of(address.partition("?")[0], form),
    "other-field": lambda address, form: signature_of(
        address, form | {"MessageStatus": "sent"}
    ),
    "field-more": lambda address, form: signature_of(address, form | {"A": "1"}),
    "of-the-address-alone": lambda address, form: signature_of(address, {}),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_row_96_callback_that_twilio_did_not_sign_is_403_and_changes_nothing(
    story, simulator, forged
):
    lead_id = story.texted()
    delivery = story.delivery(lead_id)
    address = status_callback(delivery.lead_id, delivery.attempt)
    form = {"MessageSid": delivery.sid, "MessageStatus": "delivered"}

    answer = story.client.post(
        address.removeprefix(config.PUBLIC_BASE_URL),
        data=form,
        headers={"X-Twilio-Signature": forged(address, form)},
    )

    assert (answer.status_code, answer.json["code"]) == (403, "bad-signature")
    assert story.receipts(lead_id) == []
    assert story.delivery(lead_id).status == "sent"


def test_row_97_callback_for_a_text_of_nobody_is_204_and_kept(story):
    answer = story.signed("/twilio/status", {"MessageSid": "SM9", "MessageStatus": "sent"})

    assert answer.status_code == 204
    assert story.value("SELECT count(*) FROM receipts WHERE sid = 'SM9'") == 1


def test_row_98_repeated_and_older_callbacks_are_204_and_change_nothing(story, simulator):
    lead_id = story.delivered()

    answers = [story.told(lead_id, each) for each in ("delivered", "sent", "queued", "failed")]
    apply_receipts(lead_id)

    assert [answer.status_code for answer in answers] == [204] * 4
    assert story.stands(lead_id) == ("delivered", "joined", True)


@pytest.mark.parametrize(
    ("body", "needs_review"),
    [
        ("STOP", False),
        ("Stop \N{OCTAGONAL SIGN}", False),
        ("opt out", False),
        ("stop please", True),
        ("\uff33\uff34\uff2f\uff30", False),
        ("S.T.O.P!!", False),
    ],
)
def test_row_100_stop_in_any_writing_suppresses_before_the_answer(story, body, needs_review):
    answer = story.says(body)

    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    [found] = story.suppressions()
    assert (found.kind, found.needs_review) == (SuppressionKind.OPTED_OUT, needs_review)


ODD_CALLBACKS = {
    "nothing": ({}, 400),
    "no-status": ({"MessageSid": "SM1"}, 400),
    "empty-fields": ({"MessageSid": "", "MessageStatus": ""}, 400),
    "only-nul": ({"MessageSid": "\0", "MessageStatus": "sent"}, 400),
    "status-of-nobody": ({"MessageSid": "SM1", "MessageStatus": MARK}, 204),
    "status-of-60-KiB": ({"MessageSid": "SM1", "MessageStatus": "x" * 60_000}, 204),
    "id-of-60-KiB": ({"MessageSid": "S" * 60_000, "MessageStatus": "sent"}, 204),
    "code-of-other-digits": (
        {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "\u0663\u0660"},
        204,
    ),
    "code-that-is-none": (
        {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "-1e400"},
        204,
    ),
    "names-of-nul": ({"MessageSid": "SM1", "MessageStatus": "sent", "a\0b": "\0"}, 204),
    "many-fields": (
        {"MessageSid": "SM1", "MessageStatus": "sent"} | {f"f{n}": "1" for n in range(500)},
        204,
    ),
}


@pytest.mark.parametrize(("form", "status"), ODD_CALLBACKS.values(), ids=ODD_CALLBACKS)
def test_odd_callback_is_kept_or_refused_by_name(story, form, status):
    answer = story.signed("/twilio/status", form)

    assert answer.status_code == status, answer.data
    assert MARK.encode() not in answer.data
    assert story.value("SELECT count(*) FROM receipts") == (status == 204)


ODD_TEXTS = {
    "from-nobody": {"From": ""},
    "from-a-word": {"From": "EVIL-MARK"},
    "from-a-short-code": {"From": "12345"},
    "to-nobody-of-ours": {"To": "+12025550199"},
    "no-body": {"Body": ""},
    "body-of-60-KiB": {"Body": "stop " * 12_000},
    "body-of-marks": {"Body": "\u0301" * 2_000},
    "body-of-nul": {"Body": "ST\0OP"},
    "half-a-pair": {"Body": "\N{OCTAGONAL SIGN}"},
    "other-opt-out-type": {"OptOutType": MARK},
}


@pytest.mark.parametrize("changed", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_is_answered_with_twiml_or_refused_by_name(story, changed):
    fields = {"From": PHONE, "To": OURS, "Body": "Hi", "MessageSid": "SM1"} | changed

    answer = story.signed("/twilio/inbound", fields)

    assert answer.status_code in {200, 400}, answer.data
    assert MARK.encode() not in answer.data.lower()


def test_body_that_is_no_form_is_not_twilio_s(wire):
    for line, body in (
        (JSON, b'{"MessageSid": "SM1"}'),
        ("Content-Type: multipart/form-data; boundary=b", b"--b"),
        ("Content-Type: text/xml", b"<a/>"),
        (FORM, b"%ff=%00&&;"),
        (FORM, b"a=1&" * 10_000),
    ):
        for path in ("/twilio/status", "/twilio/inbound"):
            reply = wire.send(request("POST", path, line, body=body))
            assert reply.status in {403, 413}
            assert refused(reply, reply.status)


@pytest.mark.parametrize("size", [100 * 1024, 1 << 20])
def test_row_102_endless_password_is_413_before_anybody_looks_at_it(wire, size):
    body = b"email=owner%40example.com&password=" + b"p" * size

    reply = wire.send(request("POST", "/sign-in", FORM, body=body))

    assert refused(reply, 413, "too-large")
    assert wire.story.value("SELECT count(*) FROM sign_in_attempts") == 0


NOBODYS = "00000000-0000-0000-0000-000000000000"


def test_row_104_another_account_s_id_is_404_like_one_that_never_was(api, make_somebody):
    stranger = make_somebody()
    theirs = stranger.post("/groups", {"name": "theirs"}).json["id"]

    answers = [
        call
        for group in (theirs, NOBODYS)
        for call in (
            api.patch(f"/groups/{group}", {"name": "ours"}),
            api.delete(f"/groups/{group}"),
            api.get(f"/contacts?folder=group:{group}"),
        )
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert [each["name"] for each in stranger.get("/groups").json["items"]] == ["theirs"]


LISTS = {
    "byte-order-mark": (codecs.BOM_UTF8 + b"phone\n+12025550142\n", 1, 0),
    "mixed-line-ends": (b"phone\r\n+12025550142\n\r\n+12025550143\r+12025550144", 3, 0),
    "utf-16": ("phone,reason\n+12025550142,caf\xe9\n".encode("utf-16"), 1, 0),
    "utf-16-without-a-mark": ("phone\n+12025550142\n".encode("utf-16-le"), None, None),
    "quote-open-to-the-end": (b'phone\n"+12025550142\n+12025550143\n+12025550144', 2, 1),
    "quote-open-in-the-head": (b'"phone\n+12025550142\n', 1, 0),
    "one-column-no-header": (b"+12025550142\n+12025550143", 2, 0),
    "three-columns": (b"name,phone,reason\nJane,+12025550142,asked\n", 1, 0),
    "header-in-capitals": (b"PHONE,REASON\n+12025550142,asked\n", 1, 0),
    "header-of-another-name": (b"Mobile Number;Notes\n+12025550142;asked\n", 1, 0),
    "header-twice": (b"phone,phone\n+12025550142,+12025550143\n", 1, 0),
    "header-alone": (b"phone,reason\n", 0, 0),
    "nothing": (b"", 0, 0),
    "mark-alone": (codecs.BOM_UTF8, 0, 0),
    "blank-lines": (b"\n\r\n \n,\n", 0, 0),
    "nul-in-a-line": (b"phone\n+1202\x005550142\n+12025550143\n", 1, 1),
    "no-utf-8": (b"phone,reason\n+12025550142,\xff\xfe\n", 1, 0),
    "line-of-a-million": (b"phone\n" + b"9" * 1_000_000 + b"\n+12025550142\n", 1, 1),
    "formula": (b'phone\n"=HYPERLINK(""http://x"")"\n\'+12025550142\n', 1, 1),
    "words": (b"phone\nevil-mark\n+12025550142\n", 1, 1),
}


@pytest.mark.parametrize(("body", "good", "bad"), LISTS.values(), ids=LISTS)
def test_row_106_odd_list_is_a_job_that_tells_each_line_it_could_not_read(
    wire, api, body, good, bad
):
    key = f"Authorization: Bearer {api.key}"
    path = "/api/v1/suppressions/import?kind=dnc"

    reply = wire.send(
        request("POST", path, key, "Content-Type: text/csv", f"Content-Length: {len(body)}")
        + body
    )

    if good is None:
        assert refused(reply, 400, "unreadable")
        return
    assert reply.status == 202, reply.body
    assert MARK.encode() not in reply.body
    job = api.get(f"/jobs/{reply.json['job']['id']}").json
    assert (job["total"] - len(job["failures"]), len(job["failures"])) == (good, bad)
    assert api.get("/suppressions").json["items"] == []  # nothing before the worker's turn
