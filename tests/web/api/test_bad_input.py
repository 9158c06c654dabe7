"""What no client means: wrong types, endless numbers, deep nests, odd ids and keys.

Each of it is refused by name. None of it is a fault of ours (5xx), and nothing that was sent
comes back in an answer.
"""

import json
import re

import pytest

MARK = "evil-mark"
LARGEST = "9" * 30
UNREADABLE = {
    "exponent": "1e400",
    "minus-exponent": "-1e400",
    "5000-digits": "1" * 5_000,
    "nan": "NaN",
    "leading-zero": "01",
    "single-quotes": "'a'",
    "nothing": "",
    "half-a-pair": '"\\ud800"',
    "deeper-than-python": "[" * 1_100 + "]" * 1_100,
    "deep-objects": '{"a":' * 1_100 + "1" + "}" * 1_100,
}
WRONG = {
    "30-digits": LARGEST,
    "one-too-many": "2147483648",
    "fraction": "1.5",
    "truth": "true",
    "list": "[]",
    "list-in-list": "[[null]]",
    "object": '{"a": {}}',
    "nul": '"\\u0000"',
    "64-KiB": '"' + MARK * 6_000 + '"',
    "other-word": f'"{MARK}"',
    "other-digits": '"\\u0661\\u0662"',
    "deep": "[" * 490 + "]" * 490,
    "deep-object": '{"a":' * 450 + "1" + "}" * 450,
}


@pytest.fixture
def ids(api, make_integration, make_contact):
    """What stands at an address with an id in it, by the name of the id."""
    make_integration(api.account_id)
    made = {
        "group_id": api.post("/groups", {"name": "spring"}),
        "label_id": api.post("/labels", {"name": "warm"}),
        "campaign_id": api.post("/campaigns", {"name": "May"}),
        "phone_number_id": api.post("/phone-numbers", {"number": "+12025550101"}),
    }
    contact = make_contact(api.account_id)
    return {"contact_id": str(contact.id)} | {
        name: answer.json["id"] for name, answer in made.items()
    }


@pytest.fixture
def bodies(client, ids):
    """Every address that takes JSON: method, path, and what its body may say."""
    document = client.get("/openapi.json").json
    found = []
    for path, operations in document["paths"].items():
        for method, told in operations.items():
            content = told.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
                place = re.sub(r"{(\w+)}", lambda part: ids.get(part[1], "0"), path)
                shape = document["components"]["schemas"][name]
                found.append((method, place.removeprefix("/api/v1"), shape["properties"]))
    assert len(found) >= 20
    return found


def send(api, method, path, body):
    call = getattr(api, method.lower())
    given = {"json": None} if method.lower() == "patch" else {}
    return call(path, data=body, headers={"Content-Type": "application/json"}, **given)


def filled(fields, raw):
    """Write a body in which every field has the same value: each is judged by itself."""
    return "{" + ", ".join(f'"{field}": {raw}' for field in fields) + "}"


def refused(answer, *statuses):
    assert answer.status_code in statuses, (answer.status_code, answer.data)
    assert answer.content_type == "application/problem+json"
    assert MARK.encode() not in answer.data
    assert b"Traceback" not in answer.data
    return True


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
def test_body_that_is_no_json_is_unreadable_everywhere(api, bodies, raw):
    for method, path, fields in bodies:
        answer = send(api, method, path, filled(fields, raw))
        assert refused(answer, 400, 404), (method, path)


@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG)
def test_no_field_of_any_body_can_be_filled_so_that_we_fail(api, bodies, raw):
    for method, path, fields in bodies:
        answer = send(api, method, path, filled(fields, raw))
        assert answer.status_code < 400 or refused(answer, 400, 404, 409, 422), (method, path)


@pytest.mark.parametrize("name", ["[" * 490 + "]" * 490, '{"a":' * 450 + "1" + "}" * 450])
def test_deep_nest_is_refused_and_no_fault(api, name):
    answer = send(api, "POST", "/groups", f'{{"name": {name}}}')

    assert refused(answer, 400, 422)
    assert api.get("/groups").json["items"] == []


@pytest.mark.parametrize("many", [LARGEST, "2147483648", "-1", "-" + LARGEST])
@pytest.mark.parametrize("place", ["outside", "inside"])
def test_expected_number_of_contacts_is_one_that_can_be(api, many, place):
    inside = f', "expected": {many}' if place == "inside" else ""
    outside = f', "expected": {many}' if place == "outside" else ""
    body = f'{{"kind": "favorite", "contacts": {{"ids": ["a"]{inside}}}{outside}}}'

    answer = send(api, "POST", "/actions", body)

    assert refused(answer, 422)
    assert "expected" in answer.json["errors"][0]["field"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/actions", {"kind": MARK, "contacts": {"ids": ["a"]}}),
        ("/actions", {"kind": "favorite", "contacts": {"filter": {MARK: 1}}}),
        ("/suppressions", {"phone": "+12025550142", "kind": MARK}),
        ("/suppressions", {"phone": MARK}),
        ("/integration", {"name": "a", "brand": "b", "quiet_hours": MARK}),
        ("/integration", {"name": "a", "brand": "b", "field_mapping": {MARK: "a"}}),
    ],
)
def test_answer_does_not_repeat_what_was_sent(api, path, body):
    answer = api.post(path, body)

    assert refused(answer, 422)


