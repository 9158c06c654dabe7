"""Templates: what a person typed is text, whatever it looks like; no code is in a page."""

import re

import pytest

from tests.security.code import ROOT

FOLDER = ROOT / "web" / "templates"
TEMPLATES = sorted(FOLDER.glob("*.html"))

NEVER = {
    "safe HTML": r"\|\s*safe\b|\bMarkup\b",
    "autoescape off": r"\{%-?\s*autoescape\s+false",
    "a script in the page": r"<script(?![^>]*\ssrc=)",
    "a style in the page": r"<style|\sstyle\s*=",
    "code in an attribute": r"\son[a-z]+\s*=|\shx-on|\shx-vals\s*=\s*[\"']?js:|javascript:",
    "something from elsewhere": r"(?:src|action)\s*=\s*[\"']?(?:https?:)?//",
    "an attribute without quotes": r"\s[\w:-]+=\{\{",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_that_would_run(path):
    text = path.read_text(encoding="utf-8")

    assert {what for what, pattern in NEVER.items() if re.search(pattern, text)} == set()


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("safe HTML", "{{ name|safe }}"),
        ("a script in the page", "<script>1</script>"),
        ("a style in the page", '<p style="color: red">'),
        ("code in an attribute", '<p onclick="x()">'),
        ("something from elsewhere", '<script src="//example.com/x.js"></script>'),
        ("an attribute without quotes", "<a href={{ url }}>"),
    ],
)
def test_each_of_these_would_be_found(what, text):
    assert re.search(NEVER[what], text)


def test_every_template_escapes_what_it_is_given(app):
    """ASVS 1.2.1: by its name already, so that none can forget it."""
    escapes = app.jinja_env.autoescape
    inside = app.jinja_env.from_string("{{ name }}").render(name="<b>")

    assert TEMPLATES
    assert all(escapes(path.name) for path in TEMPLATES)
    assert inside == "&lt;b&gt;"
    assert {path.suffix for path in FOLDER.iterdir()} == {".html"}


def test_scripts_of_ours_write_no_html_that_they_were_given():
    """Pages' scripts put text in by textContent; only htmx writes HTML, and only ours."""
    scripts = sorted((ROOT / "web" / "static").glob("*.js"))
    sinks = r"\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function"

    assert scripts
    assert [each.name for each in scripts if re.search(sinks, each.read_text())] == []
