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
)

# The more telling the keys of a shape, the earlier it is asked.
SHAPES: tuple[Callable[[dict[str, object]], Answers | None], ...] = (
    typeform.recognize,
    jotform.recognize,
    unbounce.recognize,
    meta.recognize,
    hubspot.recognize,
    squarespace.recognize,
    webflow.recognize,
    clickfunnels.recognize,
    gravity.recognize,
    elementor.recognize,
    contact_form_7.recognize,
    wpforms.recognize,
)


def recognize(document: Document) -> Answers:
    """Find the one person's answers in a body. Raises `Unusable` for none or several."""
    tree = plain.only_one(document.tree)
    for shape in SHAPES:
        answers = shape(tree)
        if answers is not None:
            return answers
    return plain.recognize(tree, document.carrier)
