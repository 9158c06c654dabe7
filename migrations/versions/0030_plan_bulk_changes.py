"""plan bulk changes

The triggers behind memberships and suppressions join the rows of one statement, a few
thousand, to the contacts: always by an index. A plan made once, for whatever came first, may
read a million contacts for each chunk otherwise. The arrays of chunks are kept as they are:
they live for minutes, and ids do not compress.
"""

from alembic import op

revision = "0030"
down_revision = "0019"

ARRAYS = {
    "job_chunks": ("ids", "phones", "reasons"),
    "job_changes": ("ids", "queued_at", "queue_lead_ids"),
}
BULK = (
    "memberships_added",
    "memberships_removed",
    "suppressions_added",
    "suppressions_changed",
)


def upgrade() -> None:
    for function in BULK:
        op.execute(
            f"ALTER FUNCTION {function}() SET enable_hashjoin = off SET enable_mergejoin = off"
        )
    _store("EXTERNAL")


def downgrade() -> None:
    _store("EXTENDED")
    for function in BULK:
        op.execute(f"ALTER FUNCTION {function}() RESET ALL")


def _store(how: str) -> None:
    for table, columns in ARRAYS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE {how}")
