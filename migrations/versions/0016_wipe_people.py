"""wipe people

The timeline stays append-only but for one way: `wipe_timeline_v1` puts a tombstone in place of
everything that was told of a person. The trigger lets a deletion through only while that
function runs, in its own transaction.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"

STAYS = """
CREATE OR REPLACE FUNCTION timeline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     AND current_setting('optin.wiping', true) = pg_current_xact_id()::text THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the timeline is append-only';
END $$
"""

STAYS_BEFORE = """
CREATE OR REPLACE FUNCTION timeline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the timeline is append-only';
END $$
"""

WIPE = """
CREATE FUNCTION wipe_timeline_v1(
  p_account uuid, p_contacts uuid[], p_leads uuid[], p_by uuid, p_by_name text, p_request text
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM set_config('optin.wiping', pg_current_xact_id()::text, true);
  DELETE FROM timeline WHERE contact_id = ANY(p_contacts) OR lead_id = ANY(p_leads);
  PERFORM set_config('optin.wiping', '', true);
  INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id, request_id)
  SELECT p_account, 'wiped', 'Wiped at the person''s request.', p_by, p_by_name, id, p_request
  FROM unnest(p_contacts) AS id;
  INSERT INTO timeline (account_id, kind, text, by_id, by_name, lead_id, request_id)
  SELECT p_account, 'wiped', 'Wiped at the person''s request.', p_by, p_by_name, id, p_request
  FROM unnest(p_leads) AS id;
END $$
"""


def upgrade() -> None:
    op.create_index(
        "ix_leads_wiped",
        "leads",
        ["wiped_at"],
        postgresql_where=sa.text("wiped_at IS NOT NULL"),
    )
    op.execute(STAYS)
    op.execute(WIPE)


def downgrade() -> None:
    op.execute("DROP FUNCTION wipe_timeline_v1(uuid, uuid[], uuid[], uuid, text, text)")
    op.execute(STAYS_BEFORE)
    op.drop_index("ix_leads_wiped", "leads")
