"""Leads followed over HTTP through the real processes, from the post to the opt-in queue."""

import time

import pytest

FATES = [
    # last four digits, lead, delivery, in the queue (rules 13 and 14; the fates of the product)
    pytest.param("0001", "needs_attention", "refused", False, id="0001 not a number"),
    pytest.param("0002", "landline", "landline", True, id="0002 landline at send"),
    pytest.param("0003", "landline", "landline", True, id="0003 landline by receipt"),
    pytest.param("0004", "suppressed", "refused", False, id="0004 unsubscribed"),
    pytest.param("0005", "needs_attention", "undelivered", False, id="0005 unreachable"),
    pytest.param("0006", "needs_attention", "undelivered", False, id="0006 filtered"),
    pytest.param("0007", "joined", "sent", True, id="0007 stays sent"),
    pytest.param("0008", "joined", "delivered", True, id="0008 slow"),
    pytest.param("0009", "landline", None, True, id="0009 landline by look-up"),
    pytest.param("0123", "joined", "delivered", True, id="delivered"),
]


def test_posted_lead_is_texted_and_in_the_opt_in_queue_within_two_seconds(
    service, somebody, until
):
    begun = time.monotonic()

    answer = service.post(somebody)

    assert answer.status_code == 202
    queued = until(lambda: [c for c in service.queue() if c["phone"] == somebody["phone"]])
    assert time.monotonic() - begun < 2
    assert queued[0]["first_name"] == somebody["first_name"]
    assert queued[0]["in_opt_in_queue"] is True
    [text] = service.texts(to=somebody["phone"])
    assert "HELP" in text["body"]
    assert "STOP" in text["body"]


@pytest.mark.parametrize(("digits", "lead_status", "text_status", "is_queued"), FATES)
def test_every_fate_ends_where_the_product_says(
    service, digits, lead_status, text_status, is_queued
):
    phone = f"+1202555{digits}"
    person = {"first_name": "Jane", "last_name": "Doe", "phone": phone}

    lead_id = service.post(person).json()["lead_id"]

    lead = service.lead_reaches(lead_id, lead_status)
    assert (lead["text"] or {}).get("status") == text_status
    assert (phone in {c["phone"] for c in service.queue()}) is is_queued
    assert len(service.texts(to=phone)) <= 1


def test_request_id_goes_from_the_request_to_the_timeline(service, somebody):
    answer = service.post(somebody, headers={"X-Request-ID": "walk-7"})
    lead_id = answer.json()["lead_id"]

    lead = service.lead_reaches(lead_id, "joined")

    assert answer.headers["X-Request-ID"] == "walk-7"
    assert lead["request_id"] == "walk-7"
    assert {entry["request_id"] for entry in lead["timeline"]} == {"walk-7"}


@pytest.mark.parametrize("callbacks", ["duplicate", "reversed", "early"])
def test_repeated_and_reordered_receipts_change_nothing(service, somebody, callbacks):
    service.fault(callbacks=callbacks)

    lead_id = service.post(somebody).json()["lead_id"]

    lead = service.lead_reaches(lead_id, "joined")
    assert lead["text"]["status"] == "delivered"
    assert len(service.texts(to=somebody["phone"])) == 1
    assert [c["phone"] for c in service.queue()].count(somebody["phone"]) == 1


@pytest.mark.parametrize("mode", ["accept_then_500", "half_body", "reset_after_accept"])
def test_text_that_twilio_took_without_saying_so_goes_out_once(service, somebody, until, mode):
    service.fault(mode=mode, callbacks="none")
    lead_id = service.post(somebody).json()["lead_id"]
    until(lambda: service.texts(to=somebody["phone"]))

    service.fault(mode="ok", callbacks="normal")

    assert service.lead_reaches(lead_id, "joined")["text"]["status"] in {"sent", "delivered"}
    assert len(service.texts(to=somebody["phone"])) == 1


def test_text_that_twilio_refused_to_take_goes_out_once_it_takes_texts_again(service, somebody):
    service.fault(mode="429")
    lead_id = service.post(somebody).json()["lead_id"]
    service.lead_reaches(lead_id, "texting")

    service.fault(mode="ok")

    service.lead_reaches(lead_id, "joined")
    assert len(service.texts(to=somebody["phone"])) == 1


def test_rejected_account_keeps_the_leads_and_says_why(service, somebody, until):
    service.fault(mode="401")
    lead_id = service.post(somebody).json()["lead_id"]

    waiting = until(lambda: (lead := service.lead(lead_id))["reason"] and lead)
    service.fault(mode="ok")

    assert waiting["status"] == "texting"
    assert "20003" in waiting["reason"]
    service.lead_reaches(lead_id, "joined")
    assert len(service.texts(to=somebody["phone"])) == 1
