"""The statements behind models/contact_actions.py: a chunk of contacts in one each.

LOCK comes first, in a statement of its own: what stands in the next one's snapshot is what
was locked. Then each statement changes, tells the timeline and keeps what was before, with no
id on its way through Python, which would cost as much as the change itself.
"""

from sqlalchemy import TextClause, text

from models.job_rows import CHUNK_IDS

_GIVEN = f"""
  given AS MATERIALIZED ({CHUNK_IDS}),
  mine AS MATERIALIZED (
    SELECT c.id, c.queued_at, c.queue_lead_id, c.suppressed, c.group_count
    FROM given JOIN contacts c ON c.id = given.id
    WHERE c.account_id = :account_id AND c.deleted_at IS NULL)
"""  # noqa: S608  (a constant of ours)

_TOLD = """
  told AS (
    INSERT INTO timeline (account_id, kind, text, by_id, by_name, contact_id, request_id)
    SELECT CAST(:account_id AS uuid), '{kind}', CAST(:line AS text), CAST(:by_id AS uuid),
           CAST(:by_name AS text), id, CAST(:request_id AS text)
    FROM changed)
"""

_KEPT = """
  kept AS (
    INSERT INTO job_changes (job_id, number, ids, queued_at, queue_lead_ids, suppressed,
                             added, taken)
    SELECT CAST(:job_id AS uuid), CAST(:number AS int), array_agg(m.id),
           array_agg(m.queued_at), array_agg(m.queue_lead_id), array_agg(m.suppressed),
           array_agg({added}), array_agg({taken})
    FROM changed JOIN mine m ON m.id = changed.id HAVING count(*) > 0)
"""


def _statement(
    change: str, kind: str, *, added: str = "true", taken: str = "false"
) -> TextClause:
    """Put together what every action that tells the timeline and can be undone does."""
    parts = [_GIVEN, change, _TOLD.format(kind=kind), _KEPT.format(added=added, taken=taken)]
    return text(f"WITH {','.join(parts)} SELECT count(*) FROM changed")  # noqa: S608


_LOOK = f"""
  WITH given AS MATERIALIZED ({CHUNK_IDS}),
  locked AS MATERIALIZED (
    SELECT c.id FROM given JOIN contacts c ON c.id = given.id
    WHERE c.account_id = :account_id AND c.deleted_at IS NULL {{lock}})
  SELECT (SELECT count(*) FROM locked) AS locked,
         ARRAY(SELECT id FROM given EXCEPT SELECT id FROM locked) AS missing
"""  # noqa: S608  (a constant of ours)

LOCK = text(_LOOK.format(lock="ORDER BY c.id FOR NO KEY UPDATE OF c"))
LOOK = text(_LOOK.format(lock=""))

# From the page of a group they leave that group as well. Who is in the new one already, and
# would only leave, counts as changed too. Who is in no group, as everybody in the opt-in queue
# is, is not looked for in this one.
MOVE = _statement(
    """
  first AS (
    INSERT INTO memberships (group_id, contact_id, account_id, added_by)
    SELECT CAST(:goal_id AS uuid), id, CAST(:account_id AS uuid), CAST(:by_id AS uuid)
    FROM mine WHERE group_count = 0 ORDER BY id
    RETURNING contact_id AS id),
  further AS (
    INSERT INTO memberships (group_id, contact_id, account_id, added_by)
    SELECT CAST(:goal_id AS uuid), id, CAST(:account_id AS uuid), CAST(:by_id AS uuid)
    FROM mine WHERE group_count > 0 ORDER BY id
    ON CONFLICT DO NOTHING RETURNING contact_id AS id),
  added AS (SELECT id FROM first UNION ALL SELECT id FROM further),
  taken AS (
    DELETE FROM memberships WHERE group_id = CAST(:from_id AS uuid)
      AND contact_id IN (SELECT id FROM mine)
      AND group_id <> CAST(:goal_id AS uuid) RETURNING contact_id AS id),
  changed AS MATERIALIZED (
    SELECT coalesce(added.id, taken.id) AS id, added.id IS NOT NULL AS is_added,
           taken.id IS NOT NULL AS is_taken
    FROM added FULL JOIN taken ON taken.id = added.id)
""",
    "moved",
    added="changed.is_added",
    taken="changed.is_taken",
)

REMOVE_FROM_GROUP = text(
    "WITH"  # noqa: S608  (constants of ours)
    + ",".join(
        [
            _GIVEN,
            """
  changed AS (
    DELETE FROM memberships WHERE group_id = CAST(:goal_id AS uuid)
      AND contact_id IN (SELECT id FROM mine) RETURNING contact_id AS id)
""",
            _TOLD.format(kind="removed_from_group"),
        ]
    )
    + " SELECT count(*) FROM changed"
)

ADD_LABEL = _statement(
    """
  changed AS (
    INSERT INTO contact_labels (label_id, contact_id)
    SELECT CAST(:goal_id AS uuid), id FROM mine ORDER BY id
    ON CONFLICT DO NOTHING RETURNING contact_id AS id)
""",
    "labeled",
)

REMOVE_LABEL = _statement(
    """
  changed AS (
    DELETE FROM contact_labels WHERE label_id = CAST(:goal_id AS uuid)
      AND contact_id IN (SELECT id FROM mine) RETURNING contact_id AS id)
""",
    "unlabeled",
)

DELETE = _statement(
    """
  changed AS (
    UPDATE contacts c SET deleted_at = now(), queued_at = NULL, queue_lead_id = NULL
    FROM mine WHERE c.id = mine.id RETURNING c.id)
""",
    "deleted",
)

FAVORITE = text(f"""
  WITH {_GIVEN}, changed AS (
    UPDATE contacts c SET favorite = :favorite
    FROM mine WHERE c.id = mine.id AND c.favorite <> :favorite RETURNING c.id)
  SELECT count(*) FROM changed
""")  # noqa: S608  (a constant of ours)
