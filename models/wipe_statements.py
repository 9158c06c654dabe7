"""The statements behind models/wipe.py, in the order of everybody's locks."""

from sqlalchemy import text

#: Within the request: texts that have not left are canceled, leads that wait are dropped.
HIDE = (
    text("""
        UPDATE deliveries SET status = 'canceled', final_at = now(), check_at = NULL,
          reason = 'the person was wiped'
        WHERE account_id = :account_id AND phone = :phone AND status = 'ready'
    """),
    text("""
        UPDATE leads l
        SET status = 'dropped', reason = 'the person was wiped', lease_until = NULL
        WHERE l.account_id = :account_id AND l.phone = :phone
          AND (l.status IN ('received', 'held')
               OR (l.status = 'texting' AND EXISTS (
                     SELECT 1 FROM deliveries d
                     WHERE d.lead_id = l.id AND d.status = 'canceled')))
    """),
    text("""
        UPDATE contacts SET deleted_at = now(), queued_at = NULL, queue_lead_id = NULL
        WHERE id = :contact_id AND deleted_at IS NULL
    """),
    text("""
        INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id)
        VALUES (CAST(:account_id AS uuid), 'deleted', 'To be wiped at the person''s request.',
                CAST(:by_id AS uuid), CAST(:by_name AS text), CAST(:contact_id AS uuid))
    """),
)

#: The rest, once nothing is on its way. Rows stay where others count on them, emptied.
WIPE = (
    text("""
        UPDATE deliveries SET phone = '', body = '', reason = NULL, contact_id = NULL
        WHERE lead_id = ANY(CAST(:leads AS uuid[]))
    """),
    text("UPDATE attempts SET detail = NULL WHERE lead_id = ANY(CAST(:leads AS uuid[]))"),
    text("UPDATE receipts SET raw = '{}' WHERE lead_id = ANY(CAST(:leads AS uuid[]))"),
    text("""
        UPDATE leads SET first_name = '', last_name = '', phone = NULL, email = NULL,
          notes = '{}', extra = '{}', body = NULL, wiped_at = now(),
          reason = CASE WHEN reason IS NULL THEN NULL ELSE 'the person was wiped' END
        WHERE id = ANY(CAST(:leads AS uuid[]))
    """),
    text("UPDATE lead_conflicts SET body = NULL WHERE lead_id = ANY(CAST(:leads AS uuid[]))"),
    # The id of a text stays: it keeps the text from being heard a second time.
    text("""
        UPDATE texts SET phone = '', body = '', raw = '{}'
        WHERE account_id = :account_id AND phone = :phone AND at <= :until
    """),
    text("""
        DELETE FROM listed_texts WHERE phone = :phone AND from_number IN (
          SELECT number FROM phone_numbers WHERE account_id = :account_id)
    """),
    text("DELETE FROM notes WHERE contact_id = ANY(CAST(:contacts AS uuid[]))"),
    text("DELETE FROM contact_labels WHERE contact_id = ANY(CAST(:contacts AS uuid[]))"),
    text("DELETE FROM memberships WHERE contact_id = ANY(CAST(:contacts AS uuid[]))"),
    text("""
        UPDATE contacts SET phone = '', first_name = '', last_name = '', favorite = false,
          landline = false, suppressed = false
        WHERE id = ANY(CAST(:contacts AS uuid[]))
    """),
    text("DELETE FROM contact_search WHERE contact_id = ANY(CAST(:contacts AS uuid[]))"),
    text("""
        SELECT wipe_timeline_v1(CAST(:account_id AS uuid), CAST(:contacts AS uuid[]),
          CAST(:leads AS uuid[]), CAST(:by_id AS uuid), CAST(:by_name AS text),
          CAST(:request_id AS text))
    """),
    # What was exported or searched for may name the person.
    text("DELETE FROM job_files WHERE account_id = :account_id AND made_at <= :until"),
    text("""
        UPDATE jobs SET params = jsonb_set(params, '{filter,q}', '""')
        WHERE account_id = :account_id AND ended_at IS NOT NULL
          AND params -> 'filter' ->> 'q' <> ''
    """),
)

#: Twilio may tell of a text long after it was sent, and tells the number with it.
FORGET_LATE_RECEIPTS = text("""
    UPDATE receipts r SET raw = '{}' FROM leads l
    WHERE l.wiped_at > now() - interval '40 days' AND r.lead_id = l.id AND r.raw <> '{}'
      AND r.applied_at IS NOT NULL
""")
