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


def test_page_for_people_shows_every_operation_and_loads_nothing(client):
    answer = client.get("/docs")

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/html")
    assert "POST /api/v1/integration/regenerate-url" in answer.text
    assert "http" not in " ".join(re.findall(r'(?:src|href)="([^"]*)"', answer.text))
