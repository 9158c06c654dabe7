"""Wiping a person at their request: an owner's word, done by a job that cannot be undone."""

from models.contacts import Contact
from models.suppressions import lock_suppressions
from models.wipe import KIND, hide
from web.api.auth import Call
from web.api.jobs import asked, make_job
from web.api.replies import Reply


def wipe_contact(call: Call, contact: Contact) -> Reply:
    """Take the person out of every list now; the job does the rest.

    Raises Problem(403) unless an owner calls.
    """
    call.owner_only()
    lock_suppressions(call.session, call.account_id, exclusive=True)  # no claim is under way
    job = make_job(call, KIND, {"contact_id": str(contact.id)}, 1)
    hide(call.session, contact, job)
    return asked(call, job)
