"""From the bytes a sender posted to one lead, or to every reason why there is none.

bytes -> bodies.py: a tree -> formats: one person's answers -> answers.py: by role
      -> person.py, numbers.py, consent.py: the fields, judged
"""

import re

from senders import bodies, numbers, person
from senders.answers import Answers, Sorted, sort_by_role
from senders.consent import kept, require_consent
from senders.document import Document, last
from senders.errors import FieldError, Unusable, UnusableField
from senders.formats import recognize
from senders.lead import ParsedLead, ParseSettings, Remarks
from senders.mapping import apply
from senders.names import LEAD_IDS, squeezed
from senders.text import clean, is_empty, storable

LONGEST_LEAD_ID = 255
LONGEST_EMAIL = 254

_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\.]+(\.[^\s@.]+)+")
_DUMMY = "test lead: dummy data"  # Meta puts it in brackets, which some tools take away
_SAYS_DUMMY = re.compile(r"(?:<|&lt;)?test lead: dummy data")
_DUMMY_EMAILS = frozenset({"test@meta.com", "test@fb.com"})
_NUL = FieldError("body", "control", "The body contains a NUL character.")


def parse(body: bytes, content_type: str | None, settings: ParseSettings) -> ParsedLead:
    """Read one lead.

    Raises `Unreadable`, `NotALeadFormat`, `TooLarge` or, with every field's error at once,
    `Unusable`.
    """
    document = bodies.read(body, content_type)
    answers = recognize(document)
    found = sort_by_role(answers.fields)
    if settings.mapping:
        apply(settings.mapping, document.tree, found)
    return _judged(document, answers, found, settings)


def _judged(
    document: Document, answers: Answers, found: Sorted, settings: ParseSettings
) -> ParsedLead:
    remarks = Remarks(notes=list(answers.notes))
    first_name, last_name = person.names(found, remarks)
    phone = numbers.number(found, settings, remarks)
    require_consent(found, settings, remarks)
    lead = ParsedLead(
        first_name=first_name,
        last_name=last_name,
        phone=phone,
        email=_email(found, remarks),
        sender=answers.sender,
        sender_lead_id=_lead_id(answers, found, remarks),
        is_test=answers.is_test or _is_dummy(answers, found),
        unfinished=answers.unfinished,
        notes=tuple(remarks.notes),
        extra=kept(found),
    )
    _refuse(document, lead, remarks)
    return lead


def _refuse(document: Document, lead: ParsedLead, remarks: Remarks) -> None:
    """Tests and unfinished forms are never texted, so their fields need not be usable."""
    errors = remarks.errors
    if lead.is_test or lead.unfinished:
        errors = [error for error in errors if error.code == "control"]
    if document.has_nul and not any(error.code == "control" for error in errors):
        errors = [*errors, _NUL]
    if errors:
        raise Unusable.because(tuple(errors))


def _email(found: Sorted, remarks: Remarks) -> str | None:
    for item in found.get("email", ()):
        text = storable(last(item.value))
        if text and len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text):
            return text
        if not is_empty(item.value):
            remarks.notes.append("The e-mail address is not usable.")
    return None


def _is_dummy(answers: Answers, found: Sorted) -> bool:
    """Meta's test leads: every value says so, or the address does. There is no flag."""
    known = [item.value for items in found.values() for item in items]
    for value in (*known, *answers.fields.values()):
        text = value.strip().lower() if isinstance(value, str) else ""
        if text in _DUMMY_EMAILS or (_DUMMY in text and _SAYS_DUMMY.match(text)):
            return True
    return False


def _lead_id(answers: Answers, found: Sorted, remarks: Remarks) -> str | None:
    given = answers.lead_id if not is_empty(answers.lead_id) else _believed(found)
    try:
        return None if is_empty(given) else _checked_id(given)
    except UnusableField as unusable:
        remarks.errors.append(unusable.error)
        return None


def _believed(found: Sorted) -> object:
    items = [item for item in found.get("lead_id", ()) if not is_empty(item.value)]
    if not items:
        return None
    ranks = {name: rank for rank, name in enumerate(LEAD_IDS)}
    items.sort(key=lambda item: ranks.get(squeezed(item.label), -1))
    return items[0].value


def _checked_id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnusableField("lead_id", "invalid", "The lead id has to be text.")
    text = str(value)
    if "\0" in text:
        raise UnusableField("lead_id", "control", "The lead id contains a NUL character.")
    if len(text) > LONGEST_LEAD_ID:
        raise UnusableField(
            "lead_id", "too-long", f"The lead id is longer than {LONGEST_LEAD_ID} characters."
        )
    return clean(text).removeprefix("l:")  # Meta's exports write "l:" before the id
