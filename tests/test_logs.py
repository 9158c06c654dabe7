import io
import json
import logging
import sys
import threading

import dramatiq
import pytest

import logs


@pytest.fixture
def written(monkeypatch):
    """Log as a process does; returns what it wrote, line by line, read back."""
    root, stream = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    twilio = logging.getLogger("twilio")
    monkeypatch.setattr(twilio, "level", twilio.level)
    logs.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.captureWarnings(capture=False)


def test_line_tells_time_level_logger_message_and_extra_fields(written):
    logging.getLogger("workers.leads").info("lead %s: held", "42", extra={"held": 3})

    (line,) = written()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "workers.leads",
        "message": "lead 42: held",
        "held": 3,
    }


def test_line_tells_the_request_it_belongs_to(written):
    token = logs.request_id.set("req-1")

    logging.getLogger("web").info("hello")
    logs.request_id.reset(token)

    assert written()[0]["request_id"] == "req-1"


@pytest.mark.parametrize(
    "evil", ["a\r\nb", "a\x1b[31mb", "a\x00b", "a\u2028b", "a\x7fb", "a\x85b"]
)
def test_control_characters_neither_break_a_line_nor_reach_the_terminal(evil):
    record = logging.makeLogRecord({"msg": "name %s", "args": (evil,), "levelname": "INFO"})

    line = logs.JsonLines().format(record)

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"name {evil}"


@pytest.mark.parametrize(
    "number",
    [
        "+12025550142",
        "+1 202 555 0142",
        "+1 (202) 555-0142",
        "%2B12025550142",
        "12025550142",
        "2025550142",
        "202-555-0142",
        "(202) 555-0142",
        "202.555.0142",
    ],
)
def test_phone_number_is_replaced_by_its_reference_however_it_is_written(number):
    scrubbed = logs.scrub(f"To={number}, again.")

    assert scrubbed == f"To={logs.phone_ref('+12025550142')}, again."


@pytest.mark.parametrize(
    "harmless",
    [
        "6f1b2c3d-2025-4550-9142-202555014200",
        "2026-11-22T09:29:27.123+00:00",
        "took 1795340967123 ms",
        "error 30007 of 10000000",
        "v1795340967.12",
    ],
)
def test_ids_and_times_are_left_alone(harmless):
    assert logs.scrub(harmless) == harmless


def test_reference_of_a_number_ends_in_its_last_digits_and_depends_on_the_secret_key(
    monkeypatch,
):
    before = logs.phone_ref("+12025550142")

    monkeypatch.setattr(logs.config, "SECRET_KEY", "another-key-for-the-tests")

    assert before.startswith("0142-")
    assert logs.phone_ref("+12025550142") != before


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("Zx3_-token", "POST /hooks/Zx3_-token?x=1 404"),
        ("oak_abc-DEF_123", "key 'oak_abc-DEF_123' refused"),
        ("hunter2", "cannot reach redis://user:hunter2@host:6379/0"),
    ],
)
def test_token_key_and_password_are_masked(written, secret, text):
    logging.getLogger("x").warning("%s", text, extra={"note": text})

    assert secret not in str(written())
    assert "[masked]" in written()[0]["message"]


@pytest.mark.parametrize(
    "told",
    [
        "DETAIL:  Failing row contains (1, Jane, Roe, null).",
        "DETAIL:  Key (lower(name))=(Jane's) already exists.",
        "[parameters: {'first_name': 'Jane'}]",
    ],
)
def test_row_that_the_database_quotes_is_masked_and_what_stands_around_it_is_not(told):
    scrubbed = logs.scrub(f"CheckViolation: no\n{told}\n[SQL: INSERT]")

    assert "Jane" not in scrubbed
    assert scrubbed.startswith("CheckViolation: no\n")
    assert scrubbed.endswith("\n[SQL: INSERT]")


def test_phone_number_in_an_error_is_masked(written):
    error = ValueError("cannot text +12025550142")

    logging.getLogger("x").error("failed", exc_info=error)

    (line,) = written()
    assert "ValueError" in line["error"]
    assert "2025550142" not in line["error"]


def test_library_that_logs_numbers_is_heard_from_warnings_on(written):
    logging.getLogger("twilio.http_client").info("To=+12025550142")
    logging.getLogger("twilio.http_client").warning("odd")

    assert [line["message"] for line in written()] == ["odd"]


def test_arguments_of_a_failing_job_are_not_logged(written):
    message = dramatiq.Message("leads", "process_lead", ("Jane",), {}, {}, message_id="m1")

    logging.getLogger("dramatiq.worker.WorkerThread").error("Failed to process %s.", message)

    assert written()[0]["message"] == "Failed to process process_lead[m1]."


def test_error_that_nobody_caught_is_logged_as_a_line(written):
    sys.excepthook(RuntimeError, RuntimeError("boom"), None)

    (line,) = written()
    assert line["level"] == "CRITICAL"
    assert "boom" in line["error"]


def test_error_that_ends_a_thread_is_logged_as_a_line(written):
    thread = threading.Thread(target=int, args=["no number"])

    thread.start()
    thread.join()

    assert "ValueError" in written()[0]["error"]
