"""Rows of failed jobs, as workers leave them."""

from uuid import uuid4

from models import FailedJob, transaction


def add_failed_jobs(count, account_id, **fields):
    """Add *count* dead jobs of one cause, unless *fields* say otherwise; return their ids."""
    row = {
        "actor": "process_lead",
        "queue": "leads",
        "arguments": {"args": [], "kwargs": {}},
        "state": "dead",
        "attempts": 4,
        "error_class": "builtins.ValueError",
        "fingerprint": "f1",
        "message": "something broke",
    } | fields
    with transaction() as session:
        made = [
            FailedJob(message_id=str(uuid4()), account_id=account_id, **row)
            for _ in range(count)
        ]
        session.add_all(made)
        session.flush()
        return [job.id for job in made]
