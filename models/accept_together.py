"""Leads of one moment that came to the same URL: one call, one round trip, one commit.

Under load the round trip and the commit are most of what a lead costs. Each lead is judged as
if it came alone, under the same locks; nothing is committed for one unless it is for all.
"""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from failpoints import failpoint
from models.accept import Verdict
from models.budget import rows
from models.endpoints import Endpoint
from models.incoming import Submission

#: In the order of accept_leads_v1's arguments.
_ACCEPT: LiteralString = "SELECT * FROM accept_leads_v1(%s, %s, %s, %s)"


def accept_leads(
    endpoint: Endpoint, version: int, submissions: Sequence[Submission]
) -> list[Verdict | None]:
    """Store leads that were read by one version of the settings; return a verdict for each.

    None where a lead has to be taken by itself: the URL is not open, its settings have
    changed, or the lead needs another name. Raises UrlBusy, DatabaseAway: then for all.
    """
    leads = [{"place": n, **each.columns(None)} for n, each in enumerate(submissions)]
    told = msgspec.json.encode(leads).decode()
    verdicts: list[Verdict | None] = [None] * len(submissions)
    failpoint("accept_before_call")
    for place, outcome, lead_id in rows(
        _ACCEPT, (endpoint.token_hash, endpoint.token_lock, version, told)
    ):
        verdicts[place] = Verdict(outcome, lead_id, None)
    failpoint("accept_after_commit_before_answer")
    return verdicts
