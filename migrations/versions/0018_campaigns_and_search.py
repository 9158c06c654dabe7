"""campaigns; search leads and rejections by name and number

A person is in a campaign once for each of its groups that they are in, tied to that very
membership: whoever leaves the group leaves the campaign. A trigger refuses everybody who is
not in the view `campaign_eligible`, another takes the suppressed out.

`lead_search` is to leads what `contact_search` is to contacts, but no trigger fills it for the
leads that come in: that is dear, and senders wait. A sweep does it, up to a mark for each
account; what came after the mark is compared directly. A rejection has its terms itself.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"

ELIGIBLE = """
CREATE VIEW campaign_eligible AS
SELECT k.id AS campaign_id, c.id AS contact_id
FROM campaigns k JOIN contacts c ON c.account_id = k.account_id
WHERE c.deleted_at IS NULL AND NOT c.suppressed AND c.queued_at IS NULL
  AND EXISTS (
    SELECT 1 FROM memberships m
    JOIN campaign_groups g ON g.group_id = m.group_id AND g.campaign_id = k.id
    WHERE m.contact_id = c.id)
"""

# Locks first, reads in a later statement: a suppression under way ends before we look.
GUARD = """
CREATE FUNCTION campaign_contacts_guarded() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  refused uuid;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(suppression_lock(account_id))
  FROM (SELECT DISTINCT k.account_id FROM new_rows n JOIN campaigns k ON k.id = n.campaign_id
        ORDER BY k.account_id) AS accounts;
  SELECT n.contact_id INTO refused FROM new_rows n
  WHERE NOT EXISTS (SELECT 1 FROM campaign_eligible e
                    WHERE e.campaign_id = n.campaign_id AND e.contact_id = n.contact_id)
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'contact % is not eligible for the campaign', refused
      USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_contacts_eligible';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER campaign_contacts_guarded AFTER INSERT ON campaign_contacts
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
EXECUTE FUNCTION campaign_contacts_guarded();

CREATE FUNCTION campaign_contacts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a contact is added to a campaign or removed, never changed';
END $$;
CREATE TRIGGER campaign_contacts_stay
BEFORE UPDATE OF campaign_id, contact_id, group_id ON campaign_contacts
FOR EACH ROW EXECUTE FUNCTION campaign_contacts_stay();

