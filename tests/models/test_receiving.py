"""The quick way of a receipt: one round trip where nothing is to be decided, else hands off."""

import pytest

from models import autocommit
from models.receiving import settle_delivered

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
