"""accept together

`accept_leads_v1` takes the leads of one moment that came to one URL: one lock of the URL, one
look at its state, one commit. The persons' locks are taken in the order of their numbers, so
that two such calls cannot wait for each other. Answers only for those that it has decided: the
others are to be sent alone, to accept_lead_v1, which knows what to say.
"""

from alembic import op

revision = "0022"
down_revision = "0013"

ACCEPT_LEADS = """
CREATE FUNCTION accept_leads_v1(
  p_token_hash bytea, p_token_lock bigint, p_parse_version integer, p_leads json
) RETURNS TABLE (place integer, outcome text, lead_id uuid)
LANGUAGE plpgsql VOLATILE SET lock_timeout = '500ms'
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off AS $$
DECLARE
  url record;
  lead record;
BEGIN
  SELECT * INTO url FROM endpoint_state_v1(p_token_hash, p_token_lock);
  IF NOT FOUND OR url.state <> 'active' OR url.parse_version <> p_parse_version THEN
    RETURN;
  END IF;
  FOR lead IN
    SELECT * FROM json_to_recordset(p_leads) AS given(
      place integer, person_lock bigint, lead_id uuid, key text, key_kind text, status text,
      reason text, first_name text, last_name text, phone text, email text, sender text,
      notes text[], extra jsonb, content_type text, body text, request_id text)
    ORDER BY given.person_lock, given.place
  LOOP
    RETURN QUERY SELECT lead.place, stored.outcome, stored.lead_id FROM store_lead_v1(
      url.account_id, url.integration_id, url.token_id, url.window_hours, now(), 'postgres',
      lead.person_lock, lead.lead_id, NULL, decode(lead.key, 'base64'), lead.key_kind,
      lead.status, lead.reason, lead.first_name, lead.last_name, lead.phone, lead.email,
      lead.sender, lead.notes, lead.extra, lead.content_type, decode(lead.body, 'base64'),
      lead.request_id) AS stored
    WHERE stored.outcome <> 'again';
  END LOOP;
END $$
"""


def upgrade() -> None:
    op.execute(ACCEPT_LEADS)


def downgrade() -> None:
    op.execute("DROP FUNCTION accept_leads_v1")
