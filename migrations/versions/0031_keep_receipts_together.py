"""keep receipts together

`take_receipts_v1` takes Twilio's receipts of one moment, each as `take_receipt_v1` does, in one
commit. None of them waits for a lock, so no two such calls can wait for each other.
"""

from alembic import op

revision = "0031"
down_revision = "0030"

TAKE_ALL = """
CREATE FUNCTION take_receipts_v1(p_receipts json) RETURNS TABLE (place integer, lead_id uuid)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  told record;
BEGIN
  FOR told IN
    SELECT * FROM json_to_recordset(p_receipts) AS given(
      place integer, lead_id uuid, attempt integer, sid text, status text, error_code integer,
      raw jsonb, request_id text, is_final boolean)
    ORDER BY given.place
  LOOP
    place := told.place;
    lead_id := take_receipt_v1(told.lead_id, told.attempt, told.sid, told.status,
                               told.error_code, told.raw, told.request_id, told.is_final);
    RETURN NEXT;
  END LOOP;
END $$
"""


def upgrade() -> None:
    op.execute(TAKE_ALL)


def downgrade() -> None:
    op.execute("DROP FUNCTION take_receipts_v1")
