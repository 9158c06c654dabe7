"""The odd bodies of people's own set-ups, posted as their tools do."""

from tests.senders.odd_bodies import BODIES
from tests.senders.odd_shapes import PHONE


def test_every_odd_body_is_accepted_with_the_right_name_and_number(story, api):
    api.patch("/integration", {"duplicate_window_hours": 0})

    answers = {
        name: story.client.post(story.path, data=body, headers={"Content-Type": kind or ""})
        for name, (body, kind, *_) in BODIES.items()
    }

    refused = {name: each.json for name, each in answers.items() if each.status_code != 202}
    assert refused == {}
    for name, answer in answers.items():
        lead = story.lead(answer.json["lead_id"])
        assert (lead.first_name, lead.last_name) == BODIES[name][2:], name
        assert lead.phone == PHONE
