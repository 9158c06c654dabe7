"""Mapping by example: seen, tried, made to count, and the rejected ones replayed."""

import pytest
import requests

from models import EndpointToken, transaction
from tests.web.serving import web_processes

ODD = {"first_name": "Jane", "last_name": "Doe", "Question 7": "202 555 0142"}
NESTED = {"person": {"names": ["Jane", "Doe"]}, "reach": [{"value": "(202) 555-0143"}]}
NESTED_MAPPING = {
    "first_name": "person.names.0",
    "last_name": "person.names.1",
    "phone": "reach.0.value",
}


@pytest.fixture
def integration(api, make_integration):
    return make_integration(api.account_id, duplicate_window_hours=0)


@pytest.fixture
def path(integration):
    with transaction() as session:
        return EndpointToken.current(session, integration.id).path


def preview(api, mapping):
    answer = api.post("/integration/field-mapping/preview", {"field_mapping": mapping})
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def test_last_bodies_are_shown_with_their_paths_and_samples(api, client, path):
    client.post(path, json=ODD | {"phone": "202 555 0199"})
    client.post(path, json=ODD)

    rejection, lead = api.get("/integration/bodies").json["items"]

    assert (rejection["kind"], lead["kind"]) == ("rejection", "lead")
    assert {"path": "Question 7", "sample": "202 555 0142"} in rejection["fields"]
    assert rejection["content_type"] == "application/json"
    assert rejection["id"] == api.get("/rejections").json["items"][0]["id"]


def test_twenty_bodies_are_shown_newest_first(api, client, path):
    for number in range(25):
        client.post(path, json={"number": number})

    shown = api.get("/integration/bodies").json["items"]

    samples = [body["fields"][0]["sample"] for body in shown]
    assert samples == [str(number) for number in range(24, 4, -1)]


def test_body_that_cannot_be_read_is_shown_without_fields(api, client, path):
    client.post(path, data="{", content_type="application/json")

    [shown] = api.get("/integration/bodies").json["items"]
    [tried] = preview(api, {"phone": "x"})

    assert shown["fields"] == []
    assert (tried["read"], tried["code"], tried["errors"]) == (None, "invalid-json", [])


def test_unsigned_bodies_are_no_examples(api, client, path):
    api.post("/integration/signing-secrets")

    client.post(path, json=ODD)

    assert api.get("/rejections").json["items"][0]["status"] == 401
    assert api.get("/integration/bodies").json["items"] == []


def test_preview_shows_what_would_be_read_and_changes_nothing(api, client, path):
    client.post(path, json=ODD)
    client.post(path, json=NESTED)
    before = api.get("/integration").json

    nested, odd = preview(api, {"phone": "Question 7"})

    assert odd["read"]["phone"] == "+12025550142"
    assert (odd["code"], odd["errors"]) == (None, [])
    assert nested["read"] is None
    assert {error["field"] for error in nested["errors"]} == {
        *("first_name", "last_name", "phone")
    }
    after = api.get("/integration").json
    assert after["field_mapping"] is None
    assert after["parse_version"] == before["parse_version"]


def test_json_text_inside_a_field_is_shown_tried_and_read(api, client, path):
    raw = '{"q3_who": "Jane Doe", "q4_line": {"full": "(202) 555-0142"}}'
    form = {"formID": "1", "submissionID": "9", "rawRequest": raw}
    mapping = {"full_name": "rawRequest.q3_who", "phone": "rawRequest.q4_line.full"}
    client.post(path, data=form, content_type="multipart/form-data")

    [shown] = api.get("/integration/bodies").json["items"]
    [tried] = preview(api, mapping)
    api.patch("/integration", {"field_mapping": mapping})
    after = client.post(path, data=form, content_type="multipart/form-data")

    line = {"path": "rawRequest.q4_line.full", "sample": "(202) 555-0142"}
    assert line in shown["fields"]
    assert tried["read"]["phone"] == "+12025550142"
    assert after.status_code == 202


def test_preview_without_a_mapping_shows_what_is_read_now(api, client, path):
    client.post(path, json=ODD)

    [tried] = preview(api, None)

    assert tried["code"] == "missing"
    assert [error["field"] for error in tried["errors"]] == ["phone"]


def test_mapping_counts_from_the_next_request_on(api, client, path):
    before = client.post(path, json=NESTED)
    version = api.get("/integration").json["parse_version"]

    changed = api.patch("/integration", {"field_mapping": NESTED_MAPPING})
    after = client.post(path, json=NESTED)

    assert (before.status_code, after.status_code) == (422, 202)
    assert changed.json["parse_version"] == version + 1
    lead = api.get(f"/leads/{after.json['lead_id']}").json
    assert (lead["first_name"], lead["last_name"]) == ("Jane", "Doe")
    assert lead["phone"] == "+12025550143"


def test_rejected_lead_is_replayed_with_the_new_mapping(api, client, path):
    client.post(path, json=NESTED)
    [rejection] = api.get("/rejections").json["items"]
    replay = f"/rejections/{rejection['id']}/replay"

    before = api.post(replay)
    api.patch("/integration", {"field_mapping": NESTED_MAPPING})
    after = api.post(replay)

    assert (before.status_code, after.status_code) == (422, 202)
    assert api.get(f"/leads/{after.json['lead_id']}").json["phone"] == "+12025550143"


@pytest.mark.parametrize("mapping", [{"shoe_size": "x"}, {"phone": ""}, {"phone": 5}, "phone"])
def test_mapping_that_means_nothing_is_refused(api, integration, mapping):
    changed = api.patch("/integration", {"field_mapping": mapping})
    tried = api.post("/integration/field-mapping/preview", {"field_mapping": mapping})

    assert (changed.status_code, tried.status_code) == (422, 422)
    assert changed.json["errors"][0]["field"].startswith("field_mapping")


def test_bodies_of_another_account_are_not_shown(make_somebody, make_integration, client, path):
    client.post(path, json=ODD)
    other = make_somebody()

    without = other.get("/integration/bodies")
    make_integration(other.account_id)

    assert without.status_code == 404
    assert other.get("/integration/bodies").json["items"] == []
    assert preview(other, {"phone": "Question 7"}) == []


def test_new_mapping_counts_with_the_next_request_in_every_web_process(api, path):
    with web_processes(2) as urls:
        answers = [requests.post(url + path, json=NESTED, timeout=10) for url in urls]
        known = [answer.status_code for answer in answers]

        api.patch("/integration", {"field_mapping": NESTED_MAPPING})
        changed = [requests.post(url + path, json=NESTED, timeout=10) for url in urls]

        api.patch("/integration", {"field_mapping": None})
        undone = [requests.post(url + path, json=NESTED, timeout=10) for url in urls]

    assert known == [422, 422]
    assert sorted(answer.status_code for answer in changed) == [200, 202]
    assert [answer.status_code for answer in undone] == [422, 422]
