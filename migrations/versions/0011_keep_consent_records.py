"""keep consent records

Every wording of a compliance message gets a number; a trigger writes it down, whoever changes
it. What a consent record has told once stays as it was told: the table refuses changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0008"

MESSAGE_VERSIONS = """
CREATE FUNCTION message_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO message_versions (integration_id, number, compliance_message, brand)
  SELECT NEW.id, coalesce(max(number), 0) + 1, NEW.compliance_message, NEW.brand
  FROM message_versions WHERE integration_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER message_made AFTER INSERT ON integrations
FOR EACH ROW EXECUTE FUNCTION message_changed();
CREATE TRIGGER message_changed AFTER UPDATE OF compliance_message, brand ON integrations
FOR EACH ROW WHEN ((OLD.compliance_message, OLD.brand) IS DISTINCT FROM
                   (NEW.compliance_message, NEW.brand))
EXECUTE FUNCTION message_changed();
"""

# What stands now is all that is known of the time before: it gets the integration's own date.
KNOWN_MESSAGES = """
INSERT INTO message_versions (integration_id, number, compliance_message, brand, since)
SELECT id, 1, compliance_message, brand, created_at FROM integrations
"""

CONSENT_STAYS = """
CREATE FUNCTION consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a consent record is append-only';
END $$;
CREATE TRIGGER consent_stays BEFORE UPDATE OR DELETE ON consent_entries
FOR EACH ROW EXECUTE FUNCTION consent_stays();
"""


def upgrade() -> None:
    op.create_table(
        "message_versions",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("integration_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("compliance_message", sa.String, nullable=False),
        sa.Column("brand", sa.String, nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message_versions"),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["integrations.id"],
            name="fk_message_versions_integration_id_integrations",
        ),
    )
    op.create_index(
        "uq_message_versions_number",
        "message_versions",
        ["integration_id", "number"],
        unique=True,
    )
    op.create_table(
        "consent_entries",
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("entry", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "number", name="pk_consent_entries"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_consent_entries_lead_id_leads"
        ),
    )
    op.execute(MESSAGE_VERSIONS)
    op.execute(KNOWN_MESSAGES)
    op.execute(CONSENT_STAYS)


def downgrade() -> None:
    for trigger, table in (
        ("consent_stays", "consent_entries"),
        ("message_changed", "integrations"),
        ("message_made", "integrations"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.execute("DROP FUNCTION consent_stays()")
    op.execute("DROP FUNCTION message_changed()")
    op.drop_table("consent_entries")
    op.drop_table("message_versions")
