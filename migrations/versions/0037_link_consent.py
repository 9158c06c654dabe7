"""link consent

What proves a person's consent is sealed when it happens: triggers append a link for every text
handed to Twilio, every outcome and receipt of it, every opt-out and its end. A link holds the
hash of what the row says and, chained to the link before it, a hash over both. So a consent
record that is first asked for years later tells whether any of those rows was changed or
removed meanwhile. What was there before has no links, and the record says so.

A lead has a chain; what speaks of a number has a chain of its account and that number, as it
may concern several leads. An append takes no lock: two of one moment may follow the same link.
Numbers of an import that no lead has are not linked: there are millions of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0033"

CHAINS = """
CREATE FUNCTION number_chain_v1(p_account uuid, p_phone text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
  SELECT md5(p_account::text || p_phone)::uuid
$$;

CREATE FUNCTION consent_time_v1(p_at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION append_link_v1(p_chain uuid, p_key text, p_facts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
  facts bytea := sha256(convert_to(p_facts::text, 'UTF8'));
  last record;
BEGIN
  SELECT id, hash INTO last FROM consent_links
  WHERE chain = p_chain ORDER BY id DESC LIMIT 1;
  INSERT INTO consent_links (chain, key, prev, facts, hash)
  VALUES (p_chain, p_key, last.id, facts,
          sha256(coalesce(last.hash, decode(repeat('00', 32), 'hex')) || facts));
END $$;
"""

LEADS = """
CREATE FUNCTION link_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  words record;
  key text := 'text:' || NEW.number;
BEGIN
  SELECT d.from_number, d.phone, d.body INTO words FROM deliveries d
  WHERE d.lead_id = NEW.lead_id;
  PERFORM append_link_v1(NEW.lead_id, key, jsonb_build_array(
    key, consent_time_v1(NEW.started_at), words.from_number, words.phone, words.body,
    NEW.number));
  RETURN NULL;
END $$;
CREATE TRIGGER link_attempt AFTER INSERT ON attempts
FOR EACH ROW EXECUTE FUNCTION link_attempt();

CREATE FUNCTION link_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  key text := concat_ws(':', 'text', NEW.number, NEW.outcome, coalesce(NEW.sid, ''));
BEGIN
  PERFORM append_link_v1(NEW.lead_id, key, jsonb_build_array(
    key, consent_time_v1(coalesce(NEW.ended_at, NEW.started_at)), NEW.number, NEW.outcome,
    NEW.sid, NEW.error_code));
  RETURN NULL;
END $$;
CREATE TRIGGER link_outcome AFTER UPDATE OF outcome, sid, ended_at ON attempts
FOR EACH ROW WHEN ((OLD.outcome, OLD.sid, OLD.ended_at) IS DISTINCT FROM
                   (NEW.outcome, NEW.sid, NEW.ended_at) AND NEW.outcome IS NOT NULL)
EXECUTE FUNCTION link_outcome();

CREATE FUNCTION link_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  key text := 'receipt:' || NEW.id;
BEGIN
  PERFORM append_link_v1(NEW.lead_id, key, jsonb_build_array(
    key, consent_time_v1(NEW.received_at), NEW.sid, NEW.attempt, NEW.status, NEW.error_code,
    NEW.raw));
  RETURN NULL;
END $$;
CREATE TRIGGER link_receipt AFTER INSERT ON receipts
FOR EACH ROW WHEN (NEW.lead_id IS NOT NULL) EXECUTE FUNCTION link_receipt();

CREATE FUNCTION link_wipe() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  facts jsonb := jsonb_build_array('wiped', consent_time_v1(NEW.wiped_at));
BEGIN
  PERFORM append_link_v1(NEW.id, 'wiped', facts);
  IF OLD.phone IS NOT NULL THEN
    PERFORM append_link_v1(number_chain_v1(NEW.account_id, OLD.phone), 'wiped', facts);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER link_wipe AFTER UPDATE OF wiped_at ON leads
FOR EACH ROW WHEN (OLD.wiped_at IS NULL AND NEW.wiped_at IS NOT NULL)
EXECUTE FUNCTION link_wipe();
"""

# Imports come in chunks of thousands: those are joined with the leads there are, set by set.
NUMBERS = """
CREATE FUNCTION link_opt_out_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  key text := 'opt_out_text:' || NEW.id;
BEGIN
  PERFORM append_link_v1(number_chain_v1(NEW.account_id, NEW.phone), key, jsonb_build_array(
    key, consent_time_v1(NEW.at), NEW.sid, NEW.phone, NEW.our_number, NEW.body, NEW.reading));
  RETURN NULL;
END $$;
CREATE TRIGGER link_opt_out_text AFTER INSERT ON texts
FOR EACH ROW WHEN (NEW.direction = 'in' AND NEW.reading IN ('stop_word', 'stop_free_text'))
EXECUTE FUNCTION link_opt_out_text();

CREATE FUNCTION link_suppressions() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
BEGIN
  PERFORM append_link_v1(number_chain_v1(n.account_id, n.phone), 'suppressed:' || n.id,
    jsonb_build_array('suppressed:' || n.id, consent_time_v1(n.created_at), n.kind, n.reason,
                      n.source, n.error_code, n.by_name))
  FROM made n
  WHERE n.job_id IS NULL OR EXISTS (
    SELECT 1 FROM leads l WHERE l.account_id = n.account_id AND l.phone = n.phone);
  RETURN NULL;
END $$;
CREATE TRIGGER link_suppressions AFTER INSERT ON suppressions
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION link_suppressions();

CREATE FUNCTION link_lift() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  key text := 'lifted:' || NEW.id;
BEGIN
  IF NEW.job_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM leads l WHERE l.account_id = NEW.account_id AND l.phone = NEW.phone
  ) THEN
    RETURN NULL;
  END IF;
  PERFORM append_link_v1(number_chain_v1(NEW.account_id, NEW.phone), key, jsonb_build_array(
    key, consent_time_v1(NEW.lifted_at), NEW.kind, NEW.lift_reason, NEW.lifted_by));
  RETURN NULL;
END $$;
CREATE TRIGGER link_lift AFTER UPDATE OF lifted_at ON suppressions
FOR EACH ROW WHEN (NEW.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at)
EXECUTE FUNCTION link_lift();
"""

LINKS_STAY = """
CREATE TRIGGER links_stay BEFORE UPDATE OR DELETE ON consent_links
FOR EACH ROW EXECUTE FUNCTION consent_stays();
"""

TRIGGERS = {
    "link_attempt": "attempts",
    "link_outcome": "attempts",
    "link_receipt": "receipts",
    "link_wipe": "leads",
    "link_opt_out_text": "texts",
    "link_suppressions": "suppressions",
    "link_lift": "suppressions",
}


def upgrade() -> None:
    op.create_table(
        "consent_links",
        sa.Column("chain", sa.Uuid, nullable=False),
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("prev", sa.BigInteger),
        sa.Column("facts", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column(
            "sealed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("chain", "id", name="pk_consent_links"),
    )
    for statements in (CHAINS, LEADS, NUMBERS, LINKS_STAY):
        op.execute(statements)


def downgrade() -> None:
    for name, table in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("consent_links")
    op.execute("DROP FUNCTION append_link_v1(uuid, text, jsonb)")
    op.execute("DROP FUNCTION consent_time_v1(timestamptz)")
    op.execute("DROP FUNCTION number_chain_v1(uuid, text)")
