"""The pages of the workers by a real browser, at a running copy with real workers."""

import uuid

import psycopg
import pytest
from playwright.sync_api import expect


@pytest.fixture
def failed(service):
    """Write dead sweeps into the copy's database; the words of their error find them."""
    url = database_url(service)

    def write(count):
        words = f"broken{uuid.uuid4().hex[:8]}"
        with psycopg.connect(url) as connection:
            connection.execute(WRITE, {"words": words, "count": count})
        return words

    return write


def database_url(service):
    """Return where the copy's PostgreSQL is, as its web process has been told."""
    web = service.processes("web.serve")[0]
    return web.environ()["DATABASE_URL"].replace("+psycopg", "")


WRITE = """
    INSERT INTO failed_jobs (message_id, actor, queue, arguments, state, attempts, error_class,
                             fingerprint, message)
    SELECT gen_random_uuid(), 'sweep', 'sweeps', '{"args": ["retention"], "kwargs": {}}',
           'dead', 1, 'builtins.ValueError', %(words)s::varchar, 'it is ' || %(words)s
    FROM generate_series(1, %(count)s)
"""


def test_overview_shows_live_workers_and_a_graph_and_axe_finds_nothing(page, axe):
    page.goto("/workers")

    expect(page.locator("#queue-leads")).to_contain_text("runs", timeout=20_000)
    expect(page.locator(".uplot canvas")).to_be_visible()
    expect(
        page.get_by_role("table", name="What each worker process runs").locator("tbody tr")
    ).not_to_have_count(0)
    axe(page, "workers")


def test_dialog_to_pause_survives_polling_and_the_pause_is_seen_by_another(
    page, second_page, axe
):
    page.goto("/workers/queues/admin")
    page.get_by_role("button", name="Pause").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.wait_for_timeout(6_000)  # longer than a poll: it is held while somebody decides
    expect(dialog).to_be_visible()

    dialog.get_by_role("button", name="Pause").click()

    expect(page.locator("#queue")).to_contain_text("paused by")
    axe(page, "workers-queue")
    second_page.goto("/workers")
    expect(second_page.locator("#queue-admin")).to_contain_text("paused by")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#queue")).to_contain_text("runs")
    expect(second_page.locator("#queue-admin")).to_contain_text("runs", timeout=15_000)


def test_dead_job_is_found_by_its_words_retried_and_ends_well(page, axe, failed):
    words = failed(1)
    page.goto("/workers/failures")
    page.get_by_label("words of the error").fill(words)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("row", name=words)).to_have_count(1)
    axe(page, "workers-failed-jobs")
    page.get_by_role("link", name="sweep").first.click()
    axe(page, "workers-failed-job")

    page.get_by_role("button", name="Retry").click()

    expect(page.locator("#failed-job")).to_contain_text("a later run went well", timeout=20_000)


def test_marked_jobs_are_deleted_after_asking(page, failed):
    words = failed(3)
    page.goto(f"/workers/failures/jobs?q={words}")
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Delete marked").click()

    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(page.get_by_text("Deleted: 3.")).to_be_visible()
    expect(page.get_by_role("row", name="deleted")).to_have_count(3)


def test_all_of_one_cause_are_deleted_after_their_number_was_typed(page, failed, until):
    words = failed(101)
    page.goto(f"/workers/failures/jobs?actor=sweep&fingerprint={words}")
    page.get_by_role("button", name="Delete all 101 dead").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type 101 to confirm").fill("101")

    dialog.get_by_role("button", name="Delete").click()

    page.wait_for_url("**/activity/jobs/*")

    def deleted():
        page.goto(f"/workers/failures/jobs?q={words}&state=deleted")
        return page.get_by_role("row", name=words).count()

    until(deleted, 60)


def test_schedule_is_run_now_disabled_and_enabled(page, axe):
    page.goto("/workers/schedules")
    axe(page, "workers-schedules")
    page.get_by_role("button", name="Run retention now").click()
    expect(page.get_by_text("“retention” runs now.")).to_be_visible()
    row = page.get_by_role("row", name="retention")
    row.get_by_role("button", name="Disable").click()

    page.get_by_role("dialog").get_by_role("button", name="Disable").click()

    expect(row).to_contain_text("disabled")
    row.get_by_role("button", name="Enable retention").click()
    expect(row).to_contain_text("enabled")


def test_essentials_work_without_javascript(open_browser, page, failed):
    words = failed(1)
    state = page.context.storage_state()
    plain = open_browser(state, java_script_enabled=False)
    plain.goto("/workers")
    expect(plain.get_by_role("img", name="Jobs done")).to_be_visible()

    plain.goto(f"/workers/failures/jobs?q={words}")
    plain.get_by_label("Mark job").check()
    plain.get_by_role("button", name="Retry marked").click()

    expect(plain.get_by_text("Run again: 1.")).to_be_visible()
