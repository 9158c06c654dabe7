"""Rule 29 of the product: rejections are kept, and can be replayed after a fix."""

import threading

import pytest
from sqlalchemy import func, select, update

from models import (
    EndpointToken,
    Integration,
    IntegrationStatus,
    Lead,
    Rejection,
    transaction,
)

JANE = {"first_name": "Jane", "last_name": "Doe", "phone": "+1 202 555 0142"}


@pytest.fixture
def integration(api, make_integration):
    return make_integration(api.account_id)


@pytest.fixture
def path(integration):
    with transaction() as session:
        return EndpointToken.current(session, integration.id).path


@pytest.fixture
def rejected(api, client, path, integration):
    """A good lead that came while the integration was paused."""
    switch(integration, status=IntegrationStatus.PAUSED)
    assert client.post(path, json=JANE).status_code == 423
    switch(integration, status=IntegrationStatus.ACTIVE)
    return api.get("/rejections").json["items"][0]


def switch(integration, **columns):
    with transaction() as session:
        session.execute(
            update(Integration).where(Integration.id == integration.id).values(columns)
        )


def count(table):
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_rule_29_rejection_says_what_was_wrong(api, client, path):
    client.post(path, json={"first_name": "Jane", "last_name": "Doe"})

    shown = api.get("/rejections").json["items"]

    assert [(each["status"], each["url"]) for each in shown] == [(422, "live")]
    assert [error["field"] for error in shown[0]["errors"]] == ["phone"]
    assert '"Jane"' in shown[0]["body"]
    assert shown[0]["replayed_as"] is None
    assert shown[0]["request_id"]


def test_rule_29_replay_takes_the_lead_once(api, rejected):
    first = api.post(f"/rejections/{rejected['id']}/replay")
    second = api.post(f"/rejections/{rejected['id']}/replay")

    assert first.status_code == 202
    assert first.json["status"] == "accepted"
    assert second.status_code == 409
    assert second.json["code"] == "replayed"
    shown = api.get("/rejections").json["items"][0]
    assert shown["replayed_as"] == first.json["lead_id"]
    assert api.get("/jobs").json["items"][0]["kind"] == "replay"
    assert count(Lead) == 1


def test_replays_at_the_same_time_take_the_lead_once(api, rejected):
    answers, start = [], threading.Barrier(4)

    def replay():
        start.wait()
        answers.append(api.post(f"/rejections/{rejected['id']}/replay").status_code)

    threads = [threading.Thread(target=replay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [202, 409, 409, 409]
    assert count(Lead) == 1


def test_replay_of_a_person_who_came_meanwhile_is_a_duplicate(api, client, path, rejected):
    first = client.post(path, json=JANE | {"first_name": "Janet"})

    answer = api.post(f"/rejections/{rejected['id']}/replay")

    assert answer.status_code == 200
    assert answer.json == {"status": "duplicate", "lead_id": first.json["lead_id"]}


@pytest.mark.parametrize("header", ["Idempotency-Key", "webhook-id"])
@pytest.mark.parametrize("sender_first", [False, True])
@pytest.mark.parametrize("warm", [False, True])
def test_replay_and_the_sender_s_repetition_under_its_key_are_one_lead(
    api, client, path, integration, header, sender_first, warm
):
    """Neither the person nor the body tells: the window is over, and the body is another."""
    named = {header: "the-sender-s-own"}
    if warm:  # the URL is known to the process: another call keeps the rejection
        client.post(path, json=JANE | {"phone": "+12025550143"})
    switch(integration, status=IntegrationStatus.PAUSED, duplicate_window_hours=0)
    assert client.post(path, json=JANE, headers=named).status_code == 423
    switch(integration, status=IntegrationStatus.ACTIVE)
    rejection = api.get("/rejections").json["items"][0]
    steps = [
        lambda: api.post(f"/rejections/{rejection['id']}/replay"),
        lambda: client.post(path, json=JANE | {"sent": "again"}, headers=named),
    ]

    first, second = (step() for step in (steps[::-1] if sender_first else steps))

    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json == {"status": "duplicate", "lead_id": first.json["lead_id"]}


def test_replay_of_a_lead_that_could_not_be_read_keeps_the_sender_s_key(
    api, client, path, integration
):
    named = {"Idempotency-Key": "the-sender-s-own"}
    switch(integration, allowed_countries=["GB"], duplicate_window_hours=0)
    assert client.post(path, json=JANE, headers=named).status_code == 422
    parsed_anew = Integration.parse_version + 1
    switch(integration, allowed_countries=["US"], parse_version=parsed_anew)
    rejection = api.get("/rejections").json["items"][0]
    first = api.post(f"/rejections/{rejection['id']}/replay")

    second = client.post(path, json=JANE | {"sent": "again"}, headers=named)

    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json["lead_id"] == first.json["lead_id"]


@pytest.mark.parametrize(
    ("columns", "status"),
    [({"status": "paused"}, 423), ({"deleted_at": func.now()}, 410)],
)
def test_failing_replay_stores_nothing(api, rejected, integration, columns, status):
    switch(integration, **columns)

    answer = api.post(f"/rejections/{rejected['id']}/replay")

    assert answer.status_code == status
    assert count(Rejection) == 1
    assert count(Lead) == 0
    assert api.get("/rejections").json["items"][0]["replayed_as"] is None


def test_replay_of_what_is_still_wrong_fails_like_the_first_time(api, client, path):
    first = client.post(path, json=[JANE, JANE | {"phone": "+13105550199"}])
    rejection = api.get("/rejections").json["items"][0]

    answer = api.post(f"/rejections/{rejection['id']}/replay")

    assert (first.status_code, first.json["code"]) == (422, "several-leads")
    assert (answer.status_code, answer.json["code"]) == (422, "several-leads")
    assert count(Rejection) == 1


def test_replay_goes_to_the_new_url_after_a_regeneration(api, client, path, integration):
    api.post("/integration/regenerate-url")
    assert client.post(path, json=JANE).status_code == 410
    rejection = api.get("/rejections").json["items"][0]

    answer = api.post(f"/rejections/{rejection['id']}/replay")

    assert rejection["url"] == "retired"
    assert answer.status_code == 202


def test_key_of_a_rejection_is_forgotten_with_its_body(client, path, integration):
    switch(integration, status=IntegrationStatus.PAUSED)
    client.post(path, json=JANE, headers={"Idempotency-Key": "jane-doe"})
    with transaction() as session:
        kept = session.scalars(select(Rejection.header_key)).all()
        session.execute(update(Rejection).values(body=None))

    with transaction() as session:
        assert (kept, session.scalars(select(Rejection.header_key)).all()) == (
            ["jane-doe"],
            [None],
        )


def test_replay_without_a_body_is_refused(api, rejected):
    with transaction() as session:
        session.execute(update(Rejection).values(body=None))

    answer = api.post(f"/rejections/{rejected['id']}/replay")

    assert answer.status_code == 409
    assert answer.json["code"] == "conflict"


def test_rule_30_rejection_of_another_account_does_not_exist(make_somebody, rejected):
    other = make_somebody()

    answer = other.post(f"/rejections/{rejected['id']}/replay")

    assert answer.status_code == 404
    assert other.get("/rejections").json["items"] == []
    assert count(Lead) == 0
