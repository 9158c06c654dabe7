"""seal leads

A lead is sealed in the statement that stores it: the hash of its body, and a hash over that and
what was read of it. A consent record that is first asked for years later still tells whether
the row is as it was. Bodies are forgotten after their time; the seal does not need them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"

SEAL = """
CREATE FUNCTION lead_seal_v1(l leads, body_hash bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT body_hash || sha256(body_hash || convert_to(jsonb_build_array(
    l.id, l.account_id, l.integration_id, l.token_id, l.first_name, l.last_name, l.phone,
    l.email, l.sender, l.extra, l.content_type, l.via, l.request_id,
    extract(epoch FROM l.received_at))::text, 'UTF8'));
$$;

CREATE FUNCTION seal_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.seal := lead_seal_v1(NEW, sha256(coalesce(NEW.body, '')));
  RETURN NEW;
END $$;
CREATE TRIGGER seal_lead BEFORE INSERT ON leads FOR EACH ROW EXECUTE FUNCTION seal_lead();

CREATE FUNCTION seal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the seal of a lead stays';
END $$;
CREATE TRIGGER seal_stays BEFORE UPDATE OF seal ON leads
FOR EACH ROW EXECUTE FUNCTION seal_stays();
"""

UNSEAL = """
DROP TRIGGER seal_stays ON leads;
DROP TRIGGER seal_lead ON leads;
DROP FUNCTION seal_stays();
DROP FUNCTION seal_lead();
DROP FUNCTION lead_seal_v1(leads, bytea);
"""


def upgrade() -> None:
    op.add_column("leads", sa.Column("seal", sa.LargeBinary))
    op.execute(SEAL)


def downgrade() -> None:
    op.execute(UNSEAL)
    op.drop_column("leads", "seal")
