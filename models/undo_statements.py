"""The statements behind models/undo.py: each looks at the rows as they are now.

`was` is what a chunk changed, `seen` is the same people today with the reason why they cannot
go back, if there is one. All return those who cannot, with the reason.
"""

from sqlalchemy import text

WIPED = "The person was wiped."
CAME_BACK = "The number came back as a new contact."
SUPPRESSED = "The number was suppressed since."
DELETED = "The contact was deleted since."
RESTORED = "The contact is there already."
MOVED = "The contact was moved again since."
LEFT = "The contact was taken out of the group since."
GROUP_GONE = "The group was deleted since."
LABEL_GONE = "The label was deleted since."
UNLABELED = "The label was removed since."
LABELED = "The label was added again since."

_WAS = """
  was AS MATERIALIZED (
    SELECT u.*, k.at
    FROM job_changes k, unnest(k.ids, k.queued_at, k.queue_lead_ids, k.suppressed, k.added,
      k.taken) AS u(id, queued_at, queue_lead_id, suppressed, added, taken)
    WHERE k.job_id = :job_id AND k.number = :number)
"""

_TOLD = """
  told AS (
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id, request_id)
    SELECT CAST(:account_id AS uuid), 'undone', CAST(:line AS text), CAST(:by_id AS uuid),
           CAST(:by_name AS text), id, CAST(:request_id AS text)
    FROM seen WHERE reason IS NULL)
  SELECT id, reason FROM seen WHERE reason IS NOT NULL
"""

_IS_SUPPRESSED = """EXISTS (
    SELECT 1 FROM suppressions s WHERE s.account_id = c.account_id AND s.phone = c.phone
      AND s.lifted_at IS NULL)"""

_IS_WIPED = "EXISTS (SELECT 1 FROM wipes w WHERE w.contact_id = was.id) OR c.id IS NULL"

LOCK = text("""
  WITH locked AS (
    SELECT c.id FROM contacts c
    WHERE c.account_id = :account_id AND c.id = ANY(
      (SELECT ids FROM job_changes WHERE job_id = :job_id AND number = :number)::uuid[])
    ORDER BY c.id FOR NO KEY UPDATE OF c)
  SELECT count(*) FROM locked
""")

# Memberships first: the trigger that counts groups has done so before RESTORE_QUEUE looks.
UNMOVE = text(f"""
  WITH {_WAS}, seen AS MATERIALIZED (
    SELECT was.*, CASE
      WHEN {_IS_WIPED} THEN '{WIPED}'
      WHEN c.deleted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM contacts n WHERE n.account_id = c.account_id AND n.phone = c.phone
          AND n.deleted_at IS NULL) THEN '{CAME_BACK}'
      WHEN c.deleted_at IS NOT NULL THEN '{DELETED}'
      WHEN c.suppressed AND NOT was.suppressed THEN '{SUPPRESSED}'
      WHEN EXISTS (SELECT 1 FROM memberships m
                   WHERE m.contact_id = was.id AND m.added_at > was.at) THEN '{MOVED}'
      WHEN NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = CAST(:goal_id AS uuid))
        THEN '{GROUP_GONE}'
      WHEN NOT EXISTS (SELECT 1 FROM memberships m WHERE m.contact_id = was.id
                       AND m.group_id = CAST(:goal_id AS uuid)) THEN '{LEFT}'
      WHEN was.taken AND NOT EXISTS (
        SELECT 1 FROM groups g WHERE g.id = CAST(:from_id AS uuid)) THEN '{GROUP_GONE}'
      END AS reason
    FROM was LEFT JOIN contacts c ON c.id = was.id
  ), back AS (
    INSERT INTO memberships (group_id, contact_id, account_id, added_by)
    SELECT CAST(:from_id AS uuid), id, CAST(:account_id AS uuid), CAST(:by_id AS uuid)
    FROM seen WHERE reason IS NULL AND taken
    ON CONFLICT DO NOTHING
  ), gone AS (
    DELETE FROM memberships WHERE group_id = CAST(:goal_id AS uuid)
      AND contact_id IN (SELECT id FROM seen WHERE reason IS NULL AND added)
  ), {_TOLD}
""")  # noqa: S608  (constants of ours)

