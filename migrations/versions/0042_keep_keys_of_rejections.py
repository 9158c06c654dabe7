"""keep keys of rejections

A rejection keeps what the sender's headers called it (Idempotency-Key or webhook-id), so that
its replay and the sender's own repetition are known for the same lead. Those of before, and of
web processes that still run the older version, have none. It goes with the body: it may say
who the person is, and nothing can be replayed any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0040"

KEEP_REJECTION = """
CREATE FUNCTION keep_rejection_v2(
  p_account uuid, p_integration uuid, p_token uuid, p_url text, p_status integer,
  p_code text, p_detail text, p_errors jsonb, p_content_type text, p_body bytea,
  p_request_id text, p_header_key text
) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept uuid;
BEGIN
  IF p_url = 'retired' THEN
    UPDATE endpoint_tokens SET hits = hits + 1, last_hit_at = now() WHERE id = p_token;
  END IF;
  INSERT INTO rejections (account_id, integration_id, token_id, status, code, detail, errors,
                          url, content_type, body, request_id, header_key)
  VALUES (p_account, p_integration, p_token, p_status, p_code, p_detail, p_errors,
          p_url, p_content_type, p_body, p_request_id, p_header_key)
  RETURNING id INTO kept;
  RETURN kept;
END $$
"""

# Answers as accept_lead_v1 does (migration 0003).
ACCEPT_LEAD = """
CREATE FUNCTION accept_lead_v2(
  p_token_hash bytea, p_token_lock bigint, p_parse_version integer, p_header_key text,
  p_person_lock bigint,
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
    PERFORM keep_rejection_v2(url.account_id, url.integration_id, url.token_id, 'retired', 410,
      'url-replaced', 'This endpoint URL was replaced or deleted.', '[]', p_content_type,
      p_body, p_request_id, p_header_key);
    RETURN QUERY SELECT 'retired', NULL::uuid, NULL::jsonb;
  ELSIF url.state = 'paused' THEN
    PERFORM keep_rejection_v2(url.account_id, url.integration_id, url.token_id, 'live', 423,
      'url-paused', 'The integration was paused.', '[]', p_content_type, p_body,
      p_request_id, p_header_key);
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

# Answers as reject_lead_v1 does (migration 0003).
REJECT_LEAD = """
CREATE FUNCTION reject_lead_v2(
  p_token_hash bytea, p_token_lock bigint, p_parse_version integer, p_status integer,
  p_code text, p_detail text, p_errors jsonb, p_content_type text, p_body bytea,
  p_request_id text, p_header_key text
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
    kept := keep_rejection_v2(url.account_id, url.integration_id, url.token_id, 'retired', 410,
      'url-replaced', 'This endpoint URL was replaced or deleted.', '[]', p_content_type,
      p_body, p_request_id, p_header_key);
    RETURN QUERY SELECT 'retired', kept, NULL::jsonb;
  ELSIF url.state = 'paused' THEN
    kept := keep_rejection_v2(url.account_id, url.integration_id, url.token_id, 'live', 423,
      'url-paused', 'The integration was paused.', '[]', p_content_type, p_body,
      p_request_id, p_header_key);
    RETURN QUERY SELECT 'paused', kept, NULL::jsonb;
  ELSIF url.parse_version <> coalesce(p_parse_version, url.parse_version) THEN
    RETURN QUERY SELECT 'stale', NULL::uuid, url.settings;
  ELSE
    kept := keep_rejection_v2(url.account_id, url.integration_id, url.token_id, 'live',
      p_status, p_code, p_detail, p_errors, p_content_type, p_body, p_request_id,
      p_header_key);
    RETURN QUERY SELECT 'kept', kept, NULL::jsonb;
  END IF;
END $$
"""

FORGOTTEN = """
CREATE OR REPLACE FUNCTION rejection_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.terms := ''::tsvector;%s
  RETURN NEW;
END $$
"""

THE_KEY_TOO = """
  NEW.header_key := NULL;"""


def upgrade() -> None:
    op.add_column("rejections", sa.Column("header_key", sa.String))
    for function in (KEEP_REJECTION, ACCEPT_LEAD, REJECT_LEAD, FORGOTTEN % THE_KEY_TOO):
        op.execute(function)


def downgrade() -> None:
    op.execute(FORGOTTEN % "")
    for name in ("reject_lead_v2", "accept_lead_v2", "keep_rejection_v2"):
        op.execute(f"DROP FUNCTION {name}")
    op.drop_column("rejections", "header_key")
