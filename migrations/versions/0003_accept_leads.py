"""accept leads in one round trip

`accept_lead_v1` is the whole of Path P on the database's side; `reject_lead_v1` keeps what
could not be read. Both take the token's advisory lock shared before they read its state, so
whoever closes a URL (exclusive lock) knows that nothing commits after it has answered.
VOLATILE on purpose: each statement inside then sees what was committed before it began,
which is what makes "lock, then read" true. Web processes of two versions run side by side
during a deploy: a changed signature gets a new name.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

# What a URL is now. `state`: unknown, retired, paused, active.
ENDPOINT_STATE = """
CREATE FUNCTION endpoint_state_v1(p_token_hash bytea, p_token_lock bigint)
RETURNS TABLE (state text, token_id uuid, integration_id uuid, account_id uuid,
               parse_version integer, window_hours integer, settings jsonb)
LANGUAGE plpgsql VOLATILE SET lock_timeout = '500ms' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(p_token_lock);
  RETURN QUERY
    SELECT CASE WHEN t.retired_at IS NOT NULL OR i.deleted_at IS NOT NULL THEN 'retired'
                ELSE i.status END::text,
           t.id, i.id, i.account_id, i.parse_version, i.duplicate_window_hours,
           jsonb_build_object(
             'integration_id', i.id, 'version', i.parse_version,
             'default_region', i.default_region, 'allowed_countries', i.allowed_countries,
             'mapping', i.field_mapping, 'consent_required', i.consent_required)
    FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
    WHERE t.token_hash = p_token_hash;
END $$
"""

KEEP_REJECTION = """
CREATE FUNCTION keep_rejection_v1(
  p_account uuid, p_integration uuid, p_token uuid, p_url text, p_status integer,
  p_code text, p_detail text, p_errors jsonb, p_content_type text, p_body bytea,
  p_request_id text
) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept uuid;
BEGIN
  IF p_url = 'retired' THEN
    UPDATE endpoint_tokens SET hits = hits + 1, last_hit_at = now() WHERE id = p_token;
  END IF;
  INSERT INTO rejections (account_id, integration_id, token_id, status, code, detail, errors,
                          url, content_type, body, request_id)
  VALUES (p_account, p_integration, p_token, p_status, p_code, p_detail, p_errors,
          p_url, p_content_type, p_body, p_request_id)
  RETURNING id INTO kept;
  RETURN kept;
END $$
"""

# Does this lead count as the first of its person or its body? (product.md 2)
COUNTS_AS_FIRST = """
CREATE FUNCTION counts_as_first(p_lead leads) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
  SELECT p_lead.status NOT IN ('test', 'dropped', 'needs_attention', 'duplicate')
    AND NOT (p_lead.status = 'suppressed' AND NOT EXISTS (
      SELECT 1 FROM suppressions s WHERE s.account_id = p_lead.account_id
        AND s.phone = p_lead.phone AND s.lifted_at IS NULL))
    AND NOT EXISTS (
      SELECT 1 FROM contacts c
      WHERE c.id = p_lead.contact_id AND c.deleted_at IS NOT NULL)
$$
"""

# A lead of a URL that took it, on whichever path. Answers `outcome`: accepted, duplicate
# (lead_id is the first lead's), again (this body's hash was given up by lead_id: name the lead
# anew and call again). The caller holds the URL's lock shared, or needs none (the drain).
STORE_LEAD = """
CREATE FUNCTION store_lead_v1(
  p_account uuid, p_integration uuid, p_token uuid, p_window_hours integer,
  p_received_at timestamptz, p_via text, p_person_lock bigint,
  p_lead_id uuid, p_older_id uuid, p_key bytea, p_key_kind text, p_status text, p_reason text,
  p_first_name text, p_last_name text, p_phone text, p_email text, p_sender text,
  p_notes text[], p_extra jsonb, p_content_type text, p_body bytea, p_request_id text
) RETURNS TABLE (outcome text, lead_id uuid)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  known leads;
  first_id uuid;
  since interval := make_interval(hours => CASE p_window_hours WHEN 0 THEN 24
                                           ELSE p_window_hours END);
  made uuid;
