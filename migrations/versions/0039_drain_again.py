"""drain again

`drain_lead_v2` knows an entry of the spool that PostgreSQL has already: it was stored and not
let go of, or Path P stored the request and its reply was lost. A lead whose key is its body
would else be a new one wherever the one that is known counts no longer. The request's id alone
does not tell, some senders call every request the same: the lead has to have come when the
entry did. That is the very moment for one from the spool; one of Path P came at most seconds
before, which is what a request takes and what two clocks may differ by.

It also finds the integration of a URL that is not in the database: one made after the backup
that this database was restored from. The entry was answered 202 and is not lost.
"""

from alembic import op

revision = "0039"
down_revision = "0036"

DRAIN_LEAD = """
CREATE FUNCTION drain_lead_v2(
  p_token_hash bytea, p_integration uuid, p_received_at timestamptz, p_person_lock bigint,
  p_lead_id uuid, p_older_id uuid, p_key bytea, p_key_kind text, p_status text, p_reason text,
  p_first_name text, p_last_name text, p_phone text, p_email text, p_sender text,
  p_notes text[], p_extra jsonb, p_content_type text, p_body bytea, p_request_id text
) RETURNS TABLE (outcome text, lead_id uuid)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  url record;
  first_id uuid;
BEGIN
  SELECT i.account_id, i.id AS integration_id, t.id AS token_id,
         i.duplicate_window_hours AS window_hours
  INTO url FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
  WHERE t.token_hash = p_token_hash;
  IF NOT FOUND THEN
    SELECT i.account_id, i.id AS integration_id, t.id AS token_id,
           i.duplicate_window_hours AS window_hours
    INTO url FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
    WHERE i.id = p_integration AND i.deleted_at IS NULL AND t.retired_at IS NULL;
    IF NOT FOUND THEN
      RETURN QUERY SELECT 'unknown', NULL::uuid;
      RETURN;
    END IF;
  END IF;
  IF p_key_kind = 'body' THEN
    PERFORM pg_advisory_xact_lock(p_person_lock);
    SELECT coalesce(l.duplicate_of, l.id) INTO first_id FROM leads l
    WHERE l.integration_id = url.integration_id AND l.request_id = p_request_id
      AND (l.idem_key = p_key OR  -- or a later lead with the same body has it now
           l.account_id = url.account_id AND l.phone = p_phone AND l.body = p_body)
      AND CASE l.via WHEN 'spool' THEN l.received_at = p_received_at
                     ELSE l.received_at >= p_received_at - interval '5 seconds' END
    LIMIT 1;
    IF FOUND THEN
      RETURN QUERY SELECT 'duplicate', first_id;
      RETURN;
    END IF;
  END IF;
  RETURN QUERY SELECT * FROM store_lead_v1(
    url.account_id, url.integration_id, url.token_id, url.window_hours, p_received_at,
    'spool', p_person_lock, p_lead_id, p_older_id, p_key, p_key_kind, p_status, p_reason,
    p_first_name, p_last_name, p_phone, p_email, p_sender, p_notes, p_extra,
    p_content_type, p_body, p_request_id);
END $$
"""


def upgrade() -> None:
    op.execute(DRAIN_LEAD)


def downgrade() -> None:
    op.execute("DROP FUNCTION drain_lead_v2")
