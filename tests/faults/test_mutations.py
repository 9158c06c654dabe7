import ast

import pytest

from faults.mutations import ROOT, DoesNotApply, Mutation, Outcome, read_all

MUTATIONS = read_all()
SUPPRESSION = Mutation(
    "no check", "models/a.py", "AND NOT suppressed", "", ["test_a", "test_b"]
)


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
