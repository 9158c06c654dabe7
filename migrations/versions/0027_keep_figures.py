"""keep figures

Leads by status and deliveries by outcome, as a sweep counted them last.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "figures",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name=op.f("pk_figures")),
    )


def downgrade() -> None:
    op.drop_table("figures")
