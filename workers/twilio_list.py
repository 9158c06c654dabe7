"""Twilio's list of all texts, the newest first, a page at a time: for what a backup lacks."""

from dataclasses import dataclass
from datetime import datetime

from workers.twilio import NO_ANSWER, TwilioUnavailable, client

PAGE_SECONDS = 15.0
PAGE_SIZE = 1000
#: What the API was asked to send. Answers to a person's own text are no leads' texts.
SENT_BY_US = "outbound-api"


@dataclass(frozen=True)
class ListedText:
    """One outbound text as the list has it."""

    sid: str
    to: str
    from_number: str | None
    body: str
    status: str
    error_code: int | None
    created_at: datetime


@dataclass(frozen=True)
class ListedPage:
    """One page of the list, and where the next one is."""

    texts: list[ListedText]
    oldest: datetime | None
    next_page: str | None


def list_page(page: str | None) -> ListedPage:
    """Return the first page, or the one that *page* names. Raises TwilioUnavailable.

    Not filtered by date: a text that is still queued has none.
    """
    messages = client(PAGE_SECONDS).messages
    try:
        found = messages.get_page(page) if page else messages.page(page_size=PAGE_SIZE)
        listed = list(found)
        texts = [
            ListedText(
                sid=each.sid,
                to=each.to,
                from_number=each.from_,
                body=each.body or "",
                status=str(each.status),
                error_code=int(each.error_code) if each.error_code else None,
                created_at=each.date_created,
            )
            for each in listed
            if each.direction == SENT_BY_US and each.date_created is not None
        ]
        times = [each.date_created for each in listed if each.date_created is not None]
        return ListedPage(texts, min(times, default=None), found.next_page_url)
    except NO_ANSWER as error:
        raise TwilioUnavailable(type(error).__name__) from error
