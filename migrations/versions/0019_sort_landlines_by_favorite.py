"""sort landlines by favorite

Landlines are rare, so a list of them that begins with favorites would read them all and sort.
Two partial indexes have them in that order; only contacts with a landline are in them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0027"

INDEXES = {
    "ix_contacts_queue_landline_favorites": ("queued_at", "queued_at IS NOT NULL"),
    "ix_contacts_all_landline_favorites": ("first_seen_at", "deleted_at IS NULL"),
}


def upgrade() -> None:
    for name, (since, listed) in INDEXES.items():
        op.create_index(
            name,
            "contacts",
            ["account_id", "favorite", since, "id"],
            postgresql_where=sa.text(f"{listed} AND landline"),
        )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "contacts")
