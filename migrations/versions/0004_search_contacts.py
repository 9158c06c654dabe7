"""search contacts by name and number

`contact_search` holds, beside each contact, the words of its names without case and accents,
and every three digits in a row of its number (marked "#"), under one GIN index. A table of its
own: a contact changes with every move, its names hardly ever, and that index is dear to write.
No extension is needed. Partial indexes serve the rare landlines.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

# Letters that NFKD takes apart lose their marks; those it does not are spelled out. An
# apostrophe is left out ("O'Brien" is found as "obrien"), other punctuation parts words.
FOLD_NAME = r"""
CREATE FUNCTION fold_name(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT trim(regexp_replace(
    translate(
      replace(replace(replace(replace(
        lower(regexp_replace(
          normalize(p_name, NFKD), '[\u0300-\u036f''`\u2019\u02bc]', '', 'g')),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
      'øłđðħı', 'olddhi'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f]+', ' ', 'g'))
$$
"""

# Mirrored by models/contact_search.py, which asks for these terms. A term has its limit, 2,046
# bytes: a name that is all one word must not keep its contact from being stored.
SEARCH_TERMS = r"""
CREATE FUNCTION contact_terms(p_first_name text, p_last_name text, p_phone text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(
    array_remove(string_to_array(
      left(fold_name(p_first_name || ' ' || p_last_name), 400), ' '), '')
    || ARRAY(SELECT '#' || substr(p_phone, n, 3)
             FROM generate_series(2, length(p_phone) - 2) AS n))
$$
"""

KEEP_TERMS = """
CREATE FUNCTION contact_searchable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_search (contact_id, terms)
  VALUES (NEW.id, contact_terms(NEW.first_name, NEW.last_name, NEW.phone))
  ON CONFLICT (contact_id) DO UPDATE SET terms = EXCLUDED.terms;
  RETURN NULL;
END $$;
CREATE TRIGGER contact_made_searchable AFTER INSERT ON contacts
FOR EACH ROW EXECUTE FUNCTION contact_searchable();
CREATE TRIGGER contact_kept_searchable AFTER UPDATE OF first_name, last_name, phone ON contacts
FOR EACH ROW
WHEN ((NEW.first_name, NEW.last_name, NEW.phone)
      IS DISTINCT FROM (OLD.first_name, OLD.last_name, OLD.phone))
EXECUTE FUNCTION contact_searchable();
"""

FILL = """
INSERT INTO contact_search (contact_id, terms)
SELECT id, contact_terms(first_name, last_name, phone) FROM contacts
"""


def upgrade() -> None:
    op.create_table(
        "contact_search",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("terms", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_contact_search_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_search")),
    )
    for statement in (FOLD_NAME, SEARCH_TERMS, KEEP_TERMS, FILL):
        op.execute(statement)
    op.create_index(
        "ix_contact_search_terms", "contact_search", ["terms"], postgresql_using="gin"
    )
    op.create_index(
        "ix_contacts_queue_landlines",
        "contacts",
        ["account_id", "queued_at", "id"],
        postgresql_where=sa.text("queued_at IS NOT NULL AND landline"),
    )
    op.create_index(
        "ix_contacts_all_landlines",
        "contacts",
        ["account_id", "first_seen_at", "id"],
        postgresql_where=sa.text("deleted_at IS NULL AND landline"),
    )


def downgrade() -> None:
    op.drop_index("ix_contacts_all_landlines", "contacts")
    op.drop_index("ix_contacts_queue_landlines", "contacts")
    op.execute("DROP TRIGGER contact_kept_searchable ON contacts")
    op.execute("DROP TRIGGER contact_made_searchable ON contacts")
    op.execute("DROP FUNCTION contact_searchable()")
    op.execute("DROP FUNCTION contact_terms(text, text, text)")
    op.drop_table("contact_search")
    op.execute("DROP FUNCTION fold_name(text)")
