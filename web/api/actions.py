"""Actions on many contacts: what is asked for becomes a job, which a worker does in chunks."""

from typing import Annotated, Literal
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
from web.problems import Problem

MOST_IDS = 10_000

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


class Selection(msgspec.Struct):
    """The contacts that are meant, by their ids."""

    ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_IDS)] | None = None
    filter: dict[str, object] | None = None


class ActionAsked(msgspec.Struct):
    kind: Kind
    contacts: Selection
    group_id: UUID | None = None
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
        problems=(409,),
        idempotent=True,
    ),
)
def ask_for_action(call: Call, body: ActionAsked) -> Reply:
    ids = _ids(body.contacts)
    job = make_job(call, body.kind, {"ids": ids, **_goal(call, body)}, len(ids))
    return asked(call, job)


def _ids(selection: Selection) -> list[str]:
    """Each id once, in the order given."""
    if selection.filter is not None:
        detail = "A selection by filter is not taken here yet; list the ids."
        raise invalid(field_error("contacts.filter", "unsupported", detail))
    if selection.ids is None:
        raise invalid(field_error("contacts.ids", "missing", "This is required."))
    return list(dict.fromkeys(_canonical(each) for each in selection.ids))


def _canonical(raw: str) -> str:
    try:
        return str(UUID(raw))
    except ValueError:
        return raw[:64]  # no id of ours: it becomes a failure of the job


def _goal(call: Call, body: ActionAsked) -> dict[str, str | None]:
    if body.kind == "move_to_group" and body.new_group is not None:
        return {"goal_id": _new_group(call, body)}
    if body.kind in {"move_to_group", "remove_from_group"}:
        return {"goal_id": _known(call, Group, "group_id", body.group_id)}
    if body.kind in {"add_label", "remove_label"}:
        return {"goal_id": _known(call, Label, "label", body.label)}
    if body.kind == "suppress":
        check_kind(call, body.suppression_kind, "suppression_kind")
        return {"suppression_kind": body.suppression_kind.value, "reason": body.reason}
    return {}


def _new_group(call: Call, body: ActionAsked) -> str:
    if body.group_id is not None:
        detail = "Send either group_id or new_group."
        raise invalid(field_error("new_group", "invalid", detail))
    made = Group.make(call.session, call.account_id, str(body.new_group).strip())
    if made is None:
        raise Problem(409, "name-taken")
    return str(made.id)


def _known(call: Call, kind: type[Group | Label], field: str, wanted: UUID | None) -> str:
    """Return the id of a group or label of ours. Raises Problem: 422 if missing, 404."""
    if wanted is None:
        raise invalid(field_error(field, "missing", "This is required."))
    if kind.of_account(call.session, call.account_id, wanted) is None:
        raise Problem(404, "not-found")
    return str(wanted)


def check_kind(call: Call, kind: SuppressionKind, field: str) -> None:
    """Refuse what this caller may not put people on: 422 for nobody, 403 for an owner."""
    if kind not in OPERATORS_KINDS:
        detail = "Use dnc, compliance or opted_out; carriers add to their own list."
        raise invalid(field_error(field, "invalid", detail))
    if kind is not SuppressionKind.DNC and call.role is not Role.OWNER:
        raise Problem(403, "owner-only")
