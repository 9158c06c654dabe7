"""Endpoint URLs from the sender's side: what is answered, and what is stored by then."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import LeadStatus, SuppressionKind
from models.accept import UrlBusy, Verdict
from tests.conftest import eventually
from tests.story import JANE, PHONE
from workers.broker import broker
from workers.leads import process_lead


def jobs():
    """Return the lead ids that were rung for."""
    raw = broker.client.hvals("dramatiq:leads.msgs")
    return [json.loads(each)["args"][0] for each in raw]


def test_new_lead_is_answered_202_with_its_id_and_rung_for(story):
    answer = story.answer()

    assert answer.status_code == 202
    assert answer.json == {"status": "accepted", "lead_id": answer.json["lead_id"]}
    assert story.lead(answer.json["lead_id"]).status == LeadStatus.RECEIVED
    eventually(lambda: answer.json["lead_id"] in jobs())


def test_repeat_is_answered_200_with_the_first_id(story):
    first = story.post()

    answer = story.answer()

    assert (answer.status_code, answer.json) == (
        200,
        {"status": "duplicate", "lead_id": first},
    )


def test_rule_9_lead_needs_first_name_last_name_and_phone(story):
    answer = story.client.post(story.path, json={"note": "hello"})

    assert answer.status_code == 422
    assert {each["field"] for each in answer.json["errors"]} == {
        "first_name",
        "last_name",
        "phone",
    }
    assert story.value("SELECT count(*) FROM rejections WHERE status = 422") == 1


def test_good_lead_is_taken_after_a_bad_one_with_the_same_key(story):
    assert story.answer(lead_id="7", phone="no").status_code == 422

    assert story.answer(lead_id="7").status_code == 202


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b"<a/>", "image/png", 415),
        (b"null", "application/json", 422),
    ],
    ids=["catalog 13", "catalog 38", "catalog 39", "catalog 32", "catalog 49"],
)
def test_body_that_is_no_lead_is_kept_as_a_rejection(story, body, content_type, status):
    answer = story.client.post(story.path, data=body, content_type=content_type)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert story.value("SELECT status FROM rejections") == status
    assert story.value("SELECT count(*) FROM leads") == 0


def test_catalog_1_unknown_token_is_404_and_keeps_nothing(story):
    answer = story.client.post("/hooks/" + "x" * 43, json=JANE)

    assert answer.status_code == 404
    assert story.value("SELECT count(*) FROM rejections") == 0


def test_catalog_7_paused_url_is_423_with_retry_after(story):
    story.switch("paused")

    answer = story.answer()

    assert (answer.status_code, answer.headers["Retry-After"]) == (423, "300")
    assert story.value("SELECT status FROM rejections") == 423


@pytest.mark.parametrize("known", [True, False], ids=["known", "never seen"])
@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("UPDATE integrations SET status = 'paused'", 423),
        ("UPDATE endpoint_tokens SET retired_at = now()", 410),
        ("UPDATE integrations SET deleted_at = now()", 410),
    ],
    ids=["catalog 7", "catalog 8", "catalog 9"],
)
def test_closed_url_is_told_whatever_this_process_remembers(story, known, statement, status):
    if known:
        story.post(phone="+1 202 555 0143")
    story.change(statement)

    answers = story.answer(), story.client.post(story.path, data=b"{")

    assert [each.status_code for each in answers] == [status, status]
    assert story.value("SELECT count(*) FROM rejections") == 2
    assert story.value("SELECT hits FROM endpoint_tokens") == (2 if status == 410 else 0)


def test_settings_changed_since_are_parsed_by_again(story):
    story.post(phone="+1 202 555 0143")
    story.change("UPDATE integrations SET allowed_countries = '{GB}', parse_version = 2")

    answer = story.answer()

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "country"


def test_settings_that_keep_changing_are_503(story, monkeypatch):
    def accept(endpoint, known, lead, incoming):
        return Verdict("stale", None, known)

    monkeypatch.setattr("web.hooks.accept_lead", accept)

    answer = story.answer()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_url_that_is_busy_is_503_with_retry_after(story, monkeypatch):
    def busy(*_):
        raise UrlBusy("held")

    monkeypatch.setattr("web.hooks.accept_lead", busy)

    answer = story.answer()

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [("active", 200, "active"), ("paused", 200, "paused")],
)
def test_browser_s_get_is_a_plain_page_and_no_hit(story, state, status, words):
    story.switch(state)

    answer = story.client.get(story.path)

    assert answer.status_code == status
    assert words in answer.text
    assert story.path not in answer.text
    assert story.value("SELECT count(*) FROM rejections") == 0


def test_browser_s_get_of_a_closed_or_unknown_url_is_as_for_post(story):
    story.change("UPDATE endpoint_tokens SET retired_at = now()")

    assert story.client.get(story.path).status_code == 410
    assert story.client.get("/hooks/" + "x" * 43).status_code == 404
    assert story.value("SELECT hits FROM endpoint_tokens") == 0


def test_catalog_87_constant_id_swallows_nobody_s_text_twice(story, simulator):
    first = story.texted(lead_id="constant")

    answer = story.answer(lead_id="constant", phone="+12025550143", first_name="Joe")

    assert (answer.status_code, answer.json["lead_id"]) == (200, first)
    assert story.value("SELECT count(*) FROM lead_conflicts WHERE other_person") == 1
    assert len(simulator.texts()) == 1


def test_catalog_89_fifty_identical_posts_at_once_are_one_lead_and_one_text(story, simulator):
    start = threading.Barrier(50)

    def post(_):
        client = story.client.application.test_client()
        start.wait()
        while (answer := client.post(story.path, json=JANE)).status_code == 503:
            pass  # a sender tries again
        return answer

    with ThreadPoolExecutor(50) as senders:
        answers = list(senders.map(post, range(50)))
    for answer in answers:
        process_lead(answer.json["lead_id"])

    assert Counter(answer.status_code for answer in answers) == {202: 1, 200: 49}
    assert len({answer.json["lead_id"] for answer in answers}) == 1
    assert len(simulator.texts()) == 1


@pytest.mark.parametrize("written", ["+1 (202) 555-0142", "202.555.0142", "1-202-555-0142"])
def test_catalog_67_suppressed_number_in_any_writing_is_202_and_not_texted(
    story, simulator, written
):
    story.suppress(SuppressionKind.DNC)

    lead_id = story.texted(phone=written)

    assert story.lead(lead_id).status == LeadStatus.SUPPRESSED
    assert story.lead(lead_id).phone == PHONE
    assert simulator.texts() == []


META = {
    "first_name": "<test lead: dummy data for first_name>",
    "last_name": "<test lead: dummy data for last_name>",
    "phone": "<test lead: dummy data for phone_number>",
    "email": "test@meta.com",
}


def test_decision_test_lead_of_a_sender_is_202_shown_as_a_test_and_never_texted(
    story, simulator
):
    answer = story.client.post(story.path, json=META)

    assert answer.status_code == 202
    process_lead(answer.json["lead_id"])
    lead = story.lead(answer.json["lead_id"])
    assert (lead.status, lead.reason) == (LeadStatus.TEST, "the sender's own test")
    assert simulator.texts() == []
    assert answer.json["lead_id"] not in jobs()


def test_decision_unfinished_form_is_202_dropped_and_never_first(story, simulator):
    partial = {
        "event_id": "01H1",
        "event_type": "form_response_partial",
        "form_response": {
            "form_id": "f",
            "token": "t1",
            "definition": {"fields": []},
            "answers": [
                {
                    "type": "phone_number",
                    "phone_number": PHONE,
                    "field": {"id": "f2", "type": "phone_number", "ref": "phone"},
                }
            ],
        },
    }

    answer = story.client.post(story.path, json=partial)

    assert answer.status_code == 202
    lead = story.lead(answer.json["lead_id"])
    assert (lead.status, lead.reason) == (LeadStatus.DROPPED, "unfinished form")
    assert story.answer().status_code == 202
    assert simulator.texts() == []


@pytest.mark.parametrize("header", ["Idempotency-Key", "webhook-id"])
def test_i5_key_in_a_header_names_the_lead(story, header):
    def post(**fields):
        return story.client.post(story.path, json=JANE | fields, headers={header: "k-1"})

    first, second = post(), post(note="other words")

    assert [first.status_code, second.status_code] == [202, 200]
    assert first.json["lead_id"] == second.json["lead_id"]


def test_request_id_goes_with_the_lead_to_its_timeline(story, simulator):
    lead_id = story.delivered()

    known = story.lead(lead_id).request_id
    assert known
    assert story.value("SELECT array_agg(DISTINCT request_id) FROM timeline") == [known]
