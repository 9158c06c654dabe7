"""The description of the API, OpenAPI 3.1, made of what the operations declare.

Nothing is written down twice: paths, parameters, bodies and answers are those that the frame
itself reads and writes.
"""

import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec

import config
from web.api.operations import OPERATIONS, Operation
from web.problems import CODE_OF_STATUS
from web.problems import CONTENT_TYPE as PROBLEM_TYPE

PREFIX = "/api/v1"
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
_KEY_NOTE = "The same key and request again gets the first answer again, for 24 hours."


class FieldProblem(msgspec.Struct):
    """What is wrong with one field."""

    field: str
    code: str
    detail: str


class ProblemShape(msgspec.Struct, rename={"kind": "type"}):
    """Every error (RFC 9457). `errors` comes with 422 and names each wrong field."""

    kind: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FieldProblem] | msgspec.UnsetType = msgspec.UNSET


@cache
def document() -> dict[str, Any]:
    """Return the whole description. All operations are registered by then."""
    schemas, components = _schemas()
    paths: dict[str, Any] = {}
    for each in sorted(OPERATIONS, key=lambda each: (each.path, each.method)):
        path = PREFIX + _PART.sub(r"{\2}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _described(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Opt-In API",
            "version": "1",
            "description": "Leads come in, get one compliance message and join the queue.",
        },
        "servers": [{"url": config.PUBLIC_BASE_URL}],
        "security": [{"apiKey": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}},
        },
    }


Schemas = dict[Any, dict[str, Any]]


def _schemas() -> tuple[Schemas, dict[str, Any]]:
    """Return the schema of each declared type, and those that they refer to by name."""
    kinds = list(dict.fromkeys(_declared()))
    found, components = msgspec.json.schema_components(
        kinds, schema_hook=_anything, ref_template="#/components/schemas/{name}"
    )
    return dict(zip(kinds, found, strict=True)), components


def _anything(kind: type) -> dict[str, Any]:
    """Say of `object` that any JSON will do; other types have to have a schema."""
    if kind is object:
        return {"description": "any JSON value"}
    raise NotImplementedError


def _declared() -> Iterator[Any]:
    yield ProblemShape
    for each in OPERATIONS:
        yield from (shape for shape in each.spec.answers.values() if shape is not None)
        if each.spec.body is not None:
            yield each.spec.body
        if (maybe := each.spec.maybe_body) is not None:
            yield maybe
        if each.spec.query is not None:
            yield from (field.type for field in msgspec.structs.fields(each.spec.query))


def _described(each: Operation, schemas: Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.spec.summary,
        "tags": [each.module],
        "parameters": [*_parameters(each, schemas)],
        "responses": _responses(each, schemas),
    }
    if each.spec.body is not None:
        content = {"application/json": {"schema": schemas[each.spec.body]}}
        told["requestBody"] = {"required": True, "content": content}
    if (maybe := each.spec.maybe_body) is not None:
        content = {"application/json": {"schema": schemas[maybe]}}
        told["requestBody"] = {"required": False, "content": content}
    if each.spec.streamed:
        content = {"text/csv": {"schema": {"type": "string"}}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _parameters(each: Operation, schemas: Schemas) -> Iterator[dict[str, Any]]:
    for converter, name in _PART.findall(each.path):
        schema = {"type": "string"} | ({"format": "uuid"} if converter == "uuid" else {})
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if each.spec.query is not None:
        for field in msgspec.structs.fields(each.spec.query):
            yield {
                "name": field.encode_name,
                "in": "query",
                "required": field.required,
                "schema": schemas[field.type],
            }
    if each.spec.idempotent:
        limits: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 255}
        place: dict[str, Any] = {"name": "Idempotency-Key", "in": "header", "required": False}
        yield place | {"schema": limits, "description": _KEY_NOTE}


def _responses(each: Operation, schemas: Schemas) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, shape in each.spec.answers.items():
        answers[str(status)] = {"description": HTTPStatus(status).phrase}
        if shape is not None:
            content = {each.spec.media: {"schema": schemas[shape]}}
            answers[str(status)]["content"] = content
    for status in sorted(_refusals(each)):
        answers[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: {_usual_code(status)}",
            "content": {PROBLEM_TYPE: {"schema": schemas[ProblemShape]}},
        }
    return answers


#: What any request may be told: by the front for its head alone (web/checks.py), and without
#: a key or a database.
_ANYWHERE = frozenset({400, 401, 413, 414, 415, 431, 503})


def _refusals(each: Operation) -> set[int]:
    statuses = {*_ANYWHERE, *each.spec.problems}
    if each.spec.body is not None:
        statuses |= {422}
    if each.spec.query is not None:
        statuses |= {422}
    if each.spec.idempotent:
        statuses |= {409, 422}
    if "<" in each.path:
        statuses |= {404}
    return statuses


def _usual_code(status: int) -> str:
    return f"such as {CODE_OF_STATUS.get(status, 'internal-error')}"
