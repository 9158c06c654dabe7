"""text a lead, and take Twilio's word for it, in one round trip each

What nearly every lead needs, with nothing in its way, was a dozen statements: `begin_text_v1`
decides on it and claims its text, `text_accepted_v1` records that Twilio took it, and
`take_receipt_v1` keeps a receipt and settles the text that was delivered. Each takes its locks
in the order of everybody else (suppression lock, text, lead, contact), leaves alone whatever
is less plain, and says so. All are planned once, by index alone: small tables grow under plans
that are kept.
"""

from alembic import op

revision = "0013"
down_revision = "0018"

# The contact of the text that may be sent now; NULL when there is anything to look at first,
# and then nothing but the contact was made. VOLATILE, and the lock in a statement of its own:
# what is read after it is what stands. A contact that is new is made before its text: nobody
# knows it yet, so nobody waits for it with a text in hand.
BEGIN = """
CREATE FUNCTION begin_text_v1(
  p_lead uuid, p_account uuid, p_claims integer, p_contact uuid, p_phone text,
  p_from text, p_body text, p_token uuid, p_lease double precision
) RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
  mine record;
  person record;
  contact uuid;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(suppression_lock(p_account));
  SELECT l.integration_id, l.first_name, l.last_name INTO mine
  FROM leads l JOIN integrations i ON i.id = l.integration_id
  WHERE l.id = p_lead AND l.status = 'received' AND l.claims = p_claims
    AND i.status = 'active' AND i.deleted_at IS NULL AND i.quiet_hours = 'off'
    AND NOT EXISTS (
      SELECT 1 FROM suppressions s
      WHERE s.account_id = p_account AND s.phone = p_phone AND s.lifted_at IS NULL)
    AND NOT EXISTS (
      SELECT 1 FROM deliveries o
      WHERE o.account_id = p_account AND o.phone = p_phone
        AND (o.status IN ('sending', 'unknown') OR o.lead_id = p_lead))
    AND NOT EXISTS (
      SELECT 1 FROM circuits c
      WHERE c.closed_at IS NULL AND c.scope IN ('account', 'number:' || p_from));
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT c.id, c.landline OR c.suppressed OR c.group_count > 0 AS is_special INTO person
  FROM contacts c
  WHERE c.account_id = p_account AND c.phone = p_phone AND c.deleted_at IS NULL;
  IF person.is_special THEN
    RETURN NULL;
  END IF;
  contact := person.id;
  IF contact IS NULL THEN
    INSERT INTO contacts (id, account_id, phone, first_name, last_name)
    VALUES (p_contact, p_account, p_phone, mine.first_name, mine.last_name)
    ON CONFLICT (account_id, phone) WHERE deleted_at IS NULL DO NOTHING
    RETURNING id INTO contact;
    IF contact IS NULL THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO deliveries (lead_id, account_id, integration_id, contact_id, phone, from_number,
                          body, status, attempt, attempt_token, lease_until)
  VALUES (p_lead, p_account, mine.integration_id, contact, p_phone, p_from, p_body, 'sending',
          1, p_token, now() + make_interval(secs => p_lease))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE leads SET status = 'texting', reason = NULL, lease_until = NULL, contact_id = contact
  WHERE id = p_lead AND status = 'received' AND claims = p_claims;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'lead % was taken away', p_lead USING ERRCODE = 'serialization_failure';
  END IF;
  INSERT INTO attempts (lead_id, number, token) VALUES (p_lead, 1, p_token);
  RETURN contact;
END $$
"""

