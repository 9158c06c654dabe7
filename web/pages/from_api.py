"""Pages that do what the API does, by the same functions: what is sent, and what follows."""

from uuid import UUID

from flask import request

from web.api.replies import Reply
from web.pages.visit import Visit
from web.problems import Problem

#: Rows of one page, named by a poll.
MOST_IDS = 200


def sent() -> dict[str, str]:
    """What the address asks for. A form sends its empty fields too: they ask for nothing."""
    return {name: value for name, value in request.args.items() if value.strip()}


def ids_of(raw: str) -> list[UUID]:
    """Read ids that a page of ours has put together. Raises Problem(400)."""
    try:
        return [UUID(each) for each in raw.split(",") if each][:MOST_IDS]
    except ValueError as error:
        raise Problem(400, "bad-request") from error


def carry_out(visit: Visit, reply: Reply) -> None:
    """Do after the commit what the API's frame would do after it."""
    for message in reply.rings:
        visit.ring(message)
