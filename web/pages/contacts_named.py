"""What groups and labels share on their pages: make, rename, delete; a name is taken once."""

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from models.groups import Group, Label
from web.api.named import make, remove, rename
from web.pages.rendering import back_to
from web.pages.visit import Visit
from web.problems import Problem

LONGEST_NAME = 200


@dataclass(frozen=True)
class Noun:
    """Groups, or labels: what they are called and where their page is."""

    kind: type[Group | Label]
    word: str
    path: str


def make_one(visit: Visit, noun: Noun) -> str:
    """Make one with the name that the form has; return what is wrong with it, if anything."""
    name = _name()
    if not name:
        return "Give it a name."
    try:
        make(visit.call(), name, noun.kind, noun.path)
    except Problem as problem:
        return _taken(problem, noun)
    visit.audit(f"made a {noun.word}", name)
    visit.toast(f"Made “{name}”.")
    return ""


def rename_one(visit: Visit, noun: Noun, wanted: UUID, back: str) -> ResponseReturnValue:
    """Give it another name and return to *back*. A taken name is said in a toast."""
    name = _name()
    error = "Give it a name."
    if name:
        try:
            error = ""
            rename(visit.call(), wanted, name, noun.kind)
        except Problem as problem:
            error = _taken(problem, noun)
    if error:
        visit.toast(error)
        return back_to(back)
    visit.audit(f"renamed a {noun.word}", name)
    visit.toast(f"Now called “{name}”.")
    return back_to(back)


def delete_one(visit: Visit, noun: Noun, wanted: UUID) -> ResponseReturnValue:
    """Delete it; its people stay contacts, and nobody returns to the opt-in queue by it."""
    found = noun.kind.of_account(visit.session, visit.account_id, wanted)
    if found is None:
        raise Problem(404, "not-found")
    name = found.name
    remove(visit.call(), wanted, noun.kind)
    visit.audit(f"deleted a {noun.word}", name)
    visit.toast(f"Deleted the {noun.word} “{name}”.")
    return back_to(noun.path)


def _name() -> str:
    return " ".join(request.form.get("name", "").split())[:LONGEST_NAME]


def _taken(problem: Problem, noun: Noun) -> str:
    if problem.code != "name-taken":
        raise problem
    return f"There is a {noun.word} of that name already."