# False when that is known by a receipt, or this attempt was given up. A text went through:
# whatever was open for its number or for all closes, and what it waited for is over.
ACCEPTED = """
CREATE FUNCTION text_accepted_v1(
  p_lead uuid, p_token uuid, p_number integer, p_sid text, p_wait double precision
) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
  step record;
BEGIN
  UPDATE deliveries
  SET status = 'sent', sid = coalesce(sid, p_sid), accepted_at = now(), setbacks = 0,
      lease_until = NULL, checks = 0, error_code = NULL, reason = NULL,
      check_at = now() + make_interval(secs => p_wait)
  WHERE lead_id = p_lead AND attempt_token = p_token
    AND status IN ('sending', 'unknown') AND (sid IS NULL OR sid = p_sid)
  RETURNING account_id, contact_id, from_number INTO step;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE circuits SET closed_at = now()
  WHERE closed_at IS NULL AND scope IN ('account', 'number:' || step.from_number);
  UPDATE attempts SET ended_at = clock_timestamp(), outcome = 'accepted', sid = p_sid
  WHERE lead_id = p_lead AND number = p_number;
  UPDATE leads SET reason = NULL
  WHERE id = p_lead AND status = 'texting' AND reason IS NOT NULL;
  INSERT INTO timeline (account_id, kind, text, lead_id, contact_id, request_id)
  SELECT step.account_id, 'texted', 'Compliance message handed to Twilio.', p_lead,
         step.contact_id, leads.request_id
  FROM leads WHERE leads.id = p_lead;
  RETURN true;
END $$
"""

# True when the text that is out was delivered and its person has joined: with nothing else to
# read, and only if nobody holds a lock that it takes. Whoever tells us does not wait.
SETTLE = """
CREATE FUNCTION settle_at_once_v1(p_lead uuid, p_account uuid, p_sid text) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock_shared(suppression_lock(p_account)) THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM deliveries d
  WHERE d.lead_id = p_lead AND d.status = 'sent' AND d.sid = p_sid FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM leads l WHERE l.id = p_lead FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM contacts c JOIN leads l ON l.contact_id = c.id
  WHERE l.id = p_lead FOR NO KEY UPDATE OF c SKIP LOCKED;
  IF NOT FOUND OR EXISTS (
    SELECT 1 FROM receipts r WHERE r.lead_id = p_lead AND r.applied_at IS NULL
  ) THEN
    RETURN false;
  END IF;
  UPDATE deliveries
  SET status = 'delivered', error_code = NULL, lease_until = NULL, checks = 0,
      check_at = NULL, final_at = now()
  WHERE lead_id = p_lead;
  PERFORM join_opt_in_queue_v1(p_lead, 'joined', 'Delivered.');
  RETURN true;
END $$
"""

# The lead whose receipts a job has to apply, NULL when there is no need. What only repeats
# what is known, speaks of no text of ours, or is settled at once is kept as applied.
TAKE = """
CREATE FUNCTION take_receipt_v1(
  p_lead uuid, p_attempt integer, p_sid text, p_status text, p_code integer, p_raw jsonb,
  p_request text, p_is_final boolean
) RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
  known record;
  is_done boolean;
BEGIN
  SELECT d.lead_id, d.account_id, d.status, d.sid, d.accepted_at INTO known
  FROM deliveries d
  WHERE d.lead_id = coalesce(
    p_lead, (SELECT k.lead_id FROM deliveries k WHERE k.sid = p_sid));
  is_done := known.lead_id IS NULL OR (
    NOT p_is_final AND known.sid IS NOT DISTINCT FROM p_sid AND known.accepted_at IS NOT NULL
    AND known.status NOT IN ('ready', 'sending', 'unknown', 'review'));
  IF p_status = 'delivered' AND known.status = 'sent' AND known.sid = p_sid THEN
    is_done := settle_at_once_v1(known.lead_id, known.account_id, p_sid);
  END IF;
  INSERT INTO receipts
    (lead_id, attempt, sid, status, error_code, raw, request_id, applied_at)
  VALUES (coalesce(p_lead, known.lead_id), p_attempt, p_sid, p_status, p_code, p_raw, p_request,
          CASE WHEN is_done THEN now() END);
  RETURN CASE WHEN NOT is_done THEN known.lead_id END;
END $$
"""


def upgrade() -> None:
    for function in (BEGIN, ACCEPTED, SETTLE, TAKE):
        op.execute(function)


def downgrade() -> None:
    for name in ("take_receipt_v1", "settle_at_once_v1", "text_accepted_v1", "begin_text_v1"):
        op.execute(f"DROP FUNCTION {name}")
