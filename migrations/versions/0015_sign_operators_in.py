"""sign operators in

Sign-ins, invitations, tries of passwords, and the audit, which is append-only like the
timeline. A removed operator keeps the row, so that what was done keeps its name, and gives the
e-mail free.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"

AUDIT_STAYS = """
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION audit_stays();
"""


def upgrade() -> None:
    op.add_column("operators", sa.Column("time_zone", sa.String()))
    op.add_column(
        "operators",
        sa.Column("shortcuts", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column("operators", sa.Column("removed_at", sa.DateTime(timezone=True)))
    op.drop_index("uq_operators_email", "operators")
    op.create_index(
        "uq_operators_email",
        "operators",
        [sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index("ix_operators_account_id", "operators", ["account_id"])
    _make_sign_ins()
    _make_invitations()
    _make_audit()


def _make_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        _time("created_at", "now()"),
        _time("seen_at", "now()"),
        _time("ended_at"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_sign_ins_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index("ix_sign_ins_operator_id", "sign_ins", ["operator_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_attempts")),
    )


def _make_invitations() -> None:
    role = sa.Enum(
        "owner", "member", name="role", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        _time("created_at", "now()"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _time("used_at"),
        _time("withdrawn_at"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_invitations_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index("ix_invitations_account_id", "invitations", ["account_id"])


def _make_audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        _time("at", "clock_timestamp()"),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("by_name", sa.String()),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("request_id", sa.String()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    newest = ["account_id", sa.literal_column("id DESC")]
    op.create_index("ix_audit_entries_newest", "audit_entries", newest)
    by = ["account_id", "by_id", sa.literal_column("id DESC")]
    op.create_index("ix_audit_entries_by", "audit_entries", by)
    op.execute(AUDIT_STAYS)


def _time(name: str, default: str | None = None) -> sa.Column[sa.DateTime]:
    written = None if default is None else sa.text(default)
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=written, nullable=default is None
    )


def downgrade() -> None:
    op.drop_table("audit_entries")
    op.execute("DROP FUNCTION audit_stays()")
    for table in ("invitations", "sign_in_attempts", "sign_ins"):
        op.drop_table(table)
    op.drop_index("ix_operators_account_id", "operators")
    op.drop_index("uq_operators_email", "operators")
    # A removed operator's e-mail may belong to another by now: theirs gives way.
    op.execute(
        "UPDATE operators SET email = id::text || '@removed.invalid'"
        " WHERE removed_at IS NOT NULL"
    )
    op.create_index(
        "uq_operators_email", "operators", [sa.literal_column("lower(email)")], unique=True
    )
    for column in ("removed_at", "shortcuts", "time_zone"):
        op.drop_column("operators", column)
