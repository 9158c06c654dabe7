"""Every row of the catalog of bad input has a test that carries its number.

A test carries a row in its name (`test_row_26_…`, `test_row_13_14_…`) or in the id of a
parameter ("42-comment"). The catalog is the team's: its rows are written down here once more,
so that a test that is taken away leaves a gap that somebody sees.
"""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = [
    *sorted(HERE.glob("test_catalog_*.py")),
    HERE / "pages" / "test_catalog_forms.py",
    HERE / "test_signed_leads.py",
    HERE / "test_rate_limit.py",
]
ROWS = """
    1 4 6 7 8 9 10 11 12 13 14 15 16 19 20 21 22 23 24 25 26 27 28 30 31 32 33 34 35 36 37 38 39
    40 42 44 46 48 49 50 54 55 56 57 58 60 62 63 64 65 66 67 68 69 71 72 73 74 75 77 79 80 81 82
    83 84 86 87 89 90 91 93 94 95 96 97 98 100 101 102 103 104 106
"""
_IN_A_NAME = re.compile(r"^test_row_((?:\d+_)+)")
_IN_AN_ID = re.compile(r"^(\d+)-[a-z0-9]")


def rows_of(source):
    """Return the rows that the tests of a file carry."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and (named := _IN_A_NAME.match(node.name)):
            found |= {int(row) for row in named[1].strip("_").split("_")}
        if isinstance(node, ast.Dict):
            keys = [each.value for each in node.keys if isinstance(each, ast.Constant)]
            ids = (_IN_AN_ID.match(key) for key in keys if isinstance(key, str))
            found |= {int(each[1]) for each in ids if each}
    return found


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("def test_row_13_14_empty_body(): ...", {13, 14}),
        ("X = {'42-comment': 1, '42-': 2, 'x': 3}", {42}),
        ("def test_rows(): ...", set()),
        ("def test_narrow_13(): ...", set()),
    ],
)
def test_row_is_read_from_names_and_ids(source, rows):
    assert rows_of(source) == rows


def test_every_row_of_the_catalog_has_a_test():
    tested = set().union(*(rows_of(file.read_text()) for file in FILES))

    wanted = {int(row) for row in ROWS.split()}
    assert wanted - tested == set()
    assert tested - wanted == set()
