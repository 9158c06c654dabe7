"""guard the rules that law and money hang on

Triggers keep `contacts.group_count` and `contacts.suppressed`, so that a CHECK can refuse
anybody in the opt-in queue who has a group or is suppressed; the timeline refuses changes.
Statement-level with transition tables where rows come in bulk.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

SUPPRESSION_LOCK = """
CREATE FUNCTION suppression_lock(account_id uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtextextended('suppressions:' || account_id::text, 0)
$$
"""

# Getting a group takes the contact out of the opt-in queue in the same statement. The
# contact's row lock orders this with joining.
MEMBERSHIPS = """
CREATE FUNCTION memberships_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE contacts SET group_count = group_count + added.many,
                      queued_at = NULL, queue_lead_id = NULL
  FROM (SELECT contact_id, count(*) AS many FROM new_rows GROUP BY contact_id) AS added
  WHERE contacts.id = added.contact_id;
  RETURN NULL;
END $$;
CREATE TRIGGER memberships_added AFTER INSERT ON memberships
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION memberships_added();

CREATE FUNCTION memberships_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE contacts SET group_count = group_count - removed.many
  FROM (SELECT contact_id, count(*) AS many FROM old_rows GROUP BY contact_id) AS removed
  WHERE contacts.id = removed.contact_id;
  RETURN NULL;
END $$;
CREATE TRIGGER memberships_removed AFTER DELETE ON memberships
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION memberships_removed();

CREATE FUNCTION memberships_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a membership is added or removed, never changed';
END $$;
CREATE TRIGGER memberships_stay BEFORE UPDATE OF group_id, contact_id ON memberships
FOR EACH ROW EXECUTE FUNCTION memberships_stay();
"""

# An absent row cannot be locked, so both sides take the account's suppression lock: adding
# exclusively, joining shared. Otherwise two commits could cross.
SUPPRESSIONS = """
CREATE FUNCTION suppressions_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(suppression_lock(account_id))
  FROM (SELECT DISTINCT account_id FROM new_rows ORDER BY account_id) AS accounts;
  UPDATE contacts SET suppressed = true, queued_at = NULL, queue_lead_id = NULL
  FROM new_rows
  WHERE contacts.account_id = new_rows.account_id AND contacts.phone = new_rows.phone
    AND contacts.deleted_at IS NULL AND new_rows.lifted_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER suppressions_added AFTER INSERT ON suppressions
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION suppressions_added();

CREATE FUNCTION suppressions_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_rows n JOIN old_rows o ON o.id = n.id
                 WHERE n.lifted_at IS DISTINCT FROM o.lifted_at) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(suppression_lock(account_id))
  FROM (SELECT DISTINCT account_id FROM new_rows ORDER BY account_id) AS accounts;
  UPDATE contacts SET suppressed = live.any_left,
    queued_at = CASE WHEN live.any_left THEN NULL ELSE contacts.queued_at END,
    queue_lead_id = CASE WHEN live.any_left THEN NULL ELSE contacts.queue_lead_id END
  FROM (
    SELECT n.account_id, n.phone, EXISTS (
      SELECT 1 FROM suppressions s
      WHERE s.account_id = n.account_id AND s.phone = n.phone AND s.lifted_at IS NULL
    ) AS any_left
    FROM (SELECT DISTINCT account_id, phone FROM new_rows) AS n
  ) AS live
  WHERE contacts.account_id = live.account_id AND contacts.phone = live.phone
    AND contacts.deleted_at IS NULL AND contacts.suppressed <> live.any_left;
  RETURN NULL;
END $$;
CREATE TRIGGER suppressions_changed AFTER UPDATE ON suppressions
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION suppressions_changed();
"""

CONTACTS = """
CREATE FUNCTION contact_suppressed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(suppression_lock(NEW.account_id));
  NEW.suppressed := EXISTS (
    SELECT 1 FROM suppressions s
    WHERE s.account_id = NEW.account_id AND s.phone = NEW.phone AND s.lifted_at IS NULL
  );
  RETURN NEW;
END $$;
CREATE TRIGGER contact_made BEFORE INSERT ON contacts
FOR EACH ROW EXECUTE FUNCTION contact_suppressed();
CREATE TRIGGER contact_joins_or_revives BEFORE UPDATE OF queued_at, deleted_at ON contacts
FOR EACH ROW
WHEN ((NEW.queued_at IS NOT NULL AND OLD.queued_at IS NULL)
      OR (NEW.deleted_at IS NULL AND OLD.deleted_at IS NOT NULL))
EXECUTE FUNCTION contact_suppressed();
"""

TIMELINE = """
CREATE FUNCTION timeline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the timeline is append-only';
END $$;
CREATE TRIGGER timeline_stays BEFORE UPDATE OR DELETE ON timeline
FOR EACH ROW EXECUTE FUNCTION timeline_stays();
"""


def upgrade() -> None:
    for statements in (SUPPRESSION_LOCK, MEMBERSHIPS, SUPPRESSIONS, CONTACTS, TIMELINE):
        op.execute(statements)


def downgrade() -> None:
    for trigger, table in (
        ("timeline_stays", "timeline"),
        ("contact_joins_or_revives", "contacts"),
        ("contact_made", "contacts"),
        ("suppressions_changed", "suppressions"),
        ("suppressions_added", "suppressions"),
        ("memberships_stay", "memberships"),
        ("memberships_removed", "memberships"),
        ("memberships_added", "memberships"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in (
        "timeline_stays()",
        "contact_suppressed()",
        "suppressions_changed()",
        "suppressions_added()",
        "memberships_stay()",
        "memberships_removed()",
        "memberships_added()",
        "suppression_lock(uuid)",
    ):
        op.execute(f"DROP FUNCTION {function}")
