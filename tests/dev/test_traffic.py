"""The traffic of the demo: people who do not exist, in formats that the service reads."""

import itertools
import random
import re

import pytest

from dev.traffic import forms
from dev.traffic.people import Person, areas, people, with_fate
from dev.traffic.scenes import FATES, Scenes
from dev.traffic.team import GROUPS, LABELS, Team
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


class Office:
    """A service with thirty people in its queue, which notes what is asked of it."""

    def __init__(self):
        self.named = {"/labels": [], "/groups": []}
        self.asked = []

    def items(self, path):
        if path in self.named:
            return self.named[path]
        return [{"id": f"contact {number}", "phone": ANA.phone} for number in range(30)]

    def api(self, method, path, **sent):
        self.asked.append((path.partition("contact")[0], sent))
        if path == "/labels":
            self.named[path].append({"name": sent["name"], "id": f"label {sent['name']}"})
            return self.named[path][-1]
        if "new_group" in sent:
            made = {"name": sent["new_group"], "id": f"group {sent['new_group']}"}
            self.named["/groups"].append(made)
        return {}


def test_team_labels_notes_favors_moves_and_suppresses():
    office = Office()
    team = Team(office, random.Random(2))

    for _ in range(120):
        team.works()

    actions = [sent for path, sent in office.asked if path == "/actions"]
    assert {sent["kind"] for sent in actions} == {"add_label", "favorite", "move_to_group"}
    assert {path for path, _ in office.asked} >= {"/suppressions", "/labels", "/"}
    made = [sent["name"] for path, sent in office.asked if path == "/labels"]
    assert sorted(made) == sorted(LABELS), "each label is made once"
    assert sorted(each["name"] for each in office.named["/groups"]) == sorted(GROUPS)
    labeled = {sent["label"] for sent in actions if sent["kind"] == "add_label"}
    assert labeled == {f"label {name}" for name in LABELS}