def test_address_does_not_come_back_either(api):
    for path in (
        f"/{MARK}",
        f"/groups/{MARK}",
        f"/leads?status={MARK}",
        f"/labels?cursor={MARK}",
    ):
        assert refused(api.get(path), 404, 405, 422)


WORDS = {
    "3000-digits": "1" * 3_000,
    "one-sign-many-letters": "\N{SQUARE CORPORATION}" * 200,
    "one-sign-a-sentence": "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 200,
    "beyond-the-basic-plane": "\N{DESERET CAPITAL LETTER LONG I}" * 300,
    "operators": "a'b\\c:*&|!()<->",
    "signs-alone": "%_ & | ! : *",
    "marks-alone": "\u0301" * 200,
    "quotes": "'" * 200,
    "nothing-seen": "\u200b",
}


def listed(client, ids, parameter):
    """Every list that takes the parameter."""
    found = [
        re.sub(r"{(\w+)}", lambda part: ids[part[1]], path.removeprefix("/api/v1"))
        for path, operations in client.get("/openapi.json").json["paths"].items()
        for each in operations.get("get", {}).get("parameters", ())
        if each["name"] == parameter
    ]
    assert len(found) >= 8
    return found


@pytest.mark.parametrize("q", WORDS.values(), ids=WORDS)
def test_whatever_is_searched_for_is_looked_for(api, client, ids, q):
    for path in listed(client, ids, "q"):
        answer = api.get(path, query_string={"q": q})
        assert answer.status_code in {200, 202} or refused(answer, 422), path


@pytest.mark.parametrize("limit", ["0", "201", "abc", "-1", LARGEST, "0x1", " "])
def test_limit_that_is_none_is_422_everywhere(api, client, ids, limit):
    for path in listed(client, ids, "limit"):
        assert refused(api.get(path, query_string={"limit": limit}), 422), path


@pytest.mark.parametrize(
    "odd",
    [
        "%00",
        "%ff",
        "a%2Fb",
        "-1",
        "x" * 3_000,
        "{00000000-0000-0000-0000-000000000000}",
    ],
)
def test_id_that_is_none_is_404(api, client, odd):
    for path, operations in client.get("/openapi.json").json["paths"].items():
        place = re.sub(r"{\w+}", lambda _: odd, path.removeprefix("/api/v1"))
        if "{" in path:
            for method in operations:
                answer = send(api, method, place, b"{}")
                assert refused(answer, 400, 404, 405, 415, 422), (method, path)


@pytest.mark.parametrize("key", ["k" * 10_240, "k" * 256, "", "a\tb", "a\x7f"])
def test_idempotency_key_that_cannot_be_one_is_422(api, key):
    answer = api.post("/groups", {"name": "spring"}, headers={"Idempotency-Key": key})

    assert refused(answer, 422)
    assert api.get("/groups").json["items"] == []


def test_idempotency_key_may_have_any_letters(api):
    headers = {"Idempotency-Key": "clé-\u00e9 #1"}

    answers = [api.post("/groups", {"name": "spring"}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf",
        json.dumps({"name": "spring"}).encode("utf-16"),
        json.dumps({"name": "spring"}).encode("utf-32"),
        b'{"name": "spring"} {}',
        b'{"name": "spring",}',
        b'{"name": "spring" /* soon */}',
        b'[{"name": "spring"}]',
        b"\x00",
    ],
)
def test_body_in_another_writing_is_400(api, body):
    assert refused(send(api, "POST", "/groups", body), 400)


def test_key_written_with_escapes_is_the_same_key(api):
    answer = send(api, "POST", "/groups", rb'{"n\u0061me": "spring"}')

    assert (answer.status_code, answer.json["name"]) == (201, "spring")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic b3duZXI6cGFzc3dvcmQ="},
        {"Authorization": f"Bearer {MARK}"},
        {"Authorization": "Bearer \u00ff\u00fe"},
        {"Authorization": "Bearer " + "k" * 8_000},
    ],
)
def test_whoever_has_no_key_is_told_so_and_nothing_else(client, api, given):
    answer = client.post("/api/v1/groups", json={"name": "spring"}, headers=given)

    assert refused(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
