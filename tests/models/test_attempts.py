from uuid import UUID, uuid4

import pytest

from models import DeliveryStatus, transaction
from models.attempts import accepted, not_sent, unknown
from models.lead_steps import claim
from models.texting import begin
from tests.story import BODY, OURS


def as_accepted(claim):
    return accepted(claim, "SM" + "a" * 32)


def as_not_sent(claim):
    with transaction() as session:
        return not_sent(session, claim, "refused connection")


def as_unknown(claim):
    with transaction() as session:
        return unknown(session, claim, "read time-out")


@pytest.mark.parametrize("record", [as_accepted, as_not_sent, as_unknown])
def test_only_the_job_that_holds_the_attempt_records_what_came_of_it(story, record):
    """Another job has claimed the text again since: its call is under way."""
    lead = claim(UUID(story.post()))
    given_up = begin(lead, OURS, BODY)
    story.change("UPDATE deliveries SET attempt_token = :token", token=uuid4())

    assert record(given_up) is False

    delivery = story.delivery(lead.id)
    assert (delivery.status, delivery.sid) == (DeliveryStatus.SENDING, None)
