"""How a lead is known again: rows 84, 86, 87 and 89 of the catalog of bad input, over HTTP.

Row 93, the repetition of a signed lead, is in test_signed_leads.py.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import text

from models import transaction
from tests.story import JANE
from tests.web.serving import web_processes

JOHN = {"first_name": "John", "last_name": "Roe", "phone": "+1 202 555 0143"}


def rows(table):
    with transaction() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  (ours)


def outcome(answer):
    return answer.status_code, answer.json["lead_id"]


def post(story, lead, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return story.client.post(story.path, json=lead, headers=names)


@pytest.mark.parametrize("lead_id", ["x" * 1024, "a\0b", {"id": 5}, [1], True])
def test_row_84_lead_id_that_cannot_be_one_is_refused(story, lead_id):
    answer = story.answer(lead_id=lead_id)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["lead_id"]
    assert rows("leads") == 0


def test_row_84_good_attempt_after_a_refused_one_is_taken(story):
    bad = post(story, {"lead_id": "7", "first_name": "Jane"})

    good = post(story, JANE | {"lead_id": "7"})

    assert (bad.status_code, good.status_code) == (422, 202)


def test_row_86_exact_repeat_is_a_duplicate_with_the_first_id(story):
    first = story.answer()

    repeats = [story.answer() for _ in range(3)]

    assert [outcome(each) for each in repeats] == [(200, first.json["lead_id"])] * 3
    assert {each.json["status"] for each in repeats} == {"duplicate"}
    assert rows("leads") == 1


def test_row_87_same_id_with_another_phone_is_a_conflict_and_no_second_lead(story, api):
    first = post(story, JANE | {"lead_id": "7"})

    second = post(story, JOHN | {"lead_id": "7"})

    assert outcome(second) == (200, first.json["lead_id"])
    assert rows("leads") == 1
    assert b"John" in bytes(story.value("SELECT body FROM lead_conflicts"))
    assert api.get("/integration").json["counts"]["id_conflicts"] == 1


def test_row_87_constant_id_shows_how_many_people_it_swallowed(story, api):
    people = [JANE | {"phone": f"+1 202 555 01{number}"} for number in range(10, 16)]

    answers = [post(story, person | {"lead_id": "constant"}) for person in people]

    assert [answer.status_code for answer in answers] == [202] + [200] * 5
    assert api.get("/integration").json["counts"]["id_conflicts"] == 5


def test_same_person_sent_again_under_one_id_is_no_warning(story, api):
    post(story, JANE | {"lead_id": "7"})

    post(story, JANE | {"lead_id": "7", "page": "thanks"})

    assert rows("lead_conflicts") == 1
    assert api.get("/integration").json["counts"]["id_conflicts"] == 0


@pytest.mark.parametrize("header", ["Idempotency_Key", "webhook_id"])
def test_header_says_what_a_lead_is_called(story, header):
    first = post(story, JANE, **{header: "one"})

    again = post(story, JOHN, **{header: "one"})
    other = post(story, JOHN, **{header: "two"})

    assert outcome(again) == (200, first.json["lead_id"])
    assert other.status_code == 202


def test_id_of_the_format_comes_before_the_header(story):
    first = post(story, JANE | {"lead_id": "7"}, Idempotency_Key="one")

    same_id = post(story, JOHN | {"lead_id": "7"}, Idempotency_Key="two")
    other_id = post(story, JOHN | {"lead_id": "8"}, Idempotency_Key="one")

    assert outcome(same_id) == (200, first.json["lead_id"])
    assert other_id.status_code == 202


def test_header_comes_before_the_body(story):
    first = post(story, JANE, Idempotency_Key="one")
    story.change("UPDATE leads SET received_at = received_at - interval '25 hours'")

    same_body = post(story, JANE, Idempotency_Key="two")
    same_header = post(story, JANE, Idempotency_Key="one")

    assert same_body.status_code == 202
    assert outcome(same_header) == (200, first.json["lead_id"])


def test_body_counts_only_within_the_duplicate_window(story):
    first = story.answer()
    story.change("UPDATE leads SET received_at = received_at - interval '25 hours'")

    second = story.answer()
    third = story.answer()

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json["lead_id"] != second.json["lead_id"]
    assert outcome(third) == (200, second.json["lead_id"])


def test_id_is_known_for_ever_and_survives_a_new_url(story, api):
    first = post(story, JANE | {"lead_id": "7"})
    story.change("UPDATE leads SET received_at = received_at - interval '2 years'")

    url = api.post("/integration/regenerate-url").json["integration"]["endpoint_url"]
    answer = story.client.post(url[url.index("/hooks/") :], json=JANE | {"lead_id": "7"})

    assert outcome(answer) == (200, first.json["lead_id"])


def test_bare_id_of_an_unknown_format_is_not_the_leads(story):
    first = post(story, JANE | {"id": "1", "form_id": "4"})

    second = post(story, JOHN | {"id": "1", "form_id": "4"})

    assert (first.status_code, second.status_code) == (202, 202)


@pytest.mark.parametrize("named", [{"lead_id": "7"}, {}])
def test_row_89_fifty_identical_requests_at_once_make_one_lead(story, named):
    with web_processes(2) as urls, ThreadPoolExecutor(50) as pool:
        sent = [
            pool.submit(patiently, urls[number % 2] + story.path, JANE | named)
            for number in range(50)
        ]
        answers = [each.result() for each in sent]

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * 49 + [202]
    assert len({answer.json()["lead_id"] for answer in answers}) == 1
    assert rows("leads") == 1


def patiently(url, fields):
    """Post as a sender does that is told to come back."""
    answer = requests.post(url, json=fields, timeout=20)
    while answer.status_code == 503:
        answer = requests.post(url, json=fields, timeout=20)
    return answer
