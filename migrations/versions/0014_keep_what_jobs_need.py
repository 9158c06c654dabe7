"""keep what jobs need

Beside a job: the contacts or numbers that it has yet to go through, what each of them was
before, the files it made. A chunk is a row with arrays: a million people are some hundred
rows, written and read in the order in which they lie. `wipes` tells that a number was wiped,
by a hash of it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0022"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_chunks()
    op.create_table(
        "job_files",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_files")),
    )
    op.create_table(
        "wipes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=True),
        sa.Column("at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wipes")),
    )
    op.create_index("ix_wipes_number", "wipes", ["account_id", "phone_hash"])
    op.create_index("uq_wipes_contact", "wipes", ["contact_id"], unique=True)
    op.add_column("jobs", sa.Column("result", postgresql.JSONB(), nullable=True))
    op.add_column("jobs", sa.Column("forgotten_at", TIME, nullable=True))
    op.create_index(
        "ix_jobs_leftovers",
        "jobs",
        ["ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL AND forgotten_at IS NULL"),
    )
    op.add_column("suppressions", sa.Column("job_id", sa.Uuid(), nullable=True))
    op.add_column("leads", sa.Column("wiped_at", TIME, nullable=True))


def _make_chunks() -> None:
    op.create_table(
        "job_chunks",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("phones", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_chunks")),
    )
    op.create_table(
        "job_changes",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("queued_at", postgresql.ARRAY(TIME), nullable=True),
        sa.Column("queue_lead_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("suppressed", postgresql.ARRAY(sa.Boolean()), nullable=True),
        sa.Column("added", postgresql.ARRAY(sa.Boolean()), nullable=True),
        sa.Column("taken", postgresql.ARRAY(sa.Boolean()), nullable=True),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_changes")),
    )


def downgrade() -> None:
    op.drop_column("leads", "wiped_at")
    op.drop_column("suppressions", "job_id")
    op.drop_index("ix_jobs_leftovers", "jobs")
    op.drop_column("jobs", "forgotten_at")
    op.drop_column("jobs", "result")
    for table in ("wipes", "job_files", "job_changes", "job_chunks"):
        op.drop_table(table)
