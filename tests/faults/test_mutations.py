import ast
import re

import pytest

from faults.mutations import ROOT, DoesNotApply, Mutation, Outcome, read_all

MUTATIONS = read_all()
SUPPRESSION = Mutation(
    "no check", "models/a.py", "AND NOT suppressed", "", ["test_a", "test_b"]
)


#: A statement that makes a function, with its name.
MADE = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)")


def chain():
    """Return the migrations in the order in which a database gets them."""
    by_parent = {}
    for path in (ROOT / "migrations/versions").glob("0*.py"):
        [parent] = re.findall(
            r'^down_revision.*= (?:"(\w+)"|None)', path.read_text(), re.MULTILINE
        )
        by_parent[parent] = path
    ordered, last = [], ""
    while last in by_parent:
        ordered.append(by_parent[last])
        last = ordered[-1].name.partition("_")[0]
    assert len(ordered) == len(by_parent)
    return ordered


CHAIN = chain()
IN_FUNCTIONS = [
    each
    for each in MUTATIONS
    if each.file.startswith("migrations/") and MADE.search((ROOT / each.file).read_text())
]


def defined(test):
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    return name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_mutation_still_applies_and_leaves_a_file_that_can_be_read(mutation):
    source = (ROOT / mutation.file).read_text()

    mutated = mutation.applied_to(source)

    assert mutated != source
    ast.parse(mutated)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_tests_that_have_to_notice_a_mutation_exist(mutation):
    assert mutation.tests
    assert all(defined(test) for test in mutation.tests)


def function_around(mutation, source):
    """Return the name of the SQL function in which a mutation is; None where it is in none."""
    made = list(MADE.finditer(source, 0, source.index(mutation.old)))
    return made[-1][1] if made else None


@pytest.mark.parametrize("mutation", IN_FUNCTIONS, ids=lambda mutation: mutation.name)
def test_mutated_function_is_not_replaced_by_a_later_migration(mutation):
    """It would have no effect: the tests would run against what came after it."""
    name = function_around(mutation, (ROOT / mutation.file).read_text())

    makers = [
        f"migrations/versions/{path.name}"
        for path in CHAIN
        if name in MADE.findall(path.read_text())
    ]

    assert makers[-1] == mutation.file


def test_there_are_more_than_a_dozen_and_each_is_another_one():
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) > 12
    assert len({(each.file, each.old, each.new) for each in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize("source", ["", "AND NOT suppressed AND NOT suppressed"])
def test_mutation_whose_text_is_not_there_once_does_not_apply(source):
    with pytest.raises(DoesNotApply, match="no check"):
        SUPPRESSION.applied_to(source)


@pytest.mark.parametrize(
    ("noticed_by", "is_caught"),
    [(["test_a", "test_b"], True), (["test_a"], False), ([], False), (["test_c"], False)],
)
def test_mutation_is_caught_when_every_named_test_has_failed(noticed_by, is_caught):
    assert Outcome(SUPPRESSION, noticed_by, 1.0).is_caught is is_caught
