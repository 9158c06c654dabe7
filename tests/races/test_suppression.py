"""F28: a suppression against the claim of a text. I3: nothing goes out once it is answered."""

import time
from uuid import UUID

import pytest

from models import transaction
from models.lead_steps import claim, make_ready, person_of
from workers.leads import process_lead, send_text


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """A suppression that waits for a text looks again soon."""
    monkeypatch.setattr("web.api.draining.POLL_SECONDS", 0.002)


def new_lead(story, fields):
    """A lead as it comes in: decided on, claimed and texted in one go."""
    return story.post(**fields), process_lead


def waiting_text(story, fields):
    """A lead whose text is ready and due, as after a setback."""
    lead_id = story.post(**fields)
    lead = claim(UUID(lead_id))
    with transaction() as session:
        make_ready(
            session, lead, person_of(session, lead), "Reply HELP for help, STOP to stop."
        )
    return lead_id, send_text


@pytest.mark.parametrize("kind_of_lead", [new_lead, waiting_text])
def test_f28_nothing_is_sent_after_a_suppression_was_answered(
    racing, api, carrier, person, tie, kind_of_lead
):
    race = tie("text", "suppression")
    for _ in race.rounds():
        fields = person()
        lead_id, job = kind_of_lead(racing, fields)

        def suppress(phone=fields["phone"]):
            answer = api.post("/suppressions", {"phone": phone, "kind": "dnc"})
            return answer.status_code, time.monotonic()

        _, (status, answered) = race.start(lambda: job(lead_id), suppress)  # noqa: B023

        texted = carrier.accepted.get(lead_id, [])
        assert status == 201
        assert len(texted) <= 1
        assert all(at < answered for at in texted)
        assert stands(racing, lead_id) == (("sent", "texting") if texted else SUPPRESSED)
        race.won("text" if texted else "suppression")


SUPPRESSED = ("suppressed", "suppressed")


def stands(story, lead_id):
    """Where the text and the lead are. A lead that never got a text needs none canceled."""
    lead = story.lead(lead_id)
    text = story.value("SELECT status FROM deliveries WHERE lead_id = :id", id=lead_id)
    return str(text or lead.status), str(lead.status)
