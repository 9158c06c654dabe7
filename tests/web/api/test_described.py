"""What /openapi.json describes is what the API does, whatever a program makes of it.

schemathesis draws requests from the description, right and wrong ones, for each operation:
against a web process of its own, with ids of things that are there. Every answer is one that
is described, of the shape described, and none is a fault of ours. The seed is fixed;
`make fuzz minutes=30` draws more.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
#: Of each operation, right and wrong ones alike: nine of each are about a minute.
EXAMPLES = max(2, int(MINUTES * 9))


@pytest.fixture
def things(story, api, simulator):
    """Something of each kind that an address may name, by the name of its part."""
    lead_id = story.delivered()
    story.client.post(story.path, data=b"{")
    story.suppress(phone="+12025550143")
    return {
        "lead_id": lead_id,
        "contact_id": str(story.contact().id),
        "rejection_id": api.get("/rejections").json["items"][0]["id"],
        "suppression_id": api.get("/suppressions").json["items"][0]["id"],
        "number_id": api.get("/phone-numbers").json["items"][0]["id"],
        "group_id": api.post("/groups", {"name": "spring"}).json["id"],
        "label_id": api.post("/labels", {"name": "warm"}).json["id"],
        "campaign_id": api.post("/campaigns", {"name": "May"}).json["id"],
        "job_id": api.post(
            "/actions", {"kind": "favorite", "contacts": {"ids": [str(story.contact().id)]}}
        ).json["job"]["id"],
    }


def drawn(operation, mode):
    return operation.as_strategy(generation_mode=mode)


@pytest.mark.timeout(120 + MINUTES * 120)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
def test_every_answer_is_one_that_is_described(web_port, api, things, mode):
    base_url = f"http://127.0.0.1:{web_port}"
    document = api.app.test_client().get("/openapi.json").json
    schema = schemathesis.openapi.from_dict(document)
    headers = {"Authorization": f"Bearer {api.key}"}
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) > 80

    for operation in operations:

        @seed(20261122)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=drawn(operation, mode), is_ours=st.booleans())
        def ask(case, is_ours):
            if is_ours and case.path_parameters:
                case.path_parameters.update(
                    {name: things[name] for name in case.path_parameters if name in things}
                )
            case.call_and_validate(base_url=base_url, headers=headers, checks=CHECKS)

        ask()
