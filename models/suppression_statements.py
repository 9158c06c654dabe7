"""The statements behind models/suppressions.py, for one number each."""

from sqlalchemy import text

CANCEL_UNSENT = text("""
    WITH canceled AS (
      UPDATE deliveries SET status = 'suppressed', final_at = now(), check_at = NULL,
        reason = 'the number was suppressed before the text left'
      WHERE account_id = :account_id AND phone = :phone AND status = 'ready'
      RETURNING lead_id, contact_id
    ), told AS (
      INSERT INTO timeline (account_id, kind, text, by_id, by_name, lead_id, contact_id,
                            request_id)
      SELECT CAST(:account_id AS uuid), 'text_canceled',
             'Unsent text canceled: the number was suppressed.',
             CAST(:by_id AS uuid), :by_name, lead_id, contact_id, :request_id
      FROM canceled
    )
    UPDATE leads SET status = 'suppressed', reason = 'suppressed before the text left'
    FROM canceled WHERE leads.id = canceled.lead_id
""")

TELL_CONTACT = text("""
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id, request_id)
    SELECT account_id, 'suppressed',
           'Suppressed (' || replace(:kind, '_', ' ') || '), from ' || :source
             || coalesce(': ' || CAST(:reason AS text), '') || '.',
           CAST(:by_id AS uuid), :by_name, id, :request_id
    FROM contacts
    WHERE account_id = :account_id AND phone = :phone AND deleted_at IS NULL
""")

TELL_LIFTED = text("""
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id)
    SELECT account_id, 'suppression_lifted',
           'No longer suppressed (' || replace(:kind, '_', ' ') || '): '
             || CAST(:reason AS text) || '.',
           CAST(:by_id AS uuid), :by_name, id
    FROM contacts
    WHERE account_id = :account_id AND phone = :phone AND deleted_at IS NULL
""")
