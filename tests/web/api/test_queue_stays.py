"""Rule 7: whatever becomes of the integration, who waits in the opt-in queue still waits."""

import pytest

PEOPLE = {"+12025550142", "+12025550143"}


def waiting(api):
    return {each["phone"] for each in api.get("/contacts?folder=opt-in-queue").json["items"]}


@pytest.fixture
def queue(story, simulator):
    """Two people in the opt-in queue."""
    for phone in sorted(PEOPLE):
        story.delivered(phone=phone)


def test_rule_7_off_touches_nobody_in_the_opt_in_queue(api, queue, work):
    work(api.post("/integration/deactivate"))

    assert api.get("/integration").json["status"] == "paused"
    assert waiting(api) == PEOPLE


def test_rule_7_delete_touches_nobody_in_the_opt_in_queue(api, queue, work):
    work(api.delete("/integration"))

    assert api.get("/integration").status_code == 404
    assert waiting(api) == PEOPLE


def test_rule_7_off_then_delete_then_another_integration_touch_nobody(api, queue, work):
    work(api.post("/integration/deactivate"))
    work(api.delete("/integration"))

    made = api.post("/integration", {"name": "Second form", "brand": "Example Co"})

    assert made.status_code == 201
    assert waiting(api) == PEOPLE
