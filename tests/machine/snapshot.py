"""What the database says at one moment, and whether it agrees with itself."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from models import transaction

FINAL_LEADS = frozenset(
    {
        *("joined", "landline", "suppressed", "duplicate", "test", "held", "dropped"),
        "needs_attention",
    }
)
FINAL_TEXTS = frozenset(
    {"delivered", "undelivered", "landline", "refused", "suppressed", "canceled"}
)

#: Where the lead is, and where its text may be then, once nothing is left to do.
AGREE = {
    "joined": {None, "sent", "delivered", "undelivered", "landline"},
    "landline": {None, "landline"},
    "suppressed": {
        None,
        "suppressed",
        "sent",
        "delivered",
        "undelivered",
        "refused",
        "landline",
    },
    "held": {None, "ready"},
    "needs_attention": {None, "ready", "undelivered", "refused", "review"},
    "dropped": {None, "canceled", "suppressed"},
    "duplicate": {None},
}


@dataclass
class Snapshot:
    """Rows by id, as plain values."""

    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # lead -> status of its delivery
    suppressed: set[tuple[str, str]] = field(default_factory=set)  # phone, kind
    retried: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    unfinished: int = 0  # receipts to apply, jobs to do

    @classmethod
    def take(cls) -> "Snapshot":
        with transaction() as session:
            told = session.execute(text(_TAKE)).scalar_one()
        leads = {lead["id"]: lead for lead in told["leads"] or ()}
        return cls(
            leads=leads,
            texts={each["lead_id"]: each["status"] for each in told["texts"] or ()},
            suppressed={(each["phone"], each["kind"]) for each in told["suppressed"] or ()},
            retried={each["lead_id"]: each["many"] for each in told["retried"] or ()},
            wrong=told["wrong"] or [],
            unfinished=told["unfinished"],
        )

    def is_suppressed(self, phone: str) -> bool:
        return any(number == phone for number, _ in self.suppressed)

    @property
    def is_quiet(self) -> bool:
        settled = all(lead["status"] in FINAL_LEADS for lead in self.leads.values())
        on_the_way = {"sending", "unknown"} & set(self.texts.values())
        return settled and not on_the_way and not self.unfinished

    def disagreements(self) -> list[str]:
        """Leads whose text is where it cannot be."""
        return [
            f"lead {lead_id} is {lead['status']}, its text {self.texts.get(lead_id)}"
            for lead_id, lead in self.leads.items()
            if self.texts.get(lead_id) not in AGREE[lead["status"]]
        ]


#: `wrong` names each promise that a row breaks: all that no constraint of its own refuses.
_TAKE = """
SELECT jsonb_build_object(
  'leads', (SELECT jsonb_agg(jsonb_build_object('id', id, 'status', status, 'phone', phone,
              'duplicate_of', duplicate_of, 'integration_id', integration_id, 'via', via,
              'age', extract(epoch FROM now() - received_at), 'reason', reason,
              'gone', EXISTS (SELECT 1 FROM contacts c WHERE c.id = contact_id
                              AND c.deleted_at IS NOT NULL))) FROM leads),
  'texts', (SELECT jsonb_agg(jsonb_build_object('lead_id', lead_id, 'status', status))
            FROM deliveries),
  'suppressed', (SELECT jsonb_agg(jsonb_build_object('phone', phone, 'kind', kind))
                 FROM suppressions WHERE lifted_at IS NULL),
  'retried', (SELECT jsonb_agg(r) FROM (SELECT lead_id, count(*) AS many FROM timeline
              WHERE kind = 'retried' GROUP BY lead_id) AS r),
  'unfinished', (SELECT count(*) FROM receipts WHERE applied_at IS NULL AND lead_id IS NOT NULL)
    + (SELECT count(*) FROM jobs WHERE status IN ('queued', 'running')),
  'wrong', (SELECT jsonb_agg(line) FROM (
    SELECT 'two live contacts of ' || phone AS line FROM contacts
      WHERE deleted_at IS NULL GROUP BY account_id, phone HAVING count(*) > 1
    UNION ALL SELECT 'in the queue, and should not be: ' || phone FROM contacts c
      WHERE queued_at IS NOT NULL AND (deleted_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM suppressions s WHERE s.account_id = c.account_id AND s.phone = c.phone
          AND s.lifted_at IS NULL) OR EXISTS (
        SELECT 1 FROM memberships m WHERE m.contact_id = c.id))
    UNION ALL SELECT 'suppressed is kept wrongly: ' || phone FROM contacts c
      WHERE deleted_at IS NULL AND suppressed <> EXISTS (
        SELECT 1 FROM suppressions s WHERE s.account_id = c.account_id AND s.phone = c.phone
          AND s.lifted_at IS NULL)
    UNION ALL SELECT 'group_count is kept wrongly: ' || phone FROM contacts c
      WHERE group_count <> (SELECT count(*) FROM memberships m WHERE m.contact_id = c.id)
    UNION ALL SELECT 'two texts under way to ' || phone FROM deliveries
      WHERE status IN ('sending', 'unknown') GROUP BY account_id, phone HAVING count(*) > 1
    UNION ALL SELECT 'a text without its attempts: ' || lead_id FROM deliveries d
      WHERE attempt <> (SELECT count(*) FROM attempts a WHERE a.lead_id = d.lead_id)
    UNION ALL SELECT 'a queue place on the word of a lead that did not end there: ' || c.phone
      FROM contacts c JOIN leads l ON l.id = c.queue_lead_id
      WHERE l.status NOT IN ('joined', 'landline')
    UNION ALL SELECT 'a job that does not add up: ' || kind FROM jobs
      WHERE status IN ('done', 'cancelled') AND ended_at IS NOT NULL
        AND total <> done + skipped + jsonb_array_length(failures)
  ) AS lines)
)
"""
