"""SQL is made of constants: what comes from outside travels as a bound parameter (ASVS 1.2.4).

A statement may be put together from constants of the code. Where a function puts one together
from its arguments, it is named here with the reason why nothing of outside gets there.
"""

import ast

import pytest

from tests.security.code import SERVICE, enclosing, named, trees

#: What takes SQL as text; to the second kind a statement of SQLAlchemy may be handed as well.
TEXTS = {"text", "literal_column", "SQL", "exec_driver_sql", "DDL"}
CALLS = {"execute", "executemany", "scalar", "scalars", "stream", "copy"}

REASONS = {
    (
        "models/action_statements.py",
        "",
    ): "constants of that module, joined where it is imported",
    (
        "models/action_statements.py",
        "_statement",
    ): "called with constants, where it is imported",
    ("models/figures.py", ""): "built of constants, where it is imported",
    ("models/job_rows.py", "write_down"): "a whole number, the size of a chunk",
    ("models/overdue.py", "_ids"): "called with the constants of that module",
    ("models/suppress_many.py", "_cancel"): "called with constants, where it is imported",
    ("models/suppressions.py", "lock_suppressions"): "one of two functions, chosen by a flag",
}


def is_constant(node):
    """Say whether this text is written in the code: constants, also filled with such."""
    if isinstance(node, ast.Name):
        return node.id.isupper()
    parts = parts_of(node)
    return isinstance(node, ast.Constant) or (
        parts is not None and all(is_constant(part) for part in parts)
    )


def parts_of(node):
    """Return what a text is put together from; None for what is no such text."""
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.FormattedValue):
        return [node.value]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Call) and named(node.func) in {"format", "replace"}:
        return [node.func.value, *node.args, *(each.value for each in node.keywords)]
    return None


def is_put_together(node):
    """Say whether this is text of several parts, rather than a statement or a name."""
    joins = isinstance(node, ast.Call) and named(node.func) in {"format", "join", "replace"}
    adds = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
    return joins or adds or isinstance(node, ast.JoinedStr)


def suspects(tree):
    """Give every piece of SQL in a tree that is not made of constants alone."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name, sql = named(node.func), node.args[0]
        if (name in TEXTS and not is_constant(sql)) or (
            name in CALLS and is_put_together(sql) and not is_constant(sql)
        ):
            yield sql


def test_every_statement_is_made_of_constants():
    found = {
        (file, enclosing(tree, sql)): ast.unparse(sql)
        for file, tree in trees(*SERVICE)
        for sql in suspects(tree)
    }

    assert {place: sql for place, sql in found.items() if place not in REASONS} == {}
    assert REASONS.keys() <= found.keys()  # a reason for nothing would hide the next one


@pytest.mark.parametrize(
    "code",
    [
        "text(f'SELECT {name}')",
        "text('SELECT ' + name)",
        "sa.text('SELECT %s' % name)",
        "text('SELECT {}'.format(name))",
        "session.execute(f'SELECT {name}')",
        "connection.execute('SELECT ' + name)",
        "text(statement)",
        "SQL(f'SELECT {PART} {name}')",
    ],
)
def test_statement_with_something_of_outside_in_it_is_found(code):
    assert [*suspects(ast.parse(code))]


@pytest.mark.parametrize(
    "code", ["text('SELECT 1')", "text(f'SELECT {PART}')", "session.execute(select(Lead))"]
)
def test_statement_of_constants_is_let_pass(code):
    assert [*suspects(ast.parse(code))] == []
