"""Typeform: answers point at the definition of their questions by id.

A form is known by its event, and a finished one without it by its token; an unfinished form
shares that token and is never known by it. Zapier and Make take the envelope apart and leave
only the mark of the unfinished form. The test button sends Typeform's own example.
"""

from collections.abc import Iterator

from senders.answers import Answers
from senders.document import tree_of
from senders.formats.labeled import best_label
from senders.text import is_empty
from senders.words import words

MARKS = words("form_response form_response_partial")

UNFINISHED = "form_response_partial"
SAMPLE_EVENT = "LtWXD3crgy"
SAMPLE_TOKEN = "a3a12ec67a1365927098a606107fac15"  # noqa: S105  (the documented example)
SAMPLE_ANSWERS = ("Lorem ipsum dolor", "an_account@example.com")


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a `form_response` or a `form_response_partial`."""
    response = tree.get("form_response", tree.get(UNFINISHED))
    if not isinstance(response, dict):
        return None
    unfinished = is_unfinished(tree)
    fields = tree_of([*_hidden(response), *_answers(response)])
    return Answers(
        "typeform",
        fields,
        lead_id=_lead_id(tree, response, unfinished=unfinished),
        is_test=_is_sample(tree, response, fields),
        unfinished=unfinished,
    )


def is_unfinished(tree: dict[str, object]) -> bool:
    """Say whether a body or a group in it bears the mark, under whatever key it was put."""
    if UNFINISHED in tree and not isinstance(tree.get("form_response"), dict):
        return True
    groups = (value for value in tree.values() if isinstance(value, dict))
    return any(UNFINISHED in group.values() for group in (tree, *groups))


def _lead_id(
    tree: dict[str, object], response: dict[str, object], *, unfinished: bool
) -> object:
    event = tree.get("event_id")
    return event if unfinished or not is_empty(event) else response.get("token")


def _hidden(response: dict[str, object]) -> Iterator[tuple[str, object]]:
    hidden = response.get("hidden")
    if isinstance(hidden, dict):
        yield from hidden.items()
    yield "submitted_at", response.get("submitted_at")


def _answers(response: dict[str, object]) -> Iterator[tuple[str, object]]:
    questions = _questions(response.get("definition"))
    answers = response.get("answers")
    for answer in answers if isinstance(answers, list) else ():
        field = answer.get("field") if isinstance(answer, dict) else None
        if not isinstance(field, dict):
            continue
        question = {**field, **questions.get(str(field.get("id")), {})}
        kind = field.get("type") if answer.get("type") == "boolean" else answer.get("type")
        yield best_label(_without_id(question), kind=kind), _value(answer)


def _questions(definition: object) -> dict[str, dict[str, object]]:
    """Index the questions by id; those of a contact block lie one level deeper."""
    found: dict[str, dict[str, object]] = {}
    waiting = [definition]
    while waiting:
        node = waiting.pop()
        fields = node.get("fields") if isinstance(node, dict) else None
        for field in fields if isinstance(fields, list) else ():
            if isinstance(field, dict):
                found[str(field.get("id"))] = field
                waiting.append(field.get("properties"))
    return found


def _without_id(question: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in question.items() if key != "id"}


def _value(answer: dict[str, object]) -> object:
    value = answer.get(str(answer.get("type")))
    if isinstance(value, dict):
        return value.get("label", value.get("labels"))
    return value


def _is_sample(
    tree: dict[str, object], response: dict[str, object], fields: dict[str, object]
) -> bool:
    if tree.get("event_id") == SAMPLE_EVENT or response.get("token") == SAMPLE_TOKEN:
        return True
    return all(sample in fields.values() for sample in SAMPLE_ANSWERS)