# Their places. Whoever has another group still, or was in no queue, stays where they are.
RESTORE_QUEUE = text(f"""
  WITH {_WAS}
  UPDATE contacts c SET queued_at = was.queued_at, queue_lead_id = was.queue_lead_id
  FROM was
  WHERE c.id = was.id AND was.queued_at IS NOT NULL AND c.id <> ALL(CAST(:failed AS uuid[]))
    AND c.deleted_at IS NULL AND NOT c.suppressed AND c.group_count = 0
    AND c.queued_at IS NULL AND NOT {_IS_SUPPRESSED}
""")  # noqa: S608  (constants of ours)

UNLABEL = text(f"""
  WITH {_WAS}, seen AS MATERIALIZED (
    SELECT was.*, CASE
      WHEN {_IS_WIPED} THEN '{WIPED}'
      WHEN c.deleted_at IS NOT NULL THEN '{DELETED}'
      WHEN NOT EXISTS (SELECT 1 FROM labels l WHERE l.id = CAST(:goal_id AS uuid))
        THEN '{LABEL_GONE}'
      WHEN NOT EXISTS (SELECT 1 FROM contact_labels l WHERE l.contact_id = was.id
                       AND l.label_id = CAST(:goal_id AS uuid)) THEN '{UNLABELED}'
      END AS reason
    FROM was LEFT JOIN contacts c ON c.id = was.id
  ), gone AS (
    DELETE FROM contact_labels WHERE label_id = CAST(:goal_id AS uuid)
      AND contact_id IN (SELECT id FROM seen WHERE reason IS NULL)
  ), {_TOLD}
""")  # noqa: S608  (constants of ours)

RELABEL = text(f"""
  WITH {_WAS}, seen AS MATERIALIZED (
    SELECT was.*, CASE
      WHEN {_IS_WIPED} THEN '{WIPED}'
      WHEN c.deleted_at IS NOT NULL THEN '{DELETED}'
      WHEN NOT EXISTS (SELECT 1 FROM labels l WHERE l.id = CAST(:goal_id AS uuid))
        THEN '{LABEL_GONE}'
      WHEN EXISTS (SELECT 1 FROM contact_labels l WHERE l.contact_id = was.id
                   AND l.label_id = CAST(:goal_id AS uuid)) THEN '{LABELED}'
      END AS reason
    FROM was LEFT JOIN contacts c ON c.id = was.id
  ), back AS (
    INSERT INTO contact_labels (label_id, contact_id)
    SELECT CAST(:goal_id AS uuid), id FROM seen WHERE reason IS NULL
    ON CONFLICT DO NOTHING
  ), {_TOLD}
""")  # noqa: S608  (constants of ours)

# A number has one living contact: who came back as a new one keeps the number.
UNDELETE = text(f"""
  WITH {_WAS}, seen AS MATERIALIZED (
    SELECT was.*, CASE
      WHEN {_IS_WIPED} THEN '{WIPED}'
      WHEN c.deleted_at IS NULL THEN '{RESTORED}'
      WHEN EXISTS (SELECT 1 FROM contacts n WHERE n.account_id = c.account_id
                   AND n.phone = c.phone AND n.deleted_at IS NULL) THEN '{CAME_BACK}'
      WHEN NOT was.suppressed AND {_IS_SUPPRESSED} THEN '{SUPPRESSED}'
      END AS reason
    FROM was LEFT JOIN contacts c ON c.id = was.id
  ), back AS (
    UPDATE contacts c SET deleted_at = NULL,
      queued_at = CASE WHEN c.group_count = 0 THEN seen.queued_at END,
      queue_lead_id = CASE WHEN c.group_count = 0 THEN seen.queue_lead_id END
    FROM seen WHERE c.id = seen.id AND seen.reason IS NULL
  ), {_TOLD}
""")  # noqa: S608  (constants of ours)
