"""docs/senders.md shows what the tests post, and nothing else."""

import json

from dev.senders_page import BODIES, PAGE, page


def test_committed_page_is_up_to_date():
    assert PAGE.read_text() == page(), "run: python -m dev.senders_page"


def test_every_body_is_on_the_page_with_what_becomes_of_it():
    written = page()

    expected = [json.loads(file.read_text()) for file in BODIES.glob("*/*.expected.json")]

    assert len(expected) > 30
    for each in expected:
        lead = each["lead"]
        assert f"\n### {each['title']}\n" in written
        special = lead.get("is_test") or lead.get("unfinished")
        assert special or f"**{lead['phone']}**" in written


def test_every_sender_is_described_once():
    written = page()

    folders = {each.name for each in BODIES.iterdir() if each.is_dir()}
    titles = [(BODIES / name / "about.md").read_text().partition("\n")[0] for name in folders]

    assert [written.count(f"\n#{title}\n") for title in titles] == [1] * len(folders)
    assert written.count("**What it does with our answers.**") == len(folders)
    assert written.count("**Tests.**") == len(folders)
