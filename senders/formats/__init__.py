"""One format a file: the readers (`…_body.py`) and the shapes of the senders.

A shape is recognized by what is in the body, never by the name a tool gives itself: each
looks at the keys it is known for and returns None when they are not there.
"""

from senders.answers import Answers
from senders.document import Document
from senders.formats import plain

SHAPES = ()


def recognize(document: Document) -> Answers:
    """Find the one person's answers in a body. Raises `Unusable` for none or several."""
    tree = plain.only_one(document.tree)
    for shape in SHAPES:
        answers = shape(tree)
        if answers is not None:
            return answers
    return plain.recognize(tree, document.carrier)
