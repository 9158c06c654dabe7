"""Measure 9: every page of the workers, with 1,000,000 finished and 100,000 failed jobs.

    python -m bench.dashboard [failed jobs]

Starts a copy of the service with its web process alone, writes the history by SQL, signs in
and asks for the pages as a browser would, one request after the other. What is told is the time
of a whole request, so the web process, the database and Redis together.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable

import psycopg
import requests

from bench.figures import Figure, percentile
from bench.report import table
from bench.service import CannotMeasure, Service, running

MEASURE, GOAL_MS = 9, 100.0
FAILED, FINISHED = 100_000, 1_000_000
ROUNDS, WARM_UP = 30, 3
OK = 200

Ask = Callable[[str], None]


def pages(newest: int) -> dict[str, str]:
    """Name every page and what its address asks."""
    jobs = "/workers/failures/jobs"
    return {
        "overview, 1 h": "/workers",
        "overview, 24 h": "/workers?window=24h",
        "overview, 7 d": "/workers?window=7d",
        "queue": "/workers/queues/leads",
        "failures by cause": "/workers/failures",
        "failed jobs, newest": jobs,
        "failed jobs, dead": f"{jobs}?state=dead",
        "failed jobs of the largest cause": f"{jobs}?actor=process_lead&fingerprint=cause-0",
        "failed jobs of a small cause": f"{jobs}?actor=process_lead&fingerprint=cause-19",
        "search, a word that all have": f"{jobs}?q=error",
        "search, a word that few have": f"{jobs}?q=needle",
        "search, a word that none has": f"{jobs}?q=haystack",
        "search, two words": f"{jobs}?q=error+needle&state=dead",
        "search, an id": f"{jobs}?q=00000000-0000-4000-8000-000000000000",
        "one failed job": f"{jobs}/{newest}",
        "schedules": "/workers/schedules",
    }


def measure(ask: Ask, newest: int) -> list[Figure]:
    return [
        Figure(MEASURE, f"{name}, p95", _p95(ask, path), "ms", at_most=GOAL_MS)
        for name, path in pages(newest).items()
    ]


def _p95(ask: Ask, path: str) -> float:
    taken = []
    for _ in range(WARM_UP + ROUNDS):
        began = time.perf_counter()
        ask(path)
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken[WARM_UP:], 95)


def fill(database_url: str, failed: int) -> int:
    """Write the history; return the id of the newest failed job."""
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as database:
        for statement in (_FAILED_JOBS, _FAILURES, _MINUTES, _HOURS):
            database.execute(statement, {"failed": failed, "finished": FINISHED})
        for name in ("failed_jobs", "failures", "job_counts"):
            database.execute(f"VACUUM ANALYZE {name}")
        row = database.execute("SELECT max(id) FROM failed_jobs").fetchone()
    if row is None:
        raise CannotMeasure("there are no failed jobs")
    return int(row[0])


#: Half of them are of one cause; all are of the only account.
_FAILED_JOBS = """
    INSERT INTO failed_jobs (message_id, account_id, subject_id, actor, queue, arguments, state,
      attempts, error_class, fingerprint, message, first_at, last_at, next_at)
    SELECT gen_random_uuid(), (SELECT id FROM accounts LIMIT 1), gen_random_uuid(),
           CASE WHEN n %% 3 = 0 THEN 'send_text' ELSE 'process_lead' END, 'leads',
           '{"args": ["00000000-0000-4000-8000-000000000001"], "kwargs": {}}',
           CASE WHEN n %% 50 = 0 THEN 'retrying' WHEN n %% 10 = 0 THEN 'done' ELSE 'dead' END,
           4,
           'sqlalchemy.exc.OperationalError',
           'cause-' || CASE WHEN n %% 2 = 0 THEN 0 ELSE n %% 40 / 2 END,
           'error: the server closed the connection unexpectedly'
             || CASE WHEN n %% 5000 = 1 THEN ' (needle)' ELSE '' END,
           now() - n * interval '10 s', now() - n * interval '9 s', now() + interval '1 hour'
    FROM generate_series(%(failed)s, 1, -1) AS n
"""

_FAILURES = """
    INSERT INTO failures (at, actor, queue, message_id, arguments, attempt, will_retry,
      error_class, fingerprint, message, traceback)
    SELECT last_at, actor, queue, message_id, arguments, attempts, false, error_class,
           fingerprint, message, repeat('File "leads.py", line 1' || chr(10), 60)
    FROM failed_jobs
"""

#: Eight actors in every minute of two days, and every hour of seven.
_MINUTES = """
    INSERT INTO job_counts (span, at, actor, done, expected, failed, ms, buckets)
    SELECT 60, date_trunc('minute', now()) - n * interval '1 minute', 'actor_' || a,
           %(finished)s / (8 * 7 * 1440), 0, 1, 400, array_fill(1::bigint, ARRAY[13])
    FROM generate_series(0, 2880) AS n CROSS JOIN generate_series(1, 8) AS a
    ON CONFLICT DO NOTHING
"""

_HOURS = """
    INSERT INTO job_counts (span, at, actor, done, expected, failed, ms, buckets)
    SELECT 3600, date_trunc('hour', now()) - n * interval '1 hour', 'actor_' || a,
           %(finished)s / (8 * 7 * 24), 0, 60, 24000, array_fill(60::bigint, ARRAY[13])
    FROM generate_series(0, 168) AS n CROSS JOIN generate_series(1, 8) AS a
    ON CONFLICT DO NOTHING
"""


def signed_in(service: Service) -> Ask:
    """Sign in by the form; return what asks for a page."""
    http = requests.Session()
    form = http.get(f"{service.base_url}/sign-in", timeout=30).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', form)
    if csrf is None:
        raise CannotMeasure("the sign-in page has no form")
    email, password = service.operator
    sent = {"csrf": csrf[1], "email": email, "password": password}
    http.post(f"{service.base_url}/sign-in", data=sent, timeout=30)

    def ask(path: str) -> None:
        answer = http.get(service.base_url + path, allow_redirects=False, timeout=30)
        if answer.status_code != OK:
            raise CannotMeasure(f"{path} answers {answer.status_code}")

    return ask


def main() -> int:
    """Run and print the table. 0 if all could be measured, whatever the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.dashboard", description=__doc__)
    parser.add_argument("failed", nargs="?", type=int, default=FAILED)
    failed = parser.parse_args().failed
    with running(web_alone=True) as service:
        print(f"... {failed:,} jobs fail", file=sys.stderr, flush=True)
        newest = fill(service.database_url, failed)
        try:
            print(table(measure(signed_in(service), newest)))
        except CannotMeasure as error:
            print(f"bench.dashboard: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
