"""Contact Form 7: `your-name`, `your-tel`, or `tel-123` where nobody chose a name."""

import re

from senders.answers import Answers
from senders.words import words

MARKS = words("_wpcf7 _wpcf7_unit_tag your-name")

_GENERATED = re.compile(r"(tel|email|acceptance)-[0-9]{1,5}")


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a Contact Form 7 submission."""
    if not ("_wpcf7" in tree or "_wpcf7_unit_tag" in tree or "your-name" in tree):
        return None
    return Answers("contact-form-7", {_chosen(label): value for label, value in tree.items()})


def _chosen(label: str) -> str:
    found = _GENERATED.fullmatch(label)
    return found[1] if found else label
