"""lock and limit urls

An integration may demand signatures, with up to two secrets at a time, and has its own rate
limit. Web processes learn both together with what they parse by, so the settings that
`endpoint_state_v1` answers with grow; older web processes read over what they do not know.
Requests above the limit are counted with the URL they came to.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0004"

ENDPOINT_STATE = """
CREATE OR REPLACE FUNCTION endpoint_state_v1(p_token_hash bytea, p_token_lock bigint)
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
             'mapping', i.field_mapping, 'consent_required', i.consent_required%s)
    FROM endpoint_tokens t JOIN integrations i ON i.id = t.integration_id
    WHERE t.token_hash = p_token_hash;
END $$
"""

LOCK_AND_LIMIT = """,
             'signing_secrets', i.signing_secrets, 'rate_limit', i.rate_limit"""


def upgrade() -> None:
    op.add_column(
        "integrations",
        sa.Column("signing_secrets", JSONB, server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column(
        "endpoint_tokens",
        sa.Column("limited", sa.Integer, server_default=sa.text("0"), nullable=False),
    )
    op.execute(ENDPOINT_STATE % LOCK_AND_LIMIT)


def downgrade() -> None:
    op.execute(ENDPOINT_STATE % "")
    op.drop_column("endpoint_tokens", "limited")
    op.drop_column("integrations", "signing_secrets")
