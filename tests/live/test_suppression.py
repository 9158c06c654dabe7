"""Suppressing a number while its text is on the way: promise 3, and rules 23 to 27."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest


def suppress(service, phone):
    answer = service.api("POST", "/suppressions", json={"phone": phone, "kind": "dnc"})
    return answer, datetime.now(UTC)


def test_nothing_goes_out_to_a_number_once_it_is_answered_to_be_suppressed(service, crowd):
    everybody = crowd(60)
    service.fault(latency_ms=30)

    with ThreadPoolExecutor(12) as pool:
        posts = [pool.submit(service.post, lead) for lead in everybody]
        answers = list(pool.map(lambda lead: suppress(service, lead["phone"]), everybody))
    leads = [post.result().json()["lead_id"] for post in posts]

    for lead_id in leads:
        service.lead_reaches(lead_id, "suppressed", "joined")
    texts = {text["to"]: text["accepted_at"] for text in service.texts()}
    for lead, (answer, answered_at) in zip(everybody, answers, strict=True):
        assert answer.status_code == 201
        if lead["phone"] in texts:
            assert datetime.fromisoformat(texts[lead["phone"]]) < answered_at
    queued = {contact["phone"] for contact in service.queue()}
    assert not queued & {lead["phone"] for lead in everybody}


def test_answer_waits_for_the_text_that_is_on_its_way(service, somebody, until):
    service.fault(latency_ms=1_500)
    lead_id = service.post(somebody).json()["lead_id"]
    until(lambda: (service.lead(lead_id)["text"] or {}).get("status") == "sending")

    answer, answered_at = suppress(service, somebody["phone"])

    [text] = service.texts(to=somebody["phone"])
    assert answer.status_code == 201
    assert datetime.fromisoformat(text["accepted_at"]) < answered_at


def test_text_that_hangs_at_the_carrier_is_named_in_a_202(service, somebody, until):
    service.fault(mode="accept_then_hang", callbacks="none")
    lead_id = service.post(somebody).json()["lead_id"]
    until(lambda: service.texts(to=somebody["phone"]))

    answer, _ = suppress(service, somebody["phone"])

    assert answer.status_code in {201, 202}
    if answer.status_code == 202:
        assert [text["lead_id"] for text in answer.json()["in_flight"]] == [lead_id]


@pytest.mark.parametrize("word", ["STOP", " stop. ", "Opt out", "please stop texting me"])
def test_inbound_stop_takes_the_person_out_before_twilio_is_answered(service, somebody, word):
    lead_id = service.post(somebody).json()["lead_id"]
    service.lead_reaches(lead_id, "joined")

    heard = service.text_back(somebody["phone"], word)

    assert heard.json()["status"] == 200
    assert somebody["phone"] not in {contact["phone"] for contact in service.queue()}
    again = service.post(somebody | {"first_name": "Other"})
    assert again.status_code in {200, 202}
    assert len([t for t in service.texts(to=somebody["phone"]) if t["via"] == "api"]) == 1


def test_start_lifts_the_stop_but_puts_nobody_back_into_the_queue(service, somebody, until):
    lead_id = service.post(somebody).json()["lead_id"]
    service.lead_reaches(lead_id, "joined")
    service.text_back(somebody["phone"], "STOP")

    service.text_back(somebody["phone"], "YES")
    kinds = [
        each["kind"]
        for each in service.get(f"/suppressions?q={somebody['phone'][2:]}")["items"]
    ]
    service.text_back(somebody["phone"], "START")

    assert kinds == ["opted_out"]
    until(lambda: not service.get(f"/suppressions?q={somebody['phone'][2:]}")["items"])
    assert somebody["phone"] not in {contact["phone"] for contact in service.queue()}
