"""API keys, and what they open."""

from dataclasses import replace

import pytest


def test_key_is_shown_once_and_works_until_it_is_removed(api, make_somebody):

    made = api.post("/api-keys", {"name": "script"})
    script = replace(api, key=made.json["key"])

    before = script.get("/folders").status_code
    api.delete(f"/api-keys/{made.json['id']}")
    after = script.get("/folders")

    assert made.status_code == 201
    assert made.json["key"].endswith(made.json["hint"])
    assert before == 200
    assert after.status_code == 401
    assert after.headers["WWW-Authenticate"] == "Bearer"
    assert after.json["code"] == "unauthenticated"
    assert [item["name"] for item in api.get("/api-keys").json["items"]] == ["tests"]
    assert "key" not in api.get("/api-keys").json["items"][0]


def test_members_have_no_say_in_keys(api, make_somebody):
    member = make_somebody(api.account_id, role="member")

    answers = [
        member.get("/api-keys"),
        member.post("/api-keys", {"name": "mine"}),
        member.delete(f"/api-keys/{api.get('/api-keys').json['items'][0]['id']}"),
    ]

    assert [answer.json["code"] for answer in answers] == ["owner-only"] * 3
    assert len(api.get("/api-keys").json["items"]) == 2


def test_another_accounts_key_cannot_be_removed(api, make_somebody):
    stranger = make_somebody()
    mine = api.get("/api-keys").json["items"][0]["id"]

    answer = stranger.delete(f"/api-keys/{mine}")

    assert answer.status_code == 404
    assert api.get("/folders").status_code == 200


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer oak_nothing", "Basic oak_x", "Bearer \xff\xfe"],
)
def test_nobody_else_gets_in(client, header):
    headers = {} if header is None else {"Authorization": header}

    answer = client.get("/api/v1/folders", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


def test_who_calls_is_asked_before_what_is_sent(client):
    answer = client.post("/api/v1/groups", data=b"{", content_type="application/json")

    assert answer.status_code == 401
