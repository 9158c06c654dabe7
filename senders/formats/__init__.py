"""One format a file: the readers (`…_body.py`) and the shapes of the senders.

A shape is recognized by what is in the body, never by the name a tool gives itself: each
looks for the keys it is known for and returns None when they are not there.
"""

from collections.abc import Callable

from senders.answers import Answers
from senders.document import Document
from senders.formats import (
    clickfunnels,
    contact_form_7,
    elementor,
    gravity,
    hubspot,
    jotform,
    meta,
    plain,
    squarespace,
    typeform,
    unbounce,
    webflow,
    wpforms,
    wrapped,
    zapier,
)

# The more telling the keys of a shape, the earlier it is asked; without any of its marks
# (in any case) among the keys of a body it is not asked at all.
SHAPES: tuple[tuple[frozenset[str], Callable[[dict[str, object]], Answers | None]], ...] = (
    (typeform.MARKS, typeform.recognize),
    (jotform.MARKS, jotform.recognize),
    (unbounce.MARKS, unbounce.recognize),
    (meta.MARKS, meta.recognize),
    (hubspot.MARKS, hubspot.recognize),
    (squarespace.MARKS, squarespace.recognize),
    (webflow.MARKS, webflow.recognize),
    (clickfunnels.MARKS, clickfunnels.recognize),
    (gravity.MARKS, gravity.recognize),
    (elementor.MARKS, elementor.recognize),
    (contact_form_7.MARKS, contact_form_7.recognize),
    (wpforms.MARKS, wpforms.recognize),
)


DEEPEST_WRAPPING = 3


def recognize(document: Document) -> Answers:
    """Find the one person's answers in a body. Raises `Unusable` for none or several."""
    tree = plain.only_one(plain.opened(document.tree))
    unfinished = typeform.is_unfinished(tree)
    notes: list[str] = []
    for _ in range(DEEPEST_WRAPPING):
        answers = _shaped(tree)
        if answers is not None:
            break
        inner = wrapped.unwrapped(tree, notes)
        if inner is None:
            break
        tree = inner
        unfinished = unfinished or typeform.is_unfinished(tree)
    if answers is None:
        answers = Answers(document.carrier, tree, is_test=zapier.is_example(tree))
    answers.unfinished = answers.unfinished or unfinished
    answers.notes += notes
    return answers


def _shaped(tree: dict[str, object]) -> Answers | None:
    keys = {key.lower() for key in tree}
    for marks, shape in SHAPES:
        answers = None if marks.isdisjoint(keys) else shape(tree)
        if answers is not None:
            return answers
    return None
