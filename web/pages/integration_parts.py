"""What the pages of the integration share."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response

from models.integrations import EndpointToken, Integration
from models.overview import senders_seen
from web.api.replies import Reply
from web.pages.sender_notes import Seen, tools_seen
from web.pages.visit import Visit
from web.problems import Problem

HERE = "/integrations"

#: Which tools send is judged by the leads of so many days.
DAYS_LOOKED_AT = 90


def found(visit: Visit) -> Integration:
    """Return the account's integration. Raises Problem(404) when there is none."""
    integration = Integration.of_account(visit.session, visit.account_id)
    if integration is None:
        raise Problem(404, "not-found")
    return integration


def follow(visit: Visit, reply: Reply) -> None:
    """Have done after the commit what an answer of the API asks for."""
    for job in reply.rings:
        visit.ring(job)
    after = reply.after_commit
    if after is not None:
        visit.after_commit(lambda: _without_answer(after))


def wrong_fields(problem: Problem) -> dict[str, str]:
    """Say of each field what is wrong with it, all at once. Raises what is not about fields."""
    errors: Any = problem.members.get("errors")
    if not errors:
        raise problem
    wrong: dict[str, str] = {}
    for error in errors:
        field = error["field"].partition("[")[0]
        detail = _in_plain_words(error["detail"])
        wrong[field] = " ".join(filter(None, (wrong.get(field), detail)))
    return wrong


def seen_of(visit: Visit, integration: Integration) -> list[Seen]:
    """Name the tools that have sent through the integration lately."""
    since = max(integration.created_at, datetime.now(UTC) - timedelta(days=DAYS_LOOKED_AT))
    return tools_seen(senders_seen(visit.session, visit.account_id, since))


def url_since(visit: Visit, integration: Integration) -> datetime:
    """Say since when the URL is the current one."""
    return EndpointToken.current(visit.session, integration.id).created_at


def ago(at: datetime) -> str:
    """Say how long ago something was, as a person would."""
    seconds = max(0, int((datetime.now(UTC) - at).total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3600), ("min", 60)):
        if seconds >= length:
            count = seconds // length
            plural = "s" if unit != "min" and count > 1 else ""
            return f"{count} {unit}{plural} ago"
    return "just now"


def _in_plain_words(detail: str) -> str:
    """Say what a program is told in the words of a form; sentences of ours stay."""
    if not detail.startswith("Expected "):
        return detail
    if "length >= 1" in detail or "visible character" in detail:
        return "Fill this in, on one line."
    if "'int'" in detail:
        return "Write a whole number within the limits."
    return "Write two letters, such as US." if "length" in detail else "This cannot be used."


def _without_answer(after: Callable[[], Any]) -> Response | None:
    after()
    return None  # a URL that is still "closing" says so on the page that follows
