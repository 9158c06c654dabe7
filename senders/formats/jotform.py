"""Jotform: the submission is a JSON string in the field `rawRequest` of a multipart form.

Question keys read `q3_name`; a name has parts, a phone may come whole or in parts. Whoever
tries a form out in its preview sends `"preview": "true"` beside the answers: so do bodies that
were captured for zulip's tests (zerver/webhooks/jotform/fixtures/response.multipart), and none
that came through the form itself. Jotform has no other test.
"""

import re
from collections.abc import Iterator

from senders.answers import Answers
from senders.calling_codes import calling_code
from senders.document import tree_of
from senders.formats.plain import opened
from senders.text import is_empty
from senders.words import words

MARKS = words("submissionid")

_QUESTION = re.compile(r"q[0-9]{1,5}_(.+)", re.DOTALL)


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a Jotform submission."""
    raw = opened(tree.get("rawRequest"))
    if "submissionID" not in tree or not ("formID" in tree or isinstance(raw, dict)):
        return None
    questions = raw if isinstance(raw, dict) else tree
    about = [(key, tree.get(key)) for key in ("ip", "submissionDate") if key in tree]
    return Answers(
        "jotform",
        tree_of([*about, *_answers(questions)]),
        lead_id=tree.get("submissionID"),
        is_test=str(questions.get("preview", "")).strip().lower() == "true",
    )


def _answers(questions: dict[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in questions.items():
        found = _QUESTION.fullmatch(key)
        if found:
            yield found[1], _phone_of_parts(value)


def _phone_of_parts(value: object) -> object:
    """A phone is `{"full": …}` or `{"area": …, "phone": …}`; everything else stays.

    Beside the parts may stand a country. One that nobody understands leaves them as they
    are, which is refused: without it they might be somebody else's number.
    """
    if not isinstance(value, dict):
        return value
    if "full" in value:
        return value["full"]
    area, phone, country = value.get("area"), value.get("phone"), value.get("country")
    if not (isinstance(area, str) and isinstance(phone, str)):
        return value
    if is_empty(country) or not (area or phone):
        return f"{area}{phone}"
    code = calling_code(country)
    return f"+{code}{area}{phone}" if code else value
