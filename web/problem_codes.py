"""Every error code of the service: what happened, and what the caller may do next.

web/problems.py puts the title into each answer, web/problem_pages.py shows both on
/docs/errors/<code>. A code that is not listed here cannot be raised.
"""

from web.lead_codes import LEAD_CODES, Meaning

CODES = {
    # 400: the request cannot be read
    "bad-request": Meaning(
        "The request could not be understood.",
        "Check how the request is put together; sending the same one again will not help.",
    ),
    "bad-host": Meaning(
        "The request was sent to a host name that is not ours.",
        "Use the address exactly as it is shown, with one Host header.",
    ),
    "incomplete": Meaning(
        "The request ended before all of it had arrived.",
        "Send it again in full; nothing of it was taken.",
    ),
    "unreadable": Meaning(
        "The body of the request could not be read.",
        "Send one valid JSON object, or form fields, encoded as UTF-8.",
    ),
    # 401, 403: who is asking
    "unauthenticated": Meaning(
        "A valid API key is missing.",
        "Send 'Authorization: Bearer <api key>' with a key that has not been removed.",
    ),
    "bad-signature": Meaning(
        "The signature of the request is missing or wrong.",
        "Sign the raw body with the current secret; check the clock of the sending machine.",
    ),
    "owner-only": Meaning(
        "Only an owner of the account may do this.",
        "Ask an owner, or use the API key of one.",
    ),
    "form-expired": Meaning(
        "This form is too old, or was not sent by a page of ours.",
        "Reload the page, then send the form again.",
    ),
    "forbidden": Meaning(
        "This is not allowed.",
        "Ask an owner of the account whether you should be able to do this.",
    ),
    # 404, 405, 410: the address
    "not-found": Meaning(
        "There is nothing at this address.",
        "Copy the address again; every letter counts, and so does a slash at the end.",
    ),
    "invitation-over": Meaning(
        "This invitation was used, withdrawn, or is too old.",
        "Ask whoever sent you the link for a new one.",
    ),
    "method-not-allowed": Meaning(
        "This address does not take that kind of request.",
        "Use one of the methods in the answer's Allow header; leads are sent with POST.",
    ),
    "url-replaced": Meaning(
        "This endpoint URL was replaced or deleted.",
        "Copy the current endpoint URL from the dashboard into the form tool.",
    ),
    "url-paused": Meaning(
        "This integration is paused.",
        "Turn the integration on in the dashboard, then send the lead again.",
    ),
    # 408 to 417, 431, 501: how the request travels
    "body-too-slow": Meaning(
        "The body of the request arrived too slowly.",
        "Send it again; a request has ten seconds to arrive in full.",
    ),
    "length-required": Meaning(
        "The length of the form is missing.",
        "Send the form with a Content-Length header, not in chunks.",
    ),
    "too-large": Meaning(
        "The request is too large.",
        "Send less: a lead may have at most 65,536 bytes.",
    ),
    "uri-too-long": Meaning(
        "The address of the request is too long.",
        "Put the data into the body of the request, not into the address.",
    ),
    "headers-too-large": Meaning(
        "The request has too many or too long headers.",
        "Send at most 100 headers of at most 8,190 bytes each.",
    ),
    "encoded-body": Meaning(
        "The body of the request is compressed.",
        "Send it as it is, without a Content-Encoding header.",
    ),
    "unsupported-media-type": Meaning(
        "The format of the body is not one we read.",
        "Send JSON, an HTML form or multipart form data.",
    ),
    "expectation-failed": Meaning(
        "The Expect header asks for something we do not do.",
        "Leave the Expect header out, or send '100-continue'.",
    ),
    "transfer-coding": Meaning(
        "The request uses a transfer coding we do not know.",
        "Send the body with a Content-Length header, or in plain chunks.",
    ),
    # 422: readable, but not usable
    "invalid": Meaning(
        "Some of the data is missing or cannot be used.",
        "The 'errors' of the answer name every field and what is wrong with it.",
    ),
    "several-leads": Meaning(
        "The request holds more than one lead.",
        "Send one lead in each request; nothing of this one was taken.",
    ),
    "no-personal-data": Meaning(
        "The request holds no name and no phone number.",
        "Connect a tool that sends the answers of the form, not only a notice of them.",
    ),
    "key-reused": Meaning(
        "This Idempotency-Key was used before with other data.",
        "Use a new key for new data.",
    ),
    # 409: not in this state
    "last-owner": Meaning(
        "An account needs an owner.",
        "Make somebody else an owner first.",
    ),
    "conflict": Meaning(
        "This cannot be done in the present state.",
        "Read the current state first, then decide again.",
    ),
    "key-in-use": Meaning(
        "The first request with this Idempotency-Key is still under way.",
        "Send it again in a moment; it then gets the answer of the first.",
    ),
    "number-exists": Meaning(
        "The account has this phone number already.",
        "Look at the list of phone numbers; nothing has to be added.",
    ),
    "integration-exists": Meaning(
        "The account has an integration already.",
        "Change the one that is there, or delete it first.",
    ),
    "no-approved-number": Meaning(
        "The account has no approved phone number.",
        "Have a phone number approved, then turn the integration on.",
    ),
    "last-approved-number": Meaning(
        "This is the last approved number of an active integration.",
        "Pause the integration or have another number approved first.",
    ),
    "count-changed": Meaning(
        "The number of matching contacts has changed.",
        "Look at the list again, then repeat the action with the new number.",
    ),
    "too-late": Meaning(
        "The time for undoing this is over.",
        "Do the opposite by hand; an action can be undone for ten minutes.",
    ),
    "already-undone": Meaning(
        "This was undone before.", "There is nothing left to do; look at the job of the undo."
    ),
    "only-the-person": Meaning(
        "Only the person can lift this.",
        "Ask the person to text START to your number.",
    ),
    "may-have-been-sent": Meaning(
        "The text may have been sent already.",
        "Wait until its fate is known; then it can be retried.",
    ),
    "not-held": Meaning(
        "This lead is not waiting for a decision.", "Read the lead again to see where it ended."
    ),
    "no-permitted-hour": Meaning(
        "No hour is permitted at every place where the person may be.",
        "Discard the lead, or call the person; no text goes while quiet hours are kept.",
    ),
    "replayed": Meaning(
        "This rejection was replayed before.", "Look at the lead that it has become."
    ),
    "name-taken": Meaning("This name is in use already.", "Choose another name."),
    "in-opt-in-queue": Meaning(
        "Some of the contacts are still in the opt-in queue.",
        "Move them to a group first; nothing was added.",
    ),
    "suppressed": Meaning(
        "Some of the contacts must not be texted.",
        "Leave the named contacts out; nothing was added.",
    ),
    "not-in-group": Meaning(
        "Some of the contacts are in none of the campaign's groups.",
        "Move them to one of its groups first; nothing was added.",
    ),
    # 429, 5xx: later
    "rate-limited": Meaning(
        "There were too many requests.",
        "Wait as many seconds as the Retry-After header says, then send it again.",
    ),
    "unavailable": Meaning(
        "The service cannot take this right now.",
        "Nothing was taken. Send it again after the seconds in the Retry-After header.",
    ),
    "internal-error": Meaning(
        "Something went wrong on our side.",
        "Send it again later; if it keeps happening, report the answer's 'instance'.",
    ),
} | LEAD_CODES
