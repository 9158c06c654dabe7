"""raise alarms

What a person should know now: one row an account and a subject, open until it is over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0015"

KINDS = (
    "silence",
    "opt_outs",
    "failures",
    "circuit",
    "no_worker",
    "clock",
    "redis_away",
    "redis_not_durable",
    "postgres_away",
    "spool",
)


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "alarms",
        sa.Column("id", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS, name="alarmkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("since", time),
        sa.Column("opened_at", time, server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", time),
        sa.Column("acknowledged_at", time),
        sa.Column("acknowledged_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_alarms_account_id_accounts"
        ),
    )
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["account_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_alarms_newest",
        "alarms",
        ["account_id", sa.text("opened_at DESC"), sa.text("id DESC")],
    )


def downgrade() -> None:
    op.drop_table("alarms")
