"""reconcile restored

A database from a backup does not know what was texted since. `restores` says how far Twilio's
list has been read, so that a restart goes on; `listed_texts` keeps those texts of the list that
no row knows, until a lead turns up whose text it was. Waiting for that is an alarm.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0034"

KINDS = """
ALTER TABLE alarms DROP CONSTRAINT ck_alarms_alarmkind;
ALTER TABLE alarms ADD CONSTRAINT ck_alarms_alarmkind CHECK (kind IN (
  'silence', 'opt_outs', 'failures', 'circuit', 'no_worker', 'clock', 'redis_away',
  'redis_not_durable', 'postgres_away', 'spool', 'restored'))
"""

KINDS_BEFORE = """
DELETE FROM alarms WHERE kind = 'restored';
ALTER TABLE alarms DROP CONSTRAINT ck_alarms_alarmkind;
ALTER TABLE alarms ADD CONSTRAINT ck_alarms_alarmkind CHECK (kind IN (
  'silence', 'opt_outs', 'failures', 'circuit', 'no_worker', 'clock', 'redis_away',
  'redis_not_durable', 'postgres_away', 'spool'))
"""


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "restores",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("since", time, nullable=False),
        sa.Column("begun_at", time, server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", time, server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", time),
        sa.Column("next_page", sa.String),
        sa.Column("listed", sa.Integer, server_default="0", nullable=False),
        sa.Column("unknown", sa.Integer, server_default="0", nullable=False),
        sa.Column("heard", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_restores"),
    )
    op.create_table(
        "listed_texts",
        sa.Column("sid", sa.String, nullable=False),
        sa.Column("restore_id", sa.BigInteger, nullable=False),
        sa.Column("from_number", sa.String, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("error_code", sa.Integer),
        sa.Column("created_at", time, nullable=False),
        sa.Column("lead_id", sa.Uuid),
        sa.PrimaryKeyConstraint("sid", name="pk_listed_texts"),
    )
    op.create_index(
        "ix_listed_texts_open",
        "listed_texts",
        ["phone"],
        postgresql_where=sa.text("lead_id IS NULL"),
    )
    op.execute(KINDS)


def downgrade() -> None:
    op.execute(KINDS_BEFORE)
    op.drop_table("listed_texts")
    op.drop_table("restores")
