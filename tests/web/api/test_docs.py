"""The description of the API is valid, whole, and needs nothing from elsewhere."""

import re

from openapi_spec_validator import OpenAPIV31SpecValidator


def test_description_is_valid_openapi(client):
    document = client.get("/openapi.json").json

    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    assert client.get("/api/v1/openapi.json").json == document


def test_every_path_of_the_api_is_described(app, client):
    described = {
        (method.upper(), path)
        for path, methods in client.get("/openapi.json").json["paths"].items()
        for method in methods
    }

    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert described == served
    assert ("POST", "/api/v1/integration/activate") in described


def test_answers_name_their_shape_and_the_form_of_errors(client):
    document = client.get("/openapi.json").json

    made = document["paths"]["/api/v1/groups"]["post"]

    assert made["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Named"
    }
    problem = made["responses"]["409"]["content"]["application/problem+json"]["schema"]
    assert problem == {"$ref": "#/components/schemas/ProblemShape"}
    shape = document["components"]["schemas"]["ProblemShape"]
    assert {"type", "title", "status", "detail", "instance", "code"} == set(shape["required"])
    assert "Idempotency-Key" in {each["name"] for each in made["parameters"]}


def test_reason_of_a_lift_is_described_in_both_its_places(client):
    paths = client.get("/openapi.json").json["paths"]

    lift = paths["/api/v1/suppressions/{suppression_id}"]["delete"]

    assert [(each["name"], each["in"], each["required"]) for each in lift["parameters"]] == [
        ("suppression_id", "path", True),
        ("reason", "query", False),
    ]
    assert lift["requestBody"] == {
        "required": False,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Why"}}},
    }


def test_what_the_role_of_a_key_does_not_allow_is_described(client):
    paths = client.get("/openapi.json").json["paths"]

    for path, method, statuses in (
        ("/actions", "post", {"403", "404", "409", "422"}),
        ("/suppressions", "post", {"403"}),
        ("/suppressions/import", "post", {"403"}),
        ("/suppressions/{suppression_id}", "delete", {"403", "404", "409", "422"}),
        ("/contacts/{contact_id}", "delete", {"403", "404"}),
    ):
        assert statuses <= set(paths[f"/api/v1{path}"][method]["responses"]), path


def test_page_for_people_shows_every_operation_and_loads_nothing(client):
    answer = client.get("/docs")

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/html")
    assert "POST /api/v1/integration/regenerate-url" in answer.text
    assert "http" not in " ".join(re.findall(r'(?:src|href)="([^"]*)"', answer.text))
