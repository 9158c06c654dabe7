"""Every rule of the product, 1 to 30, has a test that carries its number in its name."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
_NAMED = re.compile(r"^def test_(?:\w+_)?rules?_((?:\d+_)+)", re.MULTILINE)


def test_every_rule_has_a_test_that_carries_its_number():
    named = {
        int(rule)
        for file in TESTS.rglob("test_*.py")
        for found in _NAMED.findall(file.read_text())
        for rule in found.strip("_").split("_")
    }

    assert {*range(1, 31)} - named == set()