BEGIN
  -- One exclusive lock a call, always after the token's: no two calls can block each other.
  PERFORM pg_advisory_xact_lock(p_person_lock);
  SELECT * INTO known FROM leads l
  WHERE l.integration_id = p_integration AND l.idem_key = p_key;
  IF FOUND AND known.id IS DISTINCT FROM p_older_id THEN
    first_id := coalesce(known.duplicate_of, known.id);
    IF known.key_kind = 'body' AND (known.received_at <= p_received_at - since OR NOT EXISTS (
         SELECT 1 FROM leads l WHERE l.id = first_id AND counts_as_first(l))) THEN
      RETURN QUERY SELECT 'again', known.id;
      RETURN;
    END IF;
    IF known.body IS DISTINCT FROM p_body THEN
      INSERT INTO lead_conflicts (lead_id, integration_id, other_person, body, request_id)
      VALUES (known.id, known.integration_id, known.phone IS DISTINCT FROM p_phone
        OR (known.first_name, known.last_name) <> (p_first_name, p_last_name),
        p_body, p_request_id);
    END IF;
    RETURN QUERY SELECT 'duplicate', first_id;
    RETURN;
  END IF;
  IF p_older_id IS NOT NULL THEN
    UPDATE leads SET idem_key = NULL WHERE id = p_older_id AND idem_key = p_key;
  END IF;

  first_id := NULL;
  IF p_status = 'received' AND p_window_hours > 0 THEN
    SELECT l.id INTO first_id FROM leads l
    WHERE l.account_id = p_account AND l.phone = p_phone AND l.integration_id = p_integration
      AND l.received_at > p_received_at - since AND counts_as_first(l)
    ORDER BY l.received_at DESC LIMIT 1;
  END IF;

  INSERT INTO leads (
    id, account_id, integration_id, token_id, idem_key, key_kind, status, reason, duplicate_of,
    contact_id, first_name, last_name, phone, email, sender, notes, extra, content_type, body,
    via, request_id, received_at)
  VALUES (
    p_lead_id, p_account, p_integration, p_token, p_key, p_key_kind,
    CASE WHEN first_id IS NULL THEN p_status ELSE 'duplicate' END,
    CASE WHEN first_id IS NULL THEN p_reason
         ELSE 'the same person within the duplicate window' END,
    first_id, (SELECT l.contact_id FROM leads l WHERE l.id = first_id),
    p_first_name, p_last_name, p_phone, p_email, p_sender, p_notes, p_extra, p_content_type,
    p_body, p_via, p_request_id, p_received_at)
  ON CONFLICT DO NOTHING
  RETURNING id INTO made;
  IF made IS NULL THEN  -- the same key with another number, at the same moment
    SELECT coalesce(l.duplicate_of, l.id) INTO first_id FROM leads l
    WHERE l.integration_id = p_integration AND l.idem_key = p_key;
    INSERT INTO lead_conflicts (lead_id, integration_id, other_person, body, request_id)
    VALUES (first_id, p_integration, true, p_body, p_request_id);
    RETURN QUERY SELECT 'duplicate', first_id;
  ELSIF first_id IS NOT NULL THEN
    RETURN QUERY SELECT 'duplicate', first_id;
  ELSE
    RETURN QUERY SELECT 'accepted', made;
  END IF;
END $$
"""

# Plans are made once and by index alone: a plan made while the tables were small would be kept
# for as long as a connection lives, and planning anew costs more than running.
# Answers `outcome`: those of store_lead_v1; stale (parse again with `settings`), unknown,
# retired, paused.
ACCEPT_LEAD = """
CREATE FUNCTION accept_lead_v1(
  p_token_hash bytea, p_token_lock bigint, p_parse_version integer, p_person_lock bigint,
  p_lead_id uuid, p_older_id uuid, p_key bytea, p_key_kind text, p_status text, p_reason text,
  p_first_name text, p_last_name text, p_phone text, p_email text, p_sender text,
  p_notes text[], p_extra jsonb, p_content_type text, p_body bytea, p_request_id text
) RETURNS TABLE (outcome text, lead_id uuid, settings jsonb)
LANGUAGE plpgsql VOLATILE SET lock_timeout = '500ms'
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off AS $$
DECLARE
  url record;
BEGIN
  SELECT * INTO url FROM endpoint_state_v1(p_token_hash, p_token_lock);
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::jsonb;
  ELSIF url.state = 'retired' THEN
    PERFORM keep_rejection_v1(url.account_id, url.integration_id, url.token_id, 'retired', 410,
      'url-replaced', 'This endpoint URL was replaced or deleted.', '[]', p_content_type,
      p_body, p_request_id);
    RETURN QUERY SELECT 'retired', NULL::uuid, NULL::jsonb;
  ELSIF url.state = 'paused' THEN
    PERFORM keep_rejection_v1(url.account_id, url.integration_id, url.token_id, 'live', 423,
      'url-paused', 'The integration was paused.', '[]', p_content_type, p_body,
      p_request_id);
    RETURN QUERY SELECT 'paused', NULL::uuid, NULL::jsonb;
  ELSIF url.parse_version <> p_parse_version THEN
    RETURN QUERY SELECT 'stale', NULL::uuid, url.settings;
  ELSE
    RETURN QUERY SELECT stored.outcome, stored.lead_id, NULL::jsonb FROM store_lead_v1(
      url.account_id, url.integration_id, url.token_id, url.window_hours, now(), 'postgres',
      p_person_lock, p_lead_id, p_older_id, p_key, p_key_kind, p_status, p_reason,
      p_first_name, p_last_name, p_phone, p_email, p_sender, p_notes, p_extra,
      p_content_type, p_body, p_request_id) AS stored;
  END IF;
