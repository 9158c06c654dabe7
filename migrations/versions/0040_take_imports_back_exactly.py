"""take imports back exactly

A number that several imports ask for stays while one of them does: those that come upon what
another holds are noted with it. What a canceled text waited for is kept with the change.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0040"
down_revision = "0041"

OF_CHANGES = ("lead_statuses", "lead_reasons", "text_reasons")


def upgrade() -> None:
    op.add_column("suppressions", sa.Column("asked_by", ARRAY(sa.Uuid)))
    for name in OF_CHANGES:
        op.add_column("job_changes", sa.Column(name, ARRAY(sa.Text)))


def downgrade() -> None:
    for name in reversed(OF_CHANGES):
        op.drop_column("job_changes", name)
    op.drop_column("suppressions", "asked_by")
