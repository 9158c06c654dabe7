"""suppress many at once

The account of thousands of suppressions is looked at once a statement, where it is locked
anyway, and not for each row by a foreign key. An account is never removed. Whether a number has
a lead is asked of an index, number by number: asked with OR and EXISTS, every lead of the
account was read for each chunk of an import.
"""

from alembic import op

revision = "0035"
down_revision = "0038"

FOREIGN_KEY = "fk_suppressions_account_id_accounts"

ACCOUNTS_STAY = """
CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts
FOR EACH ROW EXECUTE FUNCTION row_stays('a row', 'removed');
CREATE TRIGGER account_ids_stay BEFORE UPDATE OF id ON accounts
FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION row_stays('the id', 'changed');
CREATE TRIGGER suppression_accounts_stay BEFORE UPDATE OF account_id ON suppressions
FOR EACH ROW WHEN (NEW.account_id <> OLD.account_id)
EXECUTE FUNCTION row_stays('the account', 'changed');
"""

ADDED = """
CREATE OR REPLACE FUNCTION suppressions_added() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  {check}
  PERFORM pg_advisory_xact_lock(suppression_lock(account_id))
  FROM (SELECT DISTINCT account_id FROM new_rows ORDER BY account_id) AS accounts;
  UPDATE contacts SET suppressed = true, queued_at = NULL, queue_lead_id = NULL
  FROM new_rows
  WHERE contacts.account_id = new_rows.account_id AND contacts.phone = new_rows.phone
    AND contacts.deleted_at IS NULL AND new_rows.lifted_at IS NULL;
  RETURN NULL;
END $$
"""

CHECK = """
  IF EXISTS (SELECT account_id FROM new_rows EXCEPT SELECT id FROM accounts) THEN
    RAISE EXCEPTION 'a suppression is of no account'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'suppressions_of_accounts';
  END IF;
"""

LINKED = """
CREATE OR REPLACE FUNCTION link_suppressions() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
BEGIN
  PERFORM append_link_v1(number_chain_v1(n.account_id, n.phone), 'suppressed:' || n.id,
    jsonb_build_array('suppressed:' || n.id, consent_time_v1(n.created_at), n.kind, n.reason,
                      n.source, n.error_code, n.by_name))
  {made};
  RETURN NULL;
END $$
"""

MADE = """FROM made n LEFT JOIN LATERAL (
    SELECT true AS yes FROM leads l
    WHERE l.account_id = n.account_id AND l.phone = n.phone LIMIT 1) AS known ON true
  WHERE n.job_id IS NULL OR known.yes"""

MADE_BEFORE = """FROM made n
  WHERE n.job_id IS NULL OR EXISTS (
    SELECT 1 FROM leads l WHERE l.account_id = n.account_id AND l.phone = n.phone)"""

REMOVED = """
DROP TRIGGER suppression_accounts_stay ON suppressions;
DROP TRIGGER account_ids_stay ON accounts;
DROP TRIGGER accounts_stay ON accounts;
"""


def upgrade() -> None:
    op.execute(ACCOUNTS_STAY)
    op.execute(ADDED.format(check=CHECK))
    op.execute(LINKED.format(made=MADE))
    op.drop_constraint(op.f(FOREIGN_KEY), "suppressions", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key(op.f(FOREIGN_KEY), "suppressions", "accounts", ["account_id"], ["id"])
    op.execute(LINKED.format(made=MADE_BEFORE))
    op.execute(ADDED.format(check=""))
    op.execute(REMOVED)
