"""Actions on many contacts: what is asked for becomes a job, which a worker does in chunks."""

from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec

from models.accounts import Role
from models.groups import Group, Label
from models.suppressions import SuppressionKind
from web.api.auth import Call
from web.api.jobs import JobAsked, asked, make_job
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.api.schema import Line, field_error, invalid
from web.api.selections import Many, Selection, check_selection, group_of, select_contacts
from web.problems import Problem

G = TypeVar("G", Group, Label)

Kind = Literal[
    "move_to_group",
    "remove_from_group",
    "add_label",
    "remove_label",
    "favorite",
    "unfavorite",
    "delete",
    "suppress",
]

#: What an operator may put people on. The rest comes from the person or the carrier.
OPERATORS_KINDS = (
    SuppressionKind.DNC,
    SuppressionKind.COMPLIANCE,
    SuppressionKind.OPTED_OUT,
)


class ActionAsked(msgspec.Struct):
    """`from_group` is for a move from a group's own page: they leave that group as well."""

    kind: Kind
    contacts: Selection
    expected: Many | None = None
    group_id: UUID | None = None
    from_group: UUID | None = None
    new_group: Line | None = None
    label: UUID | None = None
    suppression_kind: SuppressionKind = SuppressionKind.DNC
    reason: Line | None = None


@operation(
    "POST",
    "/actions",
    Spec(
        "Do something to many contacts",
        {202: JobAsked},
        body=ActionAsked,
        problems=(403, 404, 409),
        idempotent=True,
    ),
)
def ask_for_action(call: Call, body: ActionAsked) -> Reply:
    check_selection(body.contacts)
    job = make_job(call, body.kind, _goal(call, body), 0)
    select_contacts(call, job, body.contacts)
    expected = body.contacts.expected if body.expected is None else body.expected
    if expected is not None:
        job.expected = expected
        if body.kind == "delete" and job.matched != expected:
            detail = f"{job.matched} contacts match now; {expected} were expected."
            raise Problem(409, "count-changed", detail)
    return asked(call, job)


def _goal(call: Call, body: ActionAsked) -> dict[str, Any]:
    if body.kind == "move_to_group":
        found = _new_group(call, body) if body.new_group else _group(call, body)
        return _named(found) | _left(call, body)
    if body.kind == "remove_from_group":
        return _named(_group(call, body))
    if body.kind in {"add_label", "remove_label"}:
        return _named(_known(call, Label, "label", body.label))
    if body.kind == "suppress":
        check_kind(call, body.suppression_kind, "suppression_kind")
        return {"suppression_kind": body.suppression_kind.value, "reason": body.reason}
    return {}


def _named(goal: Group | Label) -> dict[str, Any]:
    return {"goal_id": str(goal.id), "goal_name": goal.name}


def _left(call: Call, body: ActionAsked) -> dict[str, Any]:
    """Say which group a move leaves: the one named, or the folder that it selects from."""
    left = body.from_group or group_of(body.contacts)
    if left is None:
        return {}
    return {"from_id": str(_known(call, Group, "from_group", left).id)}


def _group(call: Call, body: ActionAsked) -> Group:
    return _known(call, Group, "group_id", body.group_id)


def _new_group(call: Call, body: ActionAsked) -> Group:
    if body.group_id is not None:
        detail = "Send either group_id or new_group."
        raise invalid(field_error("new_group", "invalid", detail))
    made = Group.make(call.session, call.account_id, str(body.new_group).strip())
    if made is None:
        raise Problem(409, "name-taken")
    return made


def _known(call: Call, kind: type[G], field: str, wanted: UUID | None) -> G:
    """Return a group or label of ours. Raises Problem: 422 if missing, 404."""
    if wanted is None:
        raise invalid(field_error(field, "missing", "This is required."))
    found = kind.of_account(call.session, call.account_id, wanted)
    if found is None:
        raise Problem(404, "not-found")
    return found


def check_kind(call: Call, kind: SuppressionKind, field: str) -> None:
    """Refuse what this caller may not put people on: 422 for nobody, 403 for an owner."""
    if kind not in OPERATORS_KINDS:
        detail = "Use dnc, compliance or opted_out; carriers add to their own list."
        raise invalid(field_error(field, "invalid", detail))
    if kind is not SuppressionKind.DNC and call.role is not Role.OWNER:
        raise Problem(403, "owner-only")
