"""Silence: an integration from which no lead has come for far longer than is usual by now.

Every integration has a rhythm of its own: many are silent each night and each weekend. So the
silence of this moment is compared with how long it had been silent around the same time on
other days of the same kind. docs/decisions/0011-alarms.md tells the rule and its figures.
"""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.alarms import AlarmKind, Finding

#: What is looked back at: eight weekend days, twenty others.
DAYS = 28
#: So much must be known of an integration before its silence says anything.
FEWEST_DAYS, FEWEST_LEADS = 5, 50
#: So many times the silence that one look in twenty exceeds ...
TIMES = 3
#: ... and no shorter one is worth an alarm.
SHORTEST = timedelta(minutes=30)

_LIMITS = {
    "days": DAYS,
    "fewest_days": FEWEST_DAYS,
    "fewest_leads": FEWEST_LEADS,
    "times": TIMES,
    "shortest": SHORTEST,
}


def silences(session: Session) -> list[Finding]:
    """Return the active integrations that are silent now, against their own habit."""
    return [
        Finding(
            kind=AlarmKind.SILENCE,
            subject=str(row.id),
            detail=_sentence(row.usual, row.rejected),
            account_id=row.account_id,
            since=row.since,
        )
        for row in session.execute(_SILENT, _LIMITS)
    ]


def _sentence(usual: timedelta, rejected: int) -> str:
    said = f"No lead has come; around this hour it is seldom silent for {_in_words(usual)}."
    if rejected:
        said += f" Since then {rejected} requests were rejected: see the rejections."
    return said


def _in_words(span: timedelta) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 120:  # noqa: PLR2004  (then hours say it better)
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{round(minutes / 60)} hours"


#: Leads of an account since the integration was made are its own: the index of the newest leads
#: answers each look with one probe. Turning it on begins a silence anew.
_SILENT = text("""
    SELECT i.id, i.account_id, silent.since, habit.usual, (
        SELECT count(*) FROM rejections r
        WHERE r.integration_id = i.id AND r.received_at > silent.since) AS rejected
    FROM integrations i JOIN accounts a ON a.id = i.account_id
    CROSS JOIN LATERAL (
      SELECT greatest(
        (SELECT max(l.received_at) FROM leads l
         WHERE l.account_id = i.account_id AND l.received_at >= i.created_at),
        (SELECT max(j.created_at) FROM jobs j
         WHERE j.account_id = i.account_id AND j.kind = 'activate'
           AND j.created_at > now() - interval '7 days')) AS since
    ) silent
    CROSS JOIN LATERAL (
      SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY look.at - before.lead) AS usual,
             count(DISTINCT day) AS days
      FROM generate_series(1, :days) AS day
      CROSS JOIN unnest(ARRAY[-60, -30, 0, 30, 60]) AS minutes
      CROSS JOIN LATERAL (
        SELECT (now() AT TIME ZONE a.time_zone) - make_interval(days => day) AS local) same
      CROSS JOIN LATERAL (
        SELECT same.local AT TIME ZONE a.time_zone + make_interval(mins => minutes) AS at) look
      CROSS JOIN LATERAL (
        SELECT max(l.received_at) AS lead FROM leads l
        WHERE l.account_id = i.account_id AND l.received_at >= i.created_at
          AND l.received_at <= look.at) before
      WHERE before.lead IS NOT NULL
        AND (extract(isodow FROM same.local) > 5)
          = (extract(isodow FROM now() AT TIME ZONE a.time_zone) > 5)
    ) habit
    WHERE i.deleted_at IS NULL AND i.status = 'active'
      AND habit.days >= :fewest_days
      AND silent.since < now() - greatest(habit.usual * :times, CAST(:shortest AS interval))
      AND (SELECT count(*) FROM (
             SELECT 1 FROM leads l
             WHERE l.account_id = i.account_id AND l.received_at >= i.created_at
               AND l.received_at > now() - make_interval(days => :days)
             LIMIT :fewest_leads) AS enough) >= :fewest_leads
""")
