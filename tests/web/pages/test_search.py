""" "Where is Jane Smith?", asked in the header of any page."""

import pytest

from tests.story import Story
from tests.web.pages.conftest import said


@pytest.fixture
def story(app, owner):
    return Story(app.test_client(), owner.account_id)


def test_everything_of_one_person_stands_together(owner, story, simulator):
    story.delivered()
    story.says("STOP")

    page = owner.get("/search?q=jane")

    shown = said(page)
    assert page.text.count("<h2") - page.text.count('<h2 id="keys') >= 1
    assert "Suppressed: texted STOP" in shown
    assert "Contact" in shown
    assert "Lead" in shown
    assert "Suppression" in shown
    assert f'href="/contacts/{story.contact().id}"' in page.text


def test_refused_request_is_found(owner, story):
    story.client.post(story.path, json={"first_name": "Jane", "phone": "2025550142"})

    shown = said(owner.get("/search?q=0142"))

    assert "Refused: last name missing" in shown


def test_deleted_person_is_told_with_the_name_of_who_did_it(owner, story, simulator):
    story.delivered()
    contact = story.contact().id
    owner.post(f"/contacts/{contact}/delete")

    page = owner.get("/search?q=doe")

    assert "Deleted by Owner 1" in said(page)
    assert f'href="/contacts/{contact}"' not in page.text


def test_nobody_is_said_with_what_was_searched(owner, story):
    assert "Nobody like that" in said(owner.get("/search?q=jane"))
    assert "Whom are you looking for?" in said(owner.get("/search"))


def test_what_was_typed_is_shown_as_it_is(owner):
    page = owner.get('/search?q="><script>alert(1)</script>')

    assert "<script>alert" not in page.text


def test_rule_30_stranger_finds_nobody(owner, stranger, story, simulator):
    story.delivered()

    assert "Nobody like that" in said(stranger.get("/search?q=jane"))
