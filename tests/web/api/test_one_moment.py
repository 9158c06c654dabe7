"""What one GET answers fits together, whatever is committed while it is put together."""

import pytest

from web.api import integration as integration_api
from web.api import leads as leads_api


@pytest.fixture
def once_before(monkeypatch):
    """Have something happen once, just before a function of a module is called."""

    def once_before(module, name, happens):
        real, left = getattr(module, name), [happens]

        def called(*args, **kwargs):
            if left:
                left.pop()()
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, called)

    return once_before


def test_integration_that_is_deleted_meanwhile_is_shown_as_it_was(api, story, once_before):
    once_before(integration_api, "integration_shape", lambda: api.delete("/integration"))

    answer = api.get("/integration")

    assert answer.status_code == 200
    assert answer.json["endpoint_url"].endswith(story.path)
    assert api.get("/integration").status_code == 404


def test_lead_and_its_timeline_are_of_one_moment(api, story, simulator, once_before):
    lead_id = story.texted()
    once_before(leads_api, "whole_story", lambda: story.receipt(lead_id, "delivered"))

    lead = api.get(f"/leads/{lead_id}").json

    assert lead["status"] == "texting"
    assert [each["kind"] for each in lead["timeline"]] == ["received", "texted"]
