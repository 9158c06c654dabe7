"""Rates that climb: more people opt out, or more texts fail, than an account is used to.

A share is compared with the account's own of the weeks before, and only where there are enough
people in both to mean something. docs/decisions/0011-alarms.md tells the figures.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from models.alarms import AlarmKind, Finding

#: A share is high when it is so many times the usual one.
TIMES = 3


@dataclass(frozen=True)
class Rate:
    """What is counted, and from when on a share of it is worth an alarm."""

    kind: AlarmKind
    counts: TextClause
    fewest: int  # of the bad ones
    fewest_usual: int  # people in the time before: with fewer, nothing is usual yet
    lowest_share: float
    sentence: str


def climbing(session: Session) -> list[Finding]:
    """Return what has climbed, for every account with an active integration."""
    return [
        finding
        for rate in RATES
        for row in session.execute(rate.counts)
        if (finding := _judged(rate, row.account_id, _Counts(*row[1:])))
    ]


@dataclass(frozen=True)
class _Counts:
    bad: int
    of: int
    usual_bad: int
    usual_of: int


def _judged(rate: Rate, account_id: UUID, counts: _Counts) -> Finding | None:
    if counts.bad < rate.fewest or counts.usual_of < rate.fewest_usual:
        return None
    share = counts.bad / max(counts.of, counts.bad)
    usual = counts.usual_bad / counts.usual_of
    if share < rate.lowest_share or share < TIMES * usual:
        return None
    numbers = f"{counts.bad:,} of {max(counts.of, counts.bad):,}"
    detail = rate.sentence.format(numbers=numbers, share=share, usual=usual)
    return Finding(rate.kind, "account", detail, account_id)


#: Both read indexes alone; `joined` stands for people whose text arrived.
_OPT_OUTS = text("""
    SELECT i.account_id,
      (SELECT count(*) FROM suppressions s WHERE s.account_id = i.account_id
       AND s.kind = 'opted_out' AND s.created_at > now() - interval '1 day') AS bad,
      (SELECT count(*) FROM leads l WHERE l.account_id = i.account_id AND l.status = 'joined'
       AND l.received_at > now() - interval '1 day') AS of,
      (SELECT count(*) FROM suppressions s WHERE s.account_id = i.account_id
       AND s.kind = 'opted_out' AND s.created_at > now() - interval '15 days'
       AND s.created_at <= now() - interval '1 day') AS usual_bad,
      (SELECT count(*) FROM leads l WHERE l.account_id = i.account_id AND l.status = 'joined'
       AND l.received_at > now() - interval '15 days'
       AND l.received_at <= now() - interval '1 day') AS usual_of
    FROM integrations i WHERE i.deleted_at IS NULL AND i.status = 'active'
""")

_FAILURES = text("""
    SELECT i.account_id, recent.bad, recent.bad + recent.good,
           earlier.bad, earlier.bad + earlier.good
    FROM integrations i
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE l.status = 'needs_attention') AS bad,
             count(*) FILTER (WHERE l.status = 'joined') AS good
      FROM leads l WHERE l.account_id = i.account_id
        AND l.status IN ('joined', 'needs_attention')
        AND l.received_at > now() - interval '2 hours') recent
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE l.status = 'needs_attention') AS bad,
             count(*) FILTER (WHERE l.status = 'joined') AS good
      FROM leads l WHERE l.account_id = i.account_id
        AND l.status IN ('joined', 'needs_attention')
        AND l.received_at > now() - interval '14 days'
        AND l.received_at <= now() - interval '2 hours') earlier
    WHERE i.deleted_at IS NULL AND i.status = 'active'
""")

RATES = (
    Rate(
        kind=AlarmKind.OPT_OUTS,
        counts=_OPT_OUTS,
        fewest=5,
        fewest_usual=200,
        lowest_share=0.02,
        sentence=(
            "In the last 24 hours {numbers} people opted out ({share:.1%}); "
            "in the two weeks before it was {usual:.1%}."
        ),
    ),
    Rate(
        kind=AlarmKind.FAILURES,
        counts=_FAILURES,
        fewest=10,
        fewest_usual=100,
        lowest_share=0.1,
        sentence=(
            "In the last 2 hours {numbers} leads could not be texted ({share:.1%}); "
            "in the two weeks before it was {usual:.1%}."
        ),
    ),
)
