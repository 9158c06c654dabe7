"""Leads that lie inside something else: an envelope, a group, a list, a JSON text.

An envelope is opened wherever nobody is told of outside of it. What else may hold a person is
opened only if it does, and the person is the lead. A "user" or an "owner" is never looked at:
that is somebody of the business.
"""

from collections.abc import Iterator, Mapping

from senders.document import Repeated
from senders.formats import person_inside
from senders.formats.plain import only_one, opened
from senders.names import role_of, squeezed
from senders.words import words

Container = dict[str, object] | list[object] | Repeated
_CONTAINERS = (dict, list, Repeated)

# In the order in which they are opened.
ENVELOPES = (
    *("data", "payload", "lead", "body", "contact", "submission", "fields", "formdata"),
    *("attributes", "record", "formfields", "json", "rawrequest"),
)
_LISTS = words("leads contacts customers entries records submissions items results")
_ONLY_ITEM = "item"  # of a list in XML, where nothing stands beside it
_GROUPS = (
    words("customer person client personalinfo contactinfo contactdetails answers values")
    | {*ENVELOPES, _ONLY_ITEM}
    | _LISTS
)


def unwrapped(tree: dict[str, object], notes: list[str]) -> dict[str, object] | None:
    """Return the fields with those of a lead inside among them, or None for no such lead.

    Raises `Unusable` or `TooLarge` as `only_one` does.
    """
    if not any(role_of(key) in person_inside.OF_A_PERSON for key in tree):
        for key, inner in envelopes(tree):
            return _merged(tree, key, only_one(inner))
    persons = [(key, inner) for key, inner in _groups(tree) if person_inside.is_one(inner)]
    if len(persons) != 1:
        return None
    key, inner = persons[0]
    if not person_inside.is_the_lead(inner, key, tree):
        return None
    lead = only_one(inner)
    if person_inside.has_other_number(tree, lead):
        notes.append(f"Another phone number stood outside of the lead: used “{squeezed(key)}”.")
    return _merged(tree, key, lead)


def envelopes(tree: Mapping[str, object]) -> list[tuple[str, Container]]:
    """Return what the envelopes of a body hold, in the order in which they are opened."""
    found = [each for each in _containers(tree) if squeezed(each[0]) in ENVELOPES]
    return sorted(found, key=lambda each: ENVELOPES.index(squeezed(each[0])))


def _groups(tree: Mapping[str, object]) -> Iterator[tuple[str, Container]]:
    for key, inner in _containers(tree):
        name = squeezed(key)
        if name in _LISTS and isinstance(inner, dict):
            continue
        if name != _ONLY_ITEM or len(tree) == 1:
            yield key, inner


def _containers(tree: Mapping[str, object]) -> Iterator[tuple[str, Container]]:
    for key, value in tree.items():
        if not isinstance(value, _CONTAINERS) and not _is_json(value):
            continue
        inner = opened(value) if squeezed(key) in _GROUPS else None
        if inner and isinstance(inner, _CONTAINERS):
            yield key, inner


def _is_json(value: object) -> bool:
    return isinstance(value, str) and value.lstrip()[:1] in {"{", "["}


def _merged(
    outer: dict[str, object], wrapper: str, inner: dict[str, object]
) -> dict[str, object]:
    """Keep what stands outside as well, but of two persons only the one inside."""
    another = person_inside.tells_of_another(outer, inner)
    kept = {
        key: value
        for key, value in outer.items()
        if key != wrapper and not (another and role_of(key) in person_inside.OF_A_PERSON)
    }
    return {**kept, **inner}
