"""The answers of one person, found in a body, and sorted by what they mean."""

import re
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


# "Full name" is a person's; "name" alone may be a form's or a business's.
_FULL = re.compile("full|complet|first|prenom|vollst|vorund|apellido|cognome")


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
            found.setdefault(role, []).append(Found(label, _value(value)))
    if len(found.get("full_name", ())) > 1:
        found["full_name"].sort(key=lambda item: not _is_full(item.label, fields))
    return found


def is_full_name(label: str) -> bool:
    """Say whether a label asks for first and last name, as "name" alone does not."""
    return role_of(label) == "full_name" and bool(_FULL.search(squeezed(label)))


def _is_full(label: str, fields: Mapping[str, object]) -> bool:
    """What stands in a group ("contact.full_name") never goes before what stands outside."""
    return label in fields and is_full_name(label)


def _value(value: object) -> object:
    """Some tools send `{"value": …, "versions": …}` in place of the value."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


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
