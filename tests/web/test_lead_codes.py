"""Every reason for which senders/ refuses a body has a page, a title and an advice."""

import ast
from pathlib import Path

from web.problem_codes import CODES

RAISED = {"Unreadable", "NotALeadFormat", "TooLarge", "Unusable", "UnusableField", "FieldError"}


def codes_in(source):
    """Every slug that is given to one of the errors."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in RAISED:
            position = 1 if node.func.id in {"UnusableField", "FieldError"} else 0
            named = node.args[position : position + 1]
            yield from (each.value for each in named if isinstance(each, ast.Constant))


def test_every_code_that_senders_raise_is_explained():
    sources = [path.read_text() for path in Path("senders").rglob("*.py")]

    codes = {code for source in sources for code in codes_in(source)}

    assert len(codes) > 10
    assert codes <= set(CODES)
