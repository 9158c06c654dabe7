"""python -m dev.senders_page: docs/senders.md, made of the files of tests/senders/bodies.

Each sender has a folder there: about.md says how it is connected, each body has beside it what
has to be read of it. So the page shows nothing that the tests do not post.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from dev.child import ROOT

BODIES = ROOT / "tests" / "senders" / "bodies"
PAGE = ROOT / "docs" / "senders.md"
EXPECTED = ".expected.json"

_LANGUAGES = {".json": "json", ".xml": "xml"}


def main() -> int:
    PAGE.write_text(page())
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


def page() -> str:
    """Return the whole page."""
    folders = sorted((about.parent for about in BODIES.glob("*/about.md")), key=_title)
    contents = [f"- [{_title(folder)}](#{_anchor(_title(folder))})" for folder in folders]
    parts = [(BODIES / "about.md").read_text().strip(), "\n".join(contents)]
    parts += (part for folder in folders for part in _sender(folder))
    return "\n\n".join(parts) + "\n"


def _sender(folder: Path) -> Iterator[str]:
    yield "#" + (folder / "about.md").read_text().strip()
    for expected in sorted(folder.glob(f"*{EXPECTED}")):
        yield from _body(expected)


def _body(expected: Path) -> Iterator[str]:
    told = json.loads(expected.read_text())
    body = _file(expected)
    yield f"### {told['title']}"
    yield f"`Content-Type: {told['content_type']}`"
    yield f"```{_LANGUAGES.get(body.suffix, 'text')}\n{_shown(body)}\n```"
    if mapping := told.get("mapping"):
        yield f"Field mapping: `{json.dumps(mapping, ensure_ascii=False)}`"
    yield _outcome(told["lead"])


def _file(expected: Path) -> Path:
    """Return the body that lies beside what is expected of it."""
    name = expected.name.removesuffix(EXPECTED)
    (body,) = [each for each in expected.parent.glob(f"{name}.*") if each != expected]
    return body


def _shown(body: Path) -> str:
    """A form is shown one field a line and as it is typed: nobody reads %28202%29."""
    text = body.read_bytes().decode().replace("\r\n", "\n").strip()
    if body.suffix != ".form":
        return text
    return "\n".join(unquote_plus(field) for field in text.split("&"))


def _outcome(lead: dict[str, Any]) -> str:
    if lead.get("is_test"):
        return "Recognized as a test: kept, never texted, never queued."
    if lead.get("unfinished"):
        return "Recognized as unfinished: kept as `dropped (unfinished form)`, never texted."
    person = " ".join(filter(None, (lead["first_name"], lead["last_name"])))
    return f"Becomes **{person}**, **{lead['phone']}**.{_known_by(lead)}"


def _known_by(lead: dict[str, Any]) -> str:
    lead_id = lead.get("sender_lead_id")
    return f" Known again by its id `{lead_id}`." if lead_id else ""


def _title(folder: Path) -> str:
    return (folder / "about.md").read_text().partition("\n")[0].removeprefix("# ")


def _anchor(title: str) -> str:
    """Return the anchor that common renderers of Markdown give a heading."""
    kept = "".join(char for char in title.lower() if char.isalnum() or char in " -")
    return kept.replace(" ", "-")


if __name__ == "__main__":
    sys.exit(main())
