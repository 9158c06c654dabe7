"""The quick way of a receipt: one round trip where nothing is to be decided, else hands off."""

import pytest
from sqlalchemy import text

from models import autocommit, transaction
from models.receiving import settle_delivered
from models.suppressions import lock_suppressions

INSERT = """
    INSERT INTO receipts (lead_id, attempt, sid, status, error_code, raw)
    SELECT lead_id, attempt, coalesce(:sid, sid), :status, :code, '{}' FROM deliveries
    WHERE lead_id = :lead_id
"""


@pytest.fixture
def receive(story):
    """Store a receipt of a lead's text, as the web does, and apply nothing."""

    def receive(lead_id, status, *, code=None, sid=None):
        story.change(INSERT, lead_id=lead_id, status=status, code=code, sid=sid)

    return receive


def settle(lead_id):
    with autocommit() as connection:
        return settle_delivered(connection, lead_id)


def open_receipts(story, lead_id):
    query = "SELECT count(*) FROM receipts WHERE lead_id = :lead_id AND applied_at IS NULL"
    return story.value(query, lead_id=lead_id)


def test_delivered_text_is_settled_and_its_person_joins(story, simulator, receive):
    lead_id = story.texted()
    receive(lead_id, "sent")
    receive(lead_id, "delivered")

    assert settle(lead_id) is True

    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert open_receipts(story, lead_id) == 0


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"status": "sent"}, id="nothing final"),
        pytest.param({"status": "undelivered", "code": 30003}, id="undelivered"),
        pytest.param({"status": "delivered", "sid": "SM" + "0" * 32}, id="of another text"),
    ],
)
def test_anything_else_is_left_as_it_is(story, simulator, receive, told):
    lead_id = story.texted()
    receive(lead_id, **told)

    assert settle(lead_id) is False

    assert story.stands(lead_id) == ("sent", "texting", False)
    assert open_receipts(story, lead_id) == 1


def test_final_text_is_not_settled_again(story, simulator, receive):
    lead_id = story.texted()
    receive(lead_id, "delivered")
    settle(lead_id)
    receive(lead_id, "delivered")

    assert settle(lead_id) is False


def test_lead_without_a_text_is_not_settled(story, simulator):
    assert settle(story.post()) is False


def test_rule_13_delivered_text_is_settled_by_the_call_that_stores_its_receipt(
    story, simulator
):
    lead_id = story.texted()

    answer = story.told(lead_id, "delivered")

    assert answer.status_code == 204
    assert story.stands(lead_id) == ("delivered", "joined", True)
    assert story.timeline(lead_id) == ["texted", "joined"]
    assert open_receipts(story, lead_id) == 0


def test_receipt_that_comes_after_one_that_waits_is_left_to_its_job(story, simulator, receive):
    lead_id = story.texted()
    receive(lead_id, "sent")

    story.told(lead_id, "delivered")

    assert open_receipts(story, lead_id) == 2
    assert settle(lead_id) is True
    assert story.stands(lead_id) == ("delivered", "joined", True)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"status": "undelivered", "code": 30003}, id="undelivered"),
        pytest.param({"status": "read"}, id="read"),
        pytest.param({"status": "delivered", "sid": "SM" + "0" * 32}, id="of another text"),
    ],
)
def test_what_has_to_be_decided_is_stored_for_a_job(story, simulator, told):
    lead_id = story.texted()

    story.told(lead_id, **told)

    assert story.stands(lead_id) == ("sent", "texting", False)
    assert open_receipts(story, lead_id) == 1


def test_delivered_text_with_another_word_unread_is_left_to_the_job(story, simulator, receive):
    lead_id = story.texted()
    receive(lead_id, "undelivered", code=30003)

    story.told(lead_id, "delivered")

    assert story.stands(lead_id) == ("sent", "texting", False)
    assert open_receipts(story, lead_id) == 2


ROWS = {
    "text": "SELECT 1 FROM deliveries WHERE lead_id = :lead_id FOR UPDATE",
    "lead": "SELECT 1 FROM leads WHERE id = :lead_id FOR UPDATE",
    "contact": "SELECT 1 FROM contacts FOR UPDATE",
}


@pytest.mark.parametrize("held", ["suppressions", *ROWS])
def test_receipt_waits_for_no_lock_and_is_left_to_the_job(story, simulator, held):
    lead_id = story.texted()
    with transaction() as session:
        if held == "suppressions":
            lock_suppressions(session, story.account, exclusive=True)
        else:
            session.execute(text(ROWS[held]), {"lead_id": lead_id})

        answer = story.told(lead_id, "delivered")

        assert answer.status_code == 204
        assert open_receipts(story, lead_id) == 1
    assert settle(lead_id) is True
    assert story.stands(lead_id) == ("delivered", "joined", True)
