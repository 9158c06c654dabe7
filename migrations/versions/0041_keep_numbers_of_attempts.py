"""keep numbers of attempts

A text that is tried again leaves from the number that the integration has now. The attempts
before keep theirs, as the consent record tells it; where nothing is kept it is the delivery's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0039"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("from_number", sa.String))


def downgrade() -> None:
    op.drop_column("attempts", "from_number")