END $$
"""

# A lead that Redis took while we were away. State and time are those of its acceptance: the
# gate has spoken, so the URL is not asked again, only found. Unknown: its row is gone.
DRAIN_LEAD = """
CREATE FUNCTION drain_lead_v1(
  p_token_hash bytea, p_received_at timestamptz, p_person_lock bigint,
  p_lead_id uuid, p_older_id uuid, p_key bytea, p_key_kind text, p_status text, p_reason text,
  p_first_name text, p_last_name text, p_phone text, p_email text, p_sender text,
  p_notes text[], p_extra jsonb, p_content_type text, p_body bytea, p_request_id text
) RETURNS TABLE (outcome text, lead_id uuid)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  url record;
BEGIN
  SELECT i.account_id, i.id AS integration_id, t.id AS token_id,
         i.duplicate_window_hours AS window_hours
  INTO url FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
  WHERE t.token_hash = p_token_hash;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown', NULL::uuid;
  ELSE
    RETURN QUERY SELECT * FROM store_lead_v1(
      url.account_id, url.integration_id, url.token_id, url.window_hours, p_received_at,
      'spool', p_person_lock, p_lead_id, p_older_id, p_key, p_key_kind, p_status, p_reason,
      p_first_name, p_last_name, p_phone, p_email, p_sender, p_notes, p_extra,
      p_content_type, p_body, p_request_id);
  END IF;
END $$
"""

# A parse that failed. Answers `outcome`: kept, stale, unknown, retired, paused.
REJECT_LEAD = """
CREATE FUNCTION reject_lead_v1(
  p_token_hash bytea, p_token_lock bigint, p_parse_version integer, p_status integer,
  p_code text, p_detail text, p_errors jsonb, p_content_type text, p_body bytea,
  p_request_id text
) RETURNS TABLE (outcome text, rejection_id uuid, settings jsonb)
LANGUAGE plpgsql VOLATILE SET lock_timeout = '500ms' AS $$
DECLARE
  url record;
  kept uuid;
BEGIN
  SELECT * INTO url FROM endpoint_state_v1(p_token_hash, p_token_lock);
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::jsonb;
  ELSIF url.state = 'retired' THEN
    kept := keep_rejection_v1(url.account_id, url.integration_id, url.token_id, 'retired', 410,
      'url-replaced', 'This endpoint URL was replaced or deleted.', '[]', p_content_type,
      p_body, p_request_id);
    RETURN QUERY SELECT 'retired', kept, NULL::jsonb;
  ELSIF url.state = 'paused' THEN
    kept := keep_rejection_v1(url.account_id, url.integration_id, url.token_id, 'live', 423,
      'url-paused', 'The integration was paused.', '[]', p_content_type, p_body,
      p_request_id);
    RETURN QUERY SELECT 'paused', kept, NULL::jsonb;
  ELSIF url.parse_version <> coalesce(p_parse_version, url.parse_version) THEN
    RETURN QUERY SELECT 'stale', NULL::uuid, url.settings;
  ELSE
    kept := keep_rejection_v1(url.account_id, url.integration_id, url.token_id, 'live',
      p_status, p_code, p_detail, p_errors, p_content_type, p_body, p_request_id);
    RETURN QUERY SELECT 'kept', kept, NULL::jsonb;
  END IF;
END $$
"""


def upgrade() -> None:
    for function in (
        ENDPOINT_STATE,
        KEEP_REJECTION,
        COUNTS_AS_FIRST,
        STORE_LEAD,
        ACCEPT_LEAD,
        DRAIN_LEAD,
        REJECT_LEAD,
    ):
        op.execute(function)


def downgrade() -> None:
    for name in (
        "reject_lead_v1",
        "drain_lead_v1",
        "accept_lead_v1",
        "store_lead_v1",
        "counts_as_first",
        "keep_rejection_v1",
        "endpoint_state_v1",
    ):
        op.execute(f"DROP FUNCTION {name}")
