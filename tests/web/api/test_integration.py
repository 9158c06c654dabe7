"""Rules 1, 3 to 8, 11 and 22 of the product, as far as the API's integration goes."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from models import (
    Integration,
    Lead,
    LeadStatus,
    PhoneNumber,
    PhoneNumberStatus,
    Rejection,
    transaction,
)
from models.accept import Endpoint, Incoming, Refused, first_sight, reject

BODY = {"name": "Spring form", "brand": "Example Co"}


@pytest.fixture
def number(api):
    """An approved phone number of the account."""

    with transaction() as session:
        made = PhoneNumber(
            account_id=api.account_id,
            number="+12025550100",
            status=PhoneNumberStatus.APPROVED,
        )
        session.add(made)
    return made


@pytest.fixture
def integration(api, number):
    """The account's active integration, as POST answered it."""
    return api.post("/integration", BODY).json


def test_integration_with_an_approved_number_is_active_from_the_start(api, number):
    made = api.post("/integration", BODY)

    assert made.status_code == 201
    assert made.json["status"] == "active"
    assert made.json["phone_number_id"] == str(number.id)
    assert made.json["endpoint_url"].startswith("http://127.0.0.1:8000/hooks/")
    assert "STOP" in made.json["compliance_message"]
    assert made.json["counts"] == {
        "held": 0,
        "needs_attention": 0,
        "leads_24h": 0,
        "rejections_24h": 0,
        "retired_hits": 0,
        "retired_last_hit_at": None,
        "id_conflicts": 0,
        "rate_limited": 0,
    }
    assert made.json["intake"] == {"path": "postgres", "spool_durable": False}
    assert api.get("/integration").json == made.json


def test_rule_4_integration_without_a_number_is_paused_and_cannot_be_opened(api):
    made = api.post("/integration", BODY)

    opened = api.post("/integration/activate")

    assert made.json["status"] == "paused"
    assert opened.status_code == 409
    assert opened.json["code"] == "no-approved-number"


def test_rule_1_account_has_one_integration_at_a_time(api, integration):
    second = api.post("/integration", BODY)
    api.delete("/integration")
    after_deletion = api.post("/integration", BODY)

    assert second.status_code == 409
    assert second.json["code"] == "integration-exists"
    assert after_deletion.status_code == 201


def test_every_verb_may_be_repeated(api, integration):
    verbs = ["deactivate", "deactivate", "activate", "activate", "regenerate-url"]

    answers = [api.post(f"/integration/{verb}") for verb in verbs]

    assert [answer.status_code for answer in answers] == [200] * 5
    states = [answer.json["integration"]["status"] for answer in answers]
    assert states == ["paused", "paused", "active", "active", "active"]
    jobs = [answer.json["job"] for answer in answers]
    assert [job["kind"] for job in jobs] == [
        *("deactivate", "deactivate", "activate", "activate", "regenerate_url")
    ]
    assert [job["status"] for job in jobs] == ["done", "done", "queued", "queued", "done"]
    assert {job["by"]["id"] for job in jobs} == {str(api.operator_id)}


def test_rule_6_deleted_integration_is_gone_and_may_be_deleted_again(api, integration):
    first = api.delete("/integration")
    again = api.delete("/integration")

    assert first.status_code == again.status_code == 200
    assert first.json["integration"] is None
    assert first.json["job"]["kind"] == "delete_integration"
    assert again.json["job"]["id"] == first.json["job"]["id"]
    assert api.get("/integration").status_code == 404


