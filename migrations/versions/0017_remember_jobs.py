"""remember jobs

What the worker dashboard shows and no restart may forget: where each failed job stands, how
many jobs ended how in each minute, which queues are paused. The indexes of `failures` on
arguments and causes go: failed_jobs answers those questions, with one row a job.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0020"

WORDS = """to_tsvector('simple'::regconfig,
translate(actor || ' ' || error_class || ' ' || message, '._:/-', '     '))"""

#: Jobs that failed until now: dead, with the words of their last run.
KNOWN = """
INSERT INTO failed_jobs (message_id, actor, queue, arguments, request_id, state, attempts,
                         error_class, fingerprint, message, first_at, last_at, ended_at)
SELECT DISTINCT ON (message_id) message_id, actor, queue, arguments, request_id, 'dead',
       attempt, error_class, fingerprint, left(message, 300), at, at, at
FROM failures ORDER BY message_id, attempt DESC, id DESC
"""


def upgrade() -> None:
    op.create_table(
        "failed_jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                *("retrying", "dead", "done", "deleted"),
                name="failedjobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_class", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        *(
            sa.Column(
                name,
                sa.DateTime(timezone=True),
                server_default=sa.text("now()"),
                nullable=False,
            )
            for name in ("first_at", "last_at")
        ),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed(WORDS, persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_jobs")),
        sa.UniqueConstraint("message_id", name=op.f("uq_failed_jobs_message_id")),
    )
    op.create_index(
        "ix_failed_jobs_state",
        "failed_jobs",
        ["state", "id"],
        postgresql_include=["account_id"],
    )
    op.create_index(
        "ix_failed_jobs_cause",
        "failed_jobs",
        ["actor", "fingerprint", "state", "id"],
        postgresql_include=["account_id"],
    )
    op.create_index("ix_failed_jobs_subject", "failed_jobs", ["subject_id"])
    op.create_index("ix_failed_jobs_last", "failed_jobs", ["last_at"])
    op.create_index("ix_failed_jobs_words", "failed_jobs", ["words"], postgresql_using="gin")
    op.execute(KNOWN)
    op.drop_index("ix_failures_arguments", table_name="failures")
    op.drop_index("ix_failures_fingerprint", table_name="failures")
    op.create_table(
        "job_counts",
        sa.Column("span", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("done", "expected", "failed", "ms")
        ),
        sa.Column("buckets", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("span", "at", "actor", name=op.f("pk_job_counts")),
    )
    op.create_table(
        "queue_pauses",
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_pauses")),
    )


def downgrade() -> None:
    op.drop_table("queue_pauses")
    op.drop_table("job_counts")
    op.create_index("ix_failures_fingerprint", "failures", ["actor", "fingerprint", "id"])
    op.create_index("ix_failures_arguments", "failures", ["arguments"], postgresql_using="gin")
    op.drop_table("failed_jobs")
