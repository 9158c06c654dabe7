"""cap texts by prefix

Texts to numbers outside the integration's default region carry how the number begins, and so
does each attempt to send one. The attempts of the last hour are counted by a partial index
that holds only these, and none that certainly was not sent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0010"

MAY_HAVE_LEFT = "outcome IS NULL OR outcome NOT IN ('not sent', 'halted')"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("prefix", sa.String(), nullable=True))
    op.add_column("attempts", sa.Column("prefix", sa.String(), nullable=True))
    op.create_index(
        "ix_attempts_prefix",
        "attempts",
        ["prefix", "started_at"],
        postgresql_where=sa.text(f"prefix IS NOT NULL AND ({MAY_HAVE_LEFT})"),
    )


def downgrade() -> None:
    op.drop_index("ix_attempts_prefix", "attempts")
    op.drop_column("attempts", "prefix")
    op.drop_column("deliveries", "prefix")