def test_nothing_is_deleted_where_there_never_was_an_integration(api):
    answers = [api.delete("/integration"), api.post("/integration/deactivate")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_rule_5_new_url_is_another_one(api, integration):
    answer = api.post("/integration/regenerate-url")

    assert answer.json["integration"]["endpoint_url"] != integration["endpoint_url"]
    assert (
        api.get("/integration").json["endpoint_url"]
        == (answer.json["integration"]["endpoint_url"])
    )


def test_rule_11_template_without_stop_or_help_is_refused_with_every_reason(api, integration):
    answer = api.patch("/integration", {"compliance_message": "Hello from {brand}, friend!"})

    assert answer.status_code == 422
    assert {(error["field"], error["code"]) for error in answer.json["errors"]} == {
        ("compliance_message", "no-stop"),
        ("compliance_message", "no-help"),
    }
    assert (
        api.get("/integration").json["compliance_message"]
        == (integration["compliance_message"])
    )


def test_settings_change_one_by_one(api, integration):
    changes = {
        "name": "Summer form",
        "brand": "Other Co",
        "duplicate_window_hours": 0,
        "lookup": False,
        "quiet_hours": "defer",
        "rate_limit": 60,
        "field_mapping": {"phone": "data.answers.0"},
        "allowed_countries": ["us", "CA", "US"],
    }

    for name, value in changes.items():
        answer = api.patch("/integration", {name: value})
        assert answer.status_code == 200

    now = api.get("/integration").json
    assert {name: now[name] for name in changes} == changes | {
        "allowed_countries": ["US", "CA"]
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"brand": None}, "brand"),
        ({"duplicate_window_hours": 8761}, "duplicate_window_hours"),
        ({"duplicate_window_hours": "24"}, "duplicate_window_hours"),
        ({"quiet_hours": "sometimes"}, "quiet_hours"),
        ({"default_region": "ZZ"}, "default_region"),
        ({"allowed_countries": []}, "allowed_countries"),
        ({"allowed_countries": ["US", "XX"]}, "allowed_countries"),
        ({"phone_number_id": "00000000-0000-0000-0000-000000000000"}, "phone_number_id"),
        ({"field_mapping": {"shoe_size": "x"}}, "field_mapping"),
        ({"rate_limit": -1}, "rate_limit"),
    ],
)
def test_unusable_setting_is_named(api, integration, change, field):
    answer = api.patch("/integration", change)

    assert answer.status_code == 422
    assert [error["field"].partition(".")[0] for error in answer.json["errors"]] == [field]


def test_what_parsing_depends_on_raises_the_version_once(api, integration):

    def version():
        with transaction() as session:
            return session.scalars(select(Integration.parse_version)).one()

    before = version()
    api.patch("/integration", {"name": "Another name", "duplicate_window_hours": 1})
    after_name = version()
    api.patch("/integration", {"default_region": "GB", "field_mapping": {"phone": "p"}})
    after_region = version()
    api.patch("/integration", {"default_region": "GB"})

    assert [after_name - before, after_region - before, version() - before] == [0, 1, 1]
    assert api.get("/integration").json["allowed_countries"] == ["US", "GB"]


def test_another_accounts_integration_is_never_seen(api, integration, make_somebody):
    stranger = make_somebody()

    assert stranger.get("/integration").status_code == 404
    assert stranger.delete("/integration").status_code == 404
    assert stranger.patch("/integration", {"name": "Mine"}).status_code == 404
    assert api.get("/integration").json["name"] == "Spring form"


def test_counts_tell_what_came_and_what_waits(api, integration):

    token = integration["endpoint_url"].rpartition("/")[2]
    incoming = Incoming(b"{}", "application/json", "a-request")
    known = first_sight(Endpoint.of(token), incoming).known
    reject(Endpoint.of(token), known.version, Refused(422, "invalid", ""), incoming)
    with transaction() as session:
        mine = Integration.of_account(session, api.account_id)
        token_id = session.query(Rejection.token_id).scalar()
        for status in ["held", "held", "needs_attention", "joined"]:
            session.add(
                Lead(
                    id=uuid4(),
                    account_id=api.account_id,
                    integration_id=mine.id,
                    token_id=token_id,
                    key_kind="body",
                    status=LeadStatus(status),
                    first_name="Jane",
                    last_name="Doe",
                    phone="+12025550142",
                    sender="json",
                    notes=[],
                    extra={},
                )
            )
    api.post("/integration/regenerate-url")
    reject(Endpoint.of(token), None, Refused(422, "invalid", ""), incoming)

    now = api.get("/integration").json

    assert now["counts"]["held"] == 2
    assert now["counts"]["needs_attention"] == 1
    assert now["counts"]["leads_24h"] == 4
    assert now["counts"]["rejections_24h"] == 2
    assert now["counts"]["retired_hits"] == 1
    assert now["counts"]["retired_last_hit_at"] is not None
    assert now["last_lead_at"] is not None
