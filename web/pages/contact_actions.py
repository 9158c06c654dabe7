"""What is done to one contact from its page: groups, labels, Do-Not-Contact, deletion."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from models.groups import Group, Label
from models.suppressions import SuppressionKind
from web.api.actions import ActionAsked, ask_for_action
from web.api.contacts import HowDeleted, delete_contact
from web.api.jobs import JobAsked
from web.api.replies import Reply
from web.api.selections import Selection
from web.api.suppressions import SuppressionMade, add_number
from web.pages.contact import ONE, contact_of
from web.pages.frame import page
from web.pages.from_api import carry_out
from web.pages.rendering import back_to
from web.pages.visit import Visit
from web.problems import Problem

bp = Blueprint("pages_contact_actions", __name__)

LONGEST_NAME = 200


@page(bp, f"{ONE}/move", "POST")
def move(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    """To a group of the list, or to a new one that is made by it."""
    group, name = _goal(visit, Group)
    if group is None:
        visit.toast("Choose a group, or type the name of a new one. A name is taken once.")
        return back_to(f"/contacts/{contact_id}")
    asked = ActionAsked("move_to_group", _only(contact_id), group_id=group)
    return _ask(visit, contact_id, asked, f"Moved to {name}.")


@page(bp, f"{ONE}/leave/<uuid:group_id>", "POST")
def leave(visit: Visit, contact_id: UUID, group_id: UUID) -> ResponseReturnValue:
    asked = ActionAsked("remove_from_group", _only(contact_id), group_id=group_id)
    return _ask(visit, contact_id, asked, "Removed from the group.")


@page(bp, f"{ONE}/label", "POST")
def label(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    found, name = _goal(visit, Label)
    if found is None:
        visit.toast("Choose a label, or type the name of a new one. A name is taken once.")
        return back_to(f"/contacts/{contact_id}")
    asked = ActionAsked("add_label", _only(contact_id), label=found)
    return _ask(visit, contact_id, asked, f"Labeled {name}.")


@page(bp, f"{ONE}/unlabel/<uuid:label_id>", "POST")
def unlabel(visit: Visit, contact_id: UUID, label_id: UUID) -> ResponseReturnValue:
    asked = ActionAsked("remove_label", _only(contact_id), label=label_id)
    return _ask(visit, contact_id, asked, "Label removed.")


@page(bp, f"{ONE}/dnc", "POST")
def put_on_dnc(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    """Say "added" only when nothing more can go out, or that a text may be under way."""
    contact = contact_of(visit, contact_id)
    body = SuppressionMade(contact.phone, SuppressionKind.DNC)
    reply = add_number(visit.call(), body, "the contact's page")
    carry_out(visit, reply)
    visit.audit("added to Do-Not-Contact", contact.phone)

    def tell() -> Response | None:
        final = (reply.after_commit() if reply.after_commit else None) or reply
        under_way = " A text that had left may still arrive." if final.status == 202 else ""  # noqa: PLR2004
        visit.toast(f"On Do-Not-Contact: nothing more is sent to this number.{under_way}")
        return None

    visit.after_commit(tell)
    return back_to(f"/contacts/{contact_id}")


@page(bp, f"{ONE}/delete", "POST")
def delete(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    contact = contact_of(visit, contact_id)
    name = f"{contact.first_name} {contact.last_name}".strip()
    reply = delete_contact(visit.call(), HowDeleted(), contact_id)
    job_id = _carried_out(visit, reply, f"{name} was deleted.")
    visit.audit("deleted a contact", name)
    return back_to(f"/contacts?job={job_id}")


@page(bp, f"{ONE}/wipe", "POST")
def wipe(visit: Visit, contact_id: UUID) -> ResponseReturnValue:
    """A person asked for it: the suppression and the proof of consent stay, nothing else."""
    visit.owner_only()
    reply = delete_contact(visit.call(), HowDeleted(wipe=True), contact_id)
    carry_out(visit, reply)
    visit.audit("wiped a person", str(contact_id))
    visit.toast("The person is being wiped. This cannot be undone.")
    return back_to("/contacts")


def _only(contact_id: UUID) -> Selection:
    return Selection(ids=[str(contact_id)])


def _ask(visit: Visit, contact_id: UUID, asked: ActionAsked, words: str) -> ResponseReturnValue:
    """Ask for what /api/v1/actions does, for this one contact."""
    contact_of(visit, contact_id)
    job_id = _carried_out(visit, ask_for_action(visit.call(), asked), words)
    visit.audit(asked.kind.replace("_", " "), str(contact_id))
    return back_to(f"/contacts/{contact_id}?job={job_id}")


def _carried_out(visit: Visit, reply: Reply, words: str) -> UUID:
    if not isinstance(reply.shape, JobAsked):
        raise TypeError("an action answers with its job")
    carry_out(visit, reply)
    job_id = reply.shape.job.id
    visit.toast(words, undo=f"/activity/jobs/{job_id}/undo")
    return job_id


def _goal(visit: Visit, kind: type[Group | Label]) -> tuple[UUID | None, str]:
    """Return the group or label that was chosen, or made by its new name; None: neither."""
    name = request.form.get("new", "").strip()
    if name:
        if len(name) > LONGEST_NAME or not name.isprintable():
            return None, name
        made = kind.make(visit.session, visit.account_id, name)
        return (made.id, made.name) if made is not None else (None, name)
    try:
        chosen = UUID(request.form.get("chosen", ""))
    except ValueError:
        return None, ""
    found = kind.of_account(visit.session, visit.account_id, chosen)
    if found is None:
        raise Problem(404, "not-found")
    return found.id, found.name
