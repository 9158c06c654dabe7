"""What ended jobs leave behind, and when it goes: what undo needs in time, files in a day."""

from sqlalchemy import text

from models.wipe_statements import FORGET_LATE_RECEIPTS

#: A finished file can be fetched for so long, and so many of an account are kept.
FILE_HOURS = 24
FILES_KEPT = 20

MOST_JOBS = 200


# An ended job needs its chunks no more, nor what undo needs once its time is over.
_LEFTOVERS = text(f"""
    WITH over AS (
      SELECT id FROM jobs
      WHERE ended_at IS NOT NULL AND forgotten_at IS NULL
        AND greatest(ended_at, undoable_until) < now() - interval '1 hour'
        AND (kind <> 'export' OR ended_at < now() - interval '{FILE_HOURS + 1} hours')
        AND NOT EXISTS (SELECT 1 FROM jobs u WHERE u.id = jobs.undone_by AND u.ended_at IS NULL)
      ORDER BY ended_at LIMIT {MOST_JOBS} FOR UPDATE SKIP LOCKED
    ), chunks AS (
      DELETE FROM job_chunks WHERE job_id IN (SELECT id FROM over)
    ), changes AS (
      DELETE FROM job_changes WHERE job_id IN (SELECT id FROM over)
    ), files AS (
      DELETE FROM job_files WHERE job_id IN (SELECT id FROM over)
    )
    UPDATE jobs SET forgotten_at = now() FROM over WHERE jobs.id = over.id
""")  # noqa: S608  (constants of ours)

_FILES = text(f"""
    DELETE FROM job_files WHERE job_id IN (
      SELECT id FROM jobs WHERE kind = 'export' AND forgotten_at IS NULL
        AND ended_at < now() - interval '{FILE_HOURS} hours'
      ORDER BY ended_at LIMIT {MOST_JOBS})
""")  # noqa: S608  (constants of ours)

_FILES_BEYOND = text(f"""
    DELETE FROM job_files WHERE job_id IN (
      SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY account_id ORDER BY ended_at DESC) AS place
        FROM jobs WHERE kind = 'export' AND ended_at IS NOT NULL AND forgotten_at IS NULL
      ) AS files
      WHERE place > {FILES_KEPT} LIMIT {MOST_JOBS})
""")  # noqa: S608  (constants of ours)

#: Each takes a bounded number of jobs a run (models/retention.py).
LEFTOVERS = (_FILES_BEYOND, _FILES, _LEFTOVERS, FORGET_LATE_RECEIPTS)
