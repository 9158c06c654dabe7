"""The list of texts in both directions, newest first, a page at a time.

As at Twilio, a text that is still queued has no date (nor, through a Messaging Service, a
sender), so a filter by either does not find it.
"""

from datetime import UTC, datetime, timedelta

from aiohttp import web

from simulator import resources, texts
from simulator.state import SIMULATOR

DEFAULT_PAGE, LARGEST_PAGE = 50, 1000
DATE_FILTERS = {"DateSent": "=", "DateSent>": ">=", "DateSent<": "<="}

Condition = tuple[str, str | int]


async def list_page(request: web.Request) -> web.Response:
    simulator, query = request.app[SIMULATOR], dict(request.query)
    try:
        limit = min(max(int(query.get("PageSize", DEFAULT_PAGE)), 1), LARGEST_PAGE)
        query |= {"PageSize": str(limit), "Page": str(int(query.get("Page", 0)))}
        conditions = [*_lagging(simulator.faults.dials.list_lag_s), *_filters(query)]
    except ValueError:
        return resources.error(400, 20001, "A page, page token or date cannot be read")

    found = await simulator.ledger.run(
        lambda connection: texts.listed(connection, conditions, limit + 1)
    )
    account = simulator.settings.account_sid
    messages = [resources.message(account, text) for _, text in found[:limit]]
    token = f"PA{found[limit - 1][0]}" if len(found) > limit else None
    return web.json_response(
        resources.page(request.path, ("messages", messages), query, token=token)
    )


def unspaced(number: str) -> str:
    """Read a number from a query where a bare plus sign arrived as a space."""
    return "+" + number.strip() if number.startswith(" ") else number


def _lagging(seconds: float) -> list[Condition]:
    if not seconds:
        return []
    horizon = datetime.now(UTC) - timedelta(seconds=seconds)
    return [("created_at < ?", horizon.isoformat(timespec="microseconds"))]


def _filters(query: dict[str, str]) -> list[Condition]:
    conditions: list[Condition] = []
    for name, column in (("To", "recipient"), ("From", "sender")):
        if name in query:
            conditions.append((f"{column} = ?", unspaced(query[name])))
    for name, comparison in DATE_FILTERS.items():
        if name in query:
            conditions.append(_by_date(comparison, query[name]))
    if token := query.get("PageToken"):
        conditions.append(("id < ?", int(token.removeprefix("PA"))))
    return conditions


def _by_date(comparison: str, raw: str) -> Condition:
    at = datetime.fromisoformat(raw)
    if "T" in raw and comparison != "=":
        exact = at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"sent_at {comparison} ?", exact
    return f"substr(sent_at, 1, 10) {comparison} ?", at.date().isoformat()
