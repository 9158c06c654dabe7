"""Ways that took the machine long, or a reader's eye, to find: each one written down."""

from models import DeliveryStatus, IntegrationStatus
from tests.machine.carrier import Carrier
from workers.leads import send_text
from workers.reconcile import check_text


def test_i1_lead_that_was_held_when_its_text_turned_out_to_be_sent_goes_on(story, monkeypatch):
    """Given up as unsent, ready again, held by a pause: then Twilio tells that it has the text.

    Nobody switches it on for a day. Left as held it would miss both looks at its text, and
    stay on its way for ever once it was released.
    """
    carrier = Carrier(mode="accept_then_500")
    monkeypatch.setattr("workers.twilio.exchange", carrier.exchange)
    lead_id = story.texted()
    story.change(
        "UPDATE deliveries SET status = 'ready', attempt_token = NULL, check_at = NULL,"
        " due_at = now() - interval '1 second'"
    )
    story.switch(IntegrationStatus.PAUSED)
    send_text(lead_id)
    assert str(story.lead(lead_id).status) == "held"

    carrier.move(carrier.texts[0], "sent")
    story.receipt(lead_id, "sent", sid=carrier.texts[0].sid)
    assert story.stands(lead_id) == (DeliveryStatus.SENT, "texting", False)
    check_text(lead_id, 0)

    assert story.stands(lead_id) == (DeliveryStatus.SENT, "joined", True)
    assert story.lead(lead_id).held_at is None
