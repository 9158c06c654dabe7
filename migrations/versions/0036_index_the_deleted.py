"""index the deleted

Groups and labels count their living contacts on every look at the folders. Few are deleted, so
those who carry a mark are counted in the index of the mark, less the deleted ones: to find the
living ones every contact of the account was read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_index(
        "ix_contacts_deleted",
        "contacts",
        ["id"],
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_contacts_deleted", "contacts")
