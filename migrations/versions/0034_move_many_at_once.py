"""move many at once

A foreign key asks for every row by itself: of two thousand contacts that get one group it asks
two thousand times for the same group. Here one trigger a statement asks for all its rows, and
what it finds is what the foreign key would have found: groups and labels are locked as it locks
them, and contacts, which are never removed, need no lock. The timeline's indexes leave out the
rows that they cannot find.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0037"

FOREIGN_KEYS = (
    ("memberships", "group_id", "groups", "CASCADE"),
    ("memberships", "contact_id", "contacts", None),
    ("contact_labels", "label_id", "labels", "CASCADE"),
    ("contact_labels", "contact_id", "contacts", None),
)

# What the foreign keys said of the rows that are pointed to.
POINTED_TO = """
CREATE FUNCTION row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of table % is never %', TG_ARGV[0], TG_TABLE_NAME, TG_ARGV[1]
    USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER contacts_stay BEFORE DELETE ON contacts
FOR EACH ROW EXECUTE FUNCTION row_stays('a row', 'removed');
CREATE TRIGGER contact_ids_stay BEFORE UPDATE OF id ON contacts
FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION row_stays('the id', 'changed');
CREATE TRIGGER group_ids_stay BEFORE UPDATE OF id ON groups
FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION row_stays('the id', 'changed');
CREATE TRIGGER label_ids_stay BEFORE UPDATE OF id ON labels
FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION row_stays('the id', 'changed');

CREATE FUNCTION groups_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM memberships WHERE group_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END $$;
CREATE TRIGGER groups_removed AFTER DELETE ON groups
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION groups_removed();

CREATE FUNCTION labels_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM contact_labels WHERE label_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END $$;
CREATE TRIGGER labels_removed AFTER DELETE ON labels
REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION labels_removed();
"""

# The group is locked before the contacts are changed, as before. In the order of ids the
# pages of an index are met one after the other.
MEMBERSHIPS_ADDED = """
CREATE OR REPLACE FUNCTION memberships_added() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  many bigint;
  there bigint;
BEGIN
  SELECT count(DISTINCT group_id) INTO many FROM new_rows;
  SELECT count(*) INTO there FROM (
    SELECT id FROM groups WHERE id IN (SELECT DISTINCT group_id FROM new_rows)
    ORDER BY id FOR KEY SHARE) AS locked;
  IF there <> many THEN
    RAISE EXCEPTION 'a membership is of no group'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'memberships_of_groups';
  END IF;
  SELECT count(DISTINCT contact_id) INTO many FROM new_rows;
  UPDATE contacts SET group_count = group_count + added.many,
                      queued_at = NULL, queue_lead_id = NULL
  FROM (SELECT contact_id, count(*) AS many FROM new_rows
        GROUP BY contact_id ORDER BY contact_id) AS added
  WHERE contacts.id = added.contact_id;
  GET DIAGNOSTICS there = ROW_COUNT;
  IF there <> many THEN
    RAISE EXCEPTION 'a membership is of no contact'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'memberships_of_contacts';
  END IF;
  RETURN NULL;
END $$
"""

LABELS_ADDED = """
CREATE FUNCTION contact_labels_added() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  many bigint;
  there bigint;
BEGIN
  SELECT count(DISTINCT label_id) INTO many FROM new_rows;
  SELECT count(*) INTO there FROM (
    SELECT id FROM labels WHERE id IN (SELECT DISTINCT label_id FROM new_rows)
    ORDER BY id FOR KEY SHARE) AS locked;
  IF there <> many THEN
    RAISE EXCEPTION 'a contact has no such label'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'contact_labels_of_labels';
  END IF;
  SELECT count(*) INTO many FROM new_rows;
  SELECT count(*) INTO there FROM new_rows n JOIN contacts c ON c.id = n.contact_id;
  IF there <> many THEN
    RAISE EXCEPTION 'a label is on no contact'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'contact_labels_of_contacts';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER contact_labels_added AFTER INSERT ON contact_labels
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION contact_labels_added();

CREATE FUNCTION contact_labels_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a label is put on a contact or taken off, never changed';
END $$;
CREATE TRIGGER contact_labels_stay BEFORE UPDATE ON contact_labels
FOR EACH ROW EXECUTE FUNCTION contact_labels_stay();
"""

MEMBERSHIPS_ADDED_BEFORE = """
CREATE OR REPLACE FUNCTION memberships_added() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  UPDATE contacts SET group_count = group_count + added.many,
                      queued_at = NULL, queue_lead_id = NULL
  FROM (SELECT contact_id, count(*) AS many FROM new_rows GROUP BY contact_id) AS added
  WHERE contacts.id = added.contact_id;
  RETURN NULL;
END $$
"""

REMOVED = """
DROP TRIGGER contact_labels_stay ON contact_labels;
DROP FUNCTION contact_labels_stay();
DROP TRIGGER contact_labels_added ON contact_labels;
DROP FUNCTION contact_labels_added();
DROP TRIGGER labels_removed ON labels;
DROP FUNCTION labels_removed();
DROP TRIGGER groups_removed ON groups;
DROP FUNCTION groups_removed();
DROP TRIGGER label_ids_stay ON labels;
DROP TRIGGER group_ids_stay ON groups;
DROP TRIGGER contact_ids_stay ON contacts;
DROP TRIGGER contacts_stay ON contacts;
DROP FUNCTION row_stays();
"""


def upgrade() -> None:
    for statements in (POINTED_TO, MEMBERSHIPS_ADDED, LABELS_ADDED):
        op.execute(statements)
    for table, column, there, _ in FOREIGN_KEYS:
        op.drop_constraint(op.f(f"fk_{table}_{column}_{there}"), table, type_="foreignkey")
    _index_timeline(partial=True)


def downgrade() -> None:
    _index_timeline(partial=False)
    for table, column, there, on_delete in FOREIGN_KEYS:
        name = op.f(f"fk_{table}_{column}_{there}")
        op.create_foreign_key(name, table, there, [column], ["id"], ondelete=on_delete)
    op.execute(MEMBERSHIPS_ADDED_BEFORE)
    op.execute(REMOVED)


def _index_timeline(*, partial: bool) -> None:
    for of in ("lead", "contact"):
        name, column = f"ix_timeline_{of}", f"{of}_id"
        op.drop_index(name, "timeline")
        where = sa.text(f"{column} IS NOT NULL") if partial else None
        op.create_index(name, "timeline", [column, "id"], postgresql_where=where)
