"""The traffic of the demo: people who do not exist, in formats that the service reads."""

import itertools
import random
import re

import pytest

from dev.traffic import forms
from dev.traffic.people import Person, areas, people, with_fate
from dev.traffic.scenes import FATES, Scenes
from senders import NotALead, ParseSettings, parse

SETTINGS = ParseSettings(default_region="US", allowed_countries=frozenset({"US"}))
ANA = Person("Ana", "García-Ruiz", "+12025550142")


class Heard:
    """A service that only listens."""

    def __init__(self):
        self.posts, self.texts, self.dials = [], [], []

    def post(self, url, body):
        self.posts.append((url, body))

    def text_back(self, phone, words):
        self.texts.append((phone, words))

    def turn(self, **dials):
        self.dials.append(dials)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def scenes(heard):
    made = Scenes(heard, random.Random(7))
    made.url = "https://example.com/hooks/new"
    return made


def test_every_number_is_kept_for_fiction_and_comes_once():
    phones = [person.phone for person in itertools.islice(people(random.Random(1)), 30_000)]

    assert all(re.fullmatch(r"\+1[2-9]\d\d55501\d\d", phone) for phone in phones)
    assert len(set(phones)) == len(phones)
    assert len(areas()) * 100 >= 30_000


@pytest.mark.parametrize("form", sorted(set(forms.FORMS), key=lambda form: form.__name__))
def test_every_format_is_read_as_the_person_who_filled_it_in(form):
    body = form(ANA)

    lead = parse(body.content, body.content_type, SETTINGS)

    assert (lead.first_name, lead.last_name) == ("Ana", "García-Ruiz")
    assert lead.phone == ANA.phone
    assert not lead.is_test


@pytest.mark.parametrize("line", range(100, 105))
def test_number_is_understood_however_it_is_typed(line):
    person = Person("Ana", "Lee", f"+1202555{line:04}")

    body = forms.script(person)

    assert parse(body.content, body.content_type, SETTINGS).phone == person.phone


def test_useless_bodies_are_useless():
    chance = random.Random(3)

    for _ in range(40):
        body = forms.unusable(ANA, chance)
        with pytest.raises(NotALead):
            parse(body.content, body.content_type, SETTINGS)


def test_every_fate_has_its_people():
    phones = [with_fate(random.Random(5), fate).phone for fate in FATES]

    assert [phone[-7:] for phone in phones] == [f"555{fate}" for fate in FATES]


def test_all_that_may_happen_happens(scenes, heard):
    scenes.retired = "https://example.com/hooks/old"

    for _ in range(400):
        scenes.happens()

    urls = [url for url, _ in heard.posts]
    bodies = [body for _, body in heard.posts]
    assert {scenes.url, scenes.retired} == set(urls)
    assert len(set(bodies)) < len(bodies), "a lead came twice"
    assert {"STOP", "Thanks!"} <= {words for _, words in heard.texts}
    assert {dial["rate"] for dial in heard.dials} == {0.05}


def test_nobody_answers_before_anybody_was_texted(scenes, heard):
    scenes.reply()
    scenes.opt_out()
    scenes.lead_again()

    assert (heard.texts, heard.posts) == ([], [])
