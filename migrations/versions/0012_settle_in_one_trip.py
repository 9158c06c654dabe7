"""settle the common receipt in one round trip

Nearly every text ends "delivered", with nothing to decide: `settle_delivered_v1` does what
workers/receipts.py does for it, in the same order of locks, and leaves everything else alone.
`join_opt_in_queue_v1` is the one statement by which a lead joins, for both of them.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

JOIN = """
CREATE FUNCTION join_opt_in_queue_v1(p_lead uuid, p_status text, p_text text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  WITH ended AS (
    UPDATE leads
    SET status = CASE WHEN known.opted_out THEN 'suppressed' ELSE p_status END,
        lease_until = NULL,
        reason = CASE WHEN known.opted_out THEN 'suppressed after the text had left' END
    FROM (
      SELECT l.id, coalesce(c.suppressed, false) AS opted_out
      FROM leads l LEFT JOIN contacts c ON c.id = l.contact_id WHERE l.id = p_lead
    ) AS known
    WHERE leads.id = known.id AND leads.status <> p_status
    RETURNING leads.id, leads.status, leads.account_id, leads.contact_id, leads.request_id
  ), queued AS (
    UPDATE contacts SET queued_at = now(), queue_lead_id = ended.id
    FROM ended
    WHERE contacts.id = ended.contact_id AND contacts.queued_at IS NULL
      AND contacts.deleted_at IS NULL AND NOT contacts.suppressed
      AND contacts.group_count = 0
    RETURNING contacts.id
  )
  INSERT INTO timeline (account_id, kind, text, lead_id, contact_id, request_id)
  SELECT ended.account_id, ended.status,
         p_text || CASE WHEN EXISTS (SELECT 1 FROM queued)
           THEN ' Joined the opt-in queue.' ELSE '' END,
         ended.id, ended.contact_id, ended.request_id
  FROM ended;
END $$
"""

# True when it has done all there was to do. VOLATILE, and the lock in a statement of its own:
# what is read after it is what stands.
SETTLE = """
CREATE FUNCTION settle_delivered_v1(p_lead uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  account uuid;
  sent record;
BEGIN
  SELECT d.account_id INTO account FROM deliveries d WHERE d.lead_id = p_lead;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(suppression_lock(account));
  SELECT d.status, d.sid INTO sent FROM deliveries d WHERE d.lead_id = p_lead FOR UPDATE;
  IF sent.status <> 'sent' OR sent.sid IS NULL OR EXISTS (
    SELECT 1 FROM receipts r
    WHERE r.lead_id = p_lead AND r.applied_at IS NULL
      AND (r.sid <> sent.sid OR r.status NOT IN ('queued', 'sending', 'sent', 'delivered'))
  ) THEN
    RETURN false;
  END IF;
  UPDATE receipts SET applied_at = now() WHERE lead_id = p_lead AND applied_at IS NULL
    AND EXISTS (SELECT 1 FROM receipts r WHERE r.lead_id = p_lead AND r.applied_at IS NULL
                AND r.status = 'delivered');
  IF NOT FOUND THEN
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


def upgrade() -> None:
    op.execute(JOIN)
    op.execute(SETTLE)


def downgrade() -> None:
    op.execute("DROP FUNCTION settle_delivered_v1")
    op.execute("DROP FUNCTION join_opt_in_queue_v1")
