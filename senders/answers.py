"""The answers of one person, found in a body, and sorted by what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import digits
from typing import NamedTuple

from senders.names import role_of, squeezed
from senders.words import words

# Only under these names is a group of fields the lead's own: an "owner" or a "user" with a
# phone is somebody of the business, a form's "name" is its title.
OWN_GROUPS = words("""
    name names fullname yourname phone phonenumber contact lead customer person client
    personalinfo contactinfo contactdetails address consent tcpa mobile cell tel
    nombre nombrecompleto telefono telefone nome nomecompleto nom telephone celular telefon
""")


class Found(NamedTuple):
    """One value, and the label it stood under."""

    label: str
    value: object


Sorted = dict[str, list[Found]]


@dataclass(slots=True)
class Answers:
    """What one format says about one person, before any of it is judged."""

    sender: str
    fields: Mapping[str, object]
    lead_id: object = None
    is_test: bool = False
    unfinished: bool = False
    notes: list[str] = field(default_factory=list)


def sort_by_role(fields: Mapping[str, object]) -> Sorted:
    """Put every value whose label is understood under its role."""
    found: Sorted = {}
    for label, value in fields.items():
        if isinstance(value, dict) and _sort_group(label, value, found):
            continue
        role = role_of(label)
        if role:
            found.setdefault(role, []).append(Found(label, value))
    return found


def _sort_group(label: str, group: dict[str, object], found: Sorted) -> bool:
    """Sort `{"name": {"first": …}}`; say whether anything in it was understood."""
    if squeezed(label).rstrip(digits) not in OWN_GROUPS:  # Jotform counts: "fullName5"
        return False
    understood = False
    for inner, value in group.items():
        role = role_of(f"{label} {inner}") or role_of(inner)
        if role and not isinstance(value, dict):
            found.setdefault(role, []).append(Found(f"{label}.{inner}", value))
            understood = True
    return understood
