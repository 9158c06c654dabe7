"""Row 94 of the catalog of bad input: 429 above the URL's rate limit, only counted."""

import threading

import pytest
import requests
from sqlalchemy import text

import config
from models import transaction
from tests.conftest import eventually
from tests.web.serving import web_processes

JANE = {"first_name": "Jane", "last_name": "Doe", "phone": "+1 202 555 0142"}


def limit(api, per_minute):
    answer = api.patch("/integration", {"rate_limit": per_minute})
    assert answer.status_code == 200, answer.json


def rows(table):
    with transaction() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  (ours)


def test_row_94_requests_above_the_limit_are_told_when_to_come_again(story, api):
    limit(api, 2)

    answers = [story.answer() for _ in range(5)]

    assert [answer.status_code for answer in answers] == [202, 200, 429, 429, 429]
    refused = answers[-1]
    assert refused.json["code"] == "rate-limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_row_94_what_is_above_the_limit_is_counted_and_not_kept(story, api):
    limit(api, 1)

    for _ in range(4):
        story.answer()

    assert eventually(lambda: api.get("/integration").json["counts"]["rate_limited"]) == 3
    assert rows("rejections") == 0
    assert rows("leads") == 1


def test_another_limit_counts_from_the_next_request_on(story, api):
    limit(api, 1)
    before = [story.answer().status_code for _ in range(2)]

    limit(api, 3)
    after = [story.answer().status_code for _ in range(4)]

    assert before == [202, 429]
    assert after == [200, 200, 200, 429]


def test_limit_of_zero_is_none(story, api, monkeypatch):
    monkeypatch.setattr(config, "RATE_LIMIT", 1)

    limit(api, 0)

    assert [story.answer().status_code for _ in range(5)] == [202] + [200] * 4


def test_integration_without_a_limit_of_its_own_has_that_of_the_setting(
    story, api, monkeypatch
):
    monkeypatch.setattr(config, "RATE_LIMIT", 2)

    answers = [story.answer().status_code for _ in range(4)]

    assert answers == [202, 200, 429, 429]


@pytest.mark.parametrize(("verb", "code"), [("deactivate", 423), ("regenerate-url", 410)])
def test_state_of_the_url_comes_before_its_limit(story, api, verb, code):
    limit(api, 1)
    story.answer()
    story.answer()

    api.post(f"/integration/{verb}")

    assert story.answer().status_code == code
    assert rows("rejections") == 1


def test_unsigned_requests_do_not_use_a_url_up(story, api):
    api.post("/integration/signing-secrets")
    limit(api, 2)

    answers = [story.answer().status_code for _ in range(4)]

    assert answers == [401] * 4


def test_unreadable_bodies_count_as_well(story, api):
    limit(api, 1)

    broken = {"data": "{", "content_type": "application/json"}
    answers = [story.client.post(story.path, **broken).status_code for _ in range(2)]

    assert answers == [400, 429]


def test_web_processes_share_the_limit(story):
    with web_processes(2, RATE_LIMIT="10") as urls:
        codes, lock = [], threading.Lock()

        def post(url):
            for _ in range(10):
                code = requests.post(url + story.path, json=JANE, timeout=10).status_code
                with lock:
                    codes.append(code)

        threads = [threading.Thread(target=post, args=(url,)) for url in urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert codes.count(429) == 10
    assert codes.count(202) == 1


def test_web_process_without_redis_counts_for_itself(story):
    with web_processes(1, RATE_LIMIT="3", REDIS_URL="redis://127.0.0.1:1/0") as [url]:
        codes = [
            requests.post(url + story.path, json=JANE, timeout=10).status_code for _ in range(5)
        ]

    assert codes == [202, 200, 200, 429, 429]