CREATE FUNCTION suppressed_leaves_campaigns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM campaign_contacts WHERE contact_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER suppressed_leaves_campaigns AFTER UPDATE OF suppressed, deleted_at ON contacts
FOR EACH ROW WHEN (NEW.suppressed AND NOT OLD.suppressed)
EXECUTE FUNCTION suppressed_leaves_campaigns();
"""

# The account is a term as well ("@"): a rare name of one account must not be sought among the
# many of another.
LEAD_TERMS = """
CREATE FUNCTION lead_terms(
  p_account uuid, p_first_name text, p_last_name text, p_phone text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT contact_terms(p_first_name, p_last_name, p_phone)
    || array_to_tsvector(ARRAY['@' || replace(p_account::text, '-', '')])
$$
"""

# Leads from the spool come with the time they were taken at, which may lie before the mark.
# Names change only when a person is wiped. An upsert: the sweep may have read the old names.
KEEP_TERMS = """
CREATE FUNCTION lead_searchable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lead_search (lead_id, terms)
  VALUES (NEW.id, lead_terms(NEW.account_id, NEW.first_name, NEW.last_name, NEW.phone))
  ON CONFLICT (lead_id) DO UPDATE SET terms = EXCLUDED.terms;
  RETURN NULL;
END $$;
CREATE TRIGGER spooled_lead_searchable AFTER INSERT ON leads
FOR EACH ROW WHEN (NEW.via <> 'postgres') EXECUTE FUNCTION lead_searchable();
CREATE TRIGGER lead_kept_searchable AFTER UPDATE OF first_name, last_name, phone ON leads
FOR EACH ROW
WHEN ((NEW.first_name, NEW.last_name, NEW.phone)
      IS DISTINCT FROM (OLD.first_name, OLD.last_name, OLD.phone))
EXECUTE FUNCTION lead_searchable();

CREATE FUNCTION rejection_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.terms := ''::tsvector;
  RETURN NEW;
END $$;
CREATE TRIGGER rejection_forgotten BEFORE UPDATE OF body ON rejections
FOR EACH ROW WHEN (NEW.body IS NULL AND OLD.body IS NOT NULL)
EXECUTE FUNCTION rejection_forgotten();
"""


def upgrade() -> None:
    _make_campaigns()
    op.execute(ELIGIBLE)
    op.execute(GUARD)
    _make_search()
    op.execute(LEAD_TERMS)
    op.execute(KEEP_TERMS)


def downgrade() -> None:
    op.execute("DROP TRIGGER rejection_forgotten ON rejections")
    op.execute("DROP FUNCTION rejection_forgotten()")
    op.execute("DROP TRIGGER lead_kept_searchable ON leads")
    op.execute("DROP TRIGGER spooled_lead_searchable ON leads")
    op.execute("DROP FUNCTION lead_searchable()")
    op.execute("DROP FUNCTION lead_terms(uuid, text, text, text)")
    op.drop_index("ix_rejections_unread", "rejections")
    op.drop_index("ix_rejections_terms", "rejections")
    op.drop_column("rejections", "terms")
    op.drop_table("search_marks")
    op.drop_table("lead_search")
    op.execute("DROP TRIGGER suppressed_leaves_campaigns ON contacts")
    op.execute("DROP FUNCTION suppressed_leaves_campaigns()")
    op.execute("DROP VIEW campaign_eligible")
    for table in ("campaign_contacts", "campaign_groups", "campaigns"):
        op.drop_table(table)
    op.execute("DROP FUNCTION campaign_contacts_stay()")
    op.execute("DROP FUNCTION campaign_contacts_guarded()")


def _since(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _make_campaigns() -> None:
    status = sa.Enum(
        "draft",
        "active",
        "ended",
        name="campaignstatus",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", status, nullable=False),
        _since("created_at"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_campaigns_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_index("ix_campaigns_newest", "campaigns", ["account_id", "created_at", "id"])
    op.create_table(
        "campaign_groups",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_groups_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_campaign_groups_group_id_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "group_id", name=op.f("pk_campaign_groups")),
    )
    op.create_index(op.f("ix_campaign_groups_group_id"), "campaign_groups", ["group_id"])
    op.create_table(
        "campaign_contacts",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        _since("added_at"),
        sa.ForeignKeyConstraint(
            ["campaign_id", "group_id"],
            ["campaign_groups.campaign_id", "campaign_groups.group_id"],
            name="fk_campaign_contacts_group",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id", "contact_id"],
            ["memberships.group_id", "memberships.contact_id"],
            name="fk_campaign_contacts_membership",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "contact_id", "group_id", name=op.f("pk_campaign_contacts")
        ),
    )
    op.create_index(
        "ix_campaign_contacts_membership", "campaign_contacts", ["contact_id", "group_id"]
    )
    op.create_index(
        "ix_campaign_contacts_group", "campaign_contacts", ["campaign_id", "group_id"]
    )


def _make_search() -> None:
    # No foreign key: leads are never deleted, and each check would lock the lead's row.
    op.create_table(
        "lead_search",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("terms", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_search")),
    )
    op.create_index("ix_lead_search_terms", "lead_search", ["terms"], postgresql_using="gin")
    op.create_table(
        "search_marks",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_search_marks_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_search_marks")),
    )
    op.add_column("rejections", sa.Column("terms", postgresql.TSVECTOR(), nullable=True))
    op.create_index("ix_rejections_terms", "rejections", ["terms"], postgresql_using="gin")
    op.create_index(
        "ix_rejections_unread",
        "rejections",
        ["account_id"],
        postgresql_where=sa.text("terms IS NULL"),
    )
