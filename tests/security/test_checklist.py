"""docs/security.md: every line names a test that is there, or the reason why none is."""

import ast
import re

import pytest

from tests.security.code import ROOT

TABLES = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
LINES = [
    line for line in TABLES.splitlines() if re.match(r"\| (?:[\dI][\d., to]*|I9) \|", line)
]
TEST = re.compile(r"(tests/[\w/]*test_\w+\.py)(?:::(\w+))?")
REASON = "**reason:**"

#: The lines of the checklist that the service was built by.
CHECKLIST = [
    *("14.2.1", "11.5.1", "11.4", "4.1.3", "4.1.4", "4.1.5", "4.2.1", "1.2.1", "1.2.4"),
    *("1.2.10", "1.3.6", "1.3.7", "1.3.12", "2.4.1", "3.3.1", "3.4.1", "3.5.1", "6.2"),
    *("7.2.3", "8.2.2", "8.3.2", "13.2.1", "13.3.1", "13.4.2", "14.3.2", "14.2.7", "15.1.2"),
    *("15.4.2", "16.3", "16.5.2", "I9"),
]


def first_cell(line):
    return line.split("|")[1].strip()


@pytest.mark.parametrize("line", LINES, ids=first_cell)
def test_line_has_a_test_or_a_reason(line):
    assert TEST.search(line.rsplit("|", 2)[1]) or REASON in line


@pytest.mark.parametrize("place", sorted({*TEST.findall(TABLES)}), ids="::".join)
def test_named_test_exists(place):
    path, name = place
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    assert name.startswith("test_")
    assert name in there


def test_no_line_of_the_checklist_and_no_paragraph_was_left_out():
    starts = [first_cell(line).partition(",")[0].partition(" to")[0] for line in LINES]

    assert [wanted for wanted in CHECKLIST if wanted not in starts] == []
    assert [number for number in map(str, range(1, 11)) if number not in starts] == []
