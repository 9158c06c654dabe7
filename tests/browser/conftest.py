"""A real browser (Debian's Chromium) at a running copy of the service.

`page` is signed in as the owner of the first account; whatever a page writes to the console as
an error, a refused script or style among it, fails the test. With SCREENSHOTS set to a folder,
`axe` leaves pictures of each page there: light and dark, wide and narrow.
"""

import json
import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.live.conftest import Service, people, until

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 800}
PATIENCE_MILLISECONDS = 15_000


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """A copy of the service of its own, for the tests of this folder."""
    started = Service(tmp_path_factory.mktemp("browser"), (_free_port(), _free_port()), {})
    started.start()
    facts = json.loads((started.home / "first-run.json").read_text())
    started.email, started.password = facts["email"], facts["password"]
    yield started
    started.stop()


def _free_port():
    from tests.conftest import free_port  # noqa: PLC0415

    return free_port()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=FLAGS
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def _cookies(browser, service):
    """Sign in once, by the form; every signed-in page begins with these cookies."""
    context = browser.new_context(base_url=service.base_url)
    page = context.new_page()
    sign_in(page, service.email, service.password)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page, email, password):
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def open_browser(browser, service):
    """Open a further browser window: `open_browser(signed_in=True, **context options)`."""
    opened, problems = [], []

    def open_one(state=None, **options):
        options = {"viewport": WIDE, "locale": "en-US", "timezone_id": "UTC"} | options
        context = browser.new_context(base_url=service.base_url, storage_state=state, **options)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        page = context.new_page()
        page.problems = problems
        page.on("console", lambda line: _note(problems, line))
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        opened.append(context)
        return page

    yield open_one
    for context in opened:
        context.close()
    assert problems == []


def _note(problems, line):
    """Keep errors; that an answer was 4xx is the test's own business."""
    if line.type == "error" and "Failed to load resource" not in line.text:
        problems.append(f"console: {line.text}")


@pytest.fixture
def page(open_browser, _cookies):
    """A page of the owner, signed in."""
    return open_browser(_cookies)


@pytest.fixture
def second_page(open_browser, _cookies):
    """The same owner at another browser."""
    return open_browser(_cookies)


@pytest.fixture
def stranger_page(open_browser):
    """A browser in which nobody is signed in."""
    return open_browser()


@pytest.fixture
def axe():
    """Check a page as it is shown now, in light and dark: axe finds nothing."""

    def check(page, name=None):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response["violations"]
            assert [_told(each) for each in found] == [], f"{page.url}, {scheme}"
            _picture(page, name, scheme)
        page.emulate_media(color_scheme=None)

    return check


def _told(violation):
    nodes = [node["html"][:200] for node in violation["nodes"]]
    return f"{violation['id']}: {violation['help']}: {nodes}"


def _picture(page, name, scheme):
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    name = name or re.sub(r"\W+", "-", page.url.partition("//")[2].partition("/")[2]) or "home"
    for width in (WIDE, NARROW):
        page.set_viewport_size(width)
        path = Path(folder) / f"{name}-{scheme}-{width['width']}.png"
        page.screenshot(path=path, full_page=True)
    page.set_viewport_size(WIDE)


@pytest.fixture
def tab_to():
    """Press Tab until the focus is on what has these words; fail after a hundred."""

    def tab(page, words):
        for _ in range(100):
            page.keyboard.press("Tab")
            if words in page.evaluate(_FOCUSED):
                return
        raise AssertionError(f"Tab does not reach {words!r}")

    return tab


_FOCUSED = """() => {
  const at = document.activeElement;
  const labels = at.labels ? [...at.labels].map((label) => label.textContent) : [];
  return [at.getAttribute('aria-label') || '', at.textContent || '', ...labels].join(' ');
}"""


_everybody = people(seed=4)


@pytest.fixture
def somebody():
    """A person whom no other test has used."""
    return next(_everybody)


@pytest.fixture(name="until", scope="session")
def _until():
    return until
