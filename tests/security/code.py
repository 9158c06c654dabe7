"""The product's own source, as trees and as files, for the tests that read it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "senders", "web", "workers", "simulator", "dev")
SERVICE = ("models", "senders", "web", "workers")


@cache
def source_files(*packages):
    files = [ROOT / "config.py", ROOT / "logs.py"]
    for package in packages:
        files += sorted((ROOT / package).rglob("*.py"))
    return files


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def trees(*packages):
    """Give each file's name, as it is from the top of the repository, and its tree."""
    for path in source_files(*packages):
        yield path.relative_to(ROOT).as_posix(), parsed(path)


def named(node):
    """Return the last name of what is called: `text` of both text(…) and sa.text(…)."""
    return getattr(node, "attr", getattr(node, "id", ""))


def enclosing(tree, wanted):
    """Return the name of the innermost function around a node; "" at the top of the file."""
    found = ""
    for node in ast.walk(tree):  # outer ones come first
        if isinstance(node, ast.FunctionDef) and wanted in set(ast.walk(node)):
            found = node.name
    return found
