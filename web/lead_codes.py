"""The error codes of what senders post: what is wrong with a body, and how its sender mends it.

senders/ raises them; a test holds the two lists together. Part of web/problem_codes.py.
"""

from typing import NamedTuple


class Meaning(NamedTuple):
    title: str  # what happened, in one plain sentence
    advice: str  # what the caller may do next


LEAD_CODES = {
    # 400: the body cannot be read
    "empty-body": Meaning(
        "The request has no body.",
        "Send the lead's fields as JSON or as form fields with the POST.",
    ),
    "invalid-json": Meaning(
        "The body looks like JSON but is not valid JSON.",
        "Check quotes, commas and line breaks; a name with a quote in it needs escaping.",
    ),
    "invalid-form": Meaning(
        "The form fields could not be read.",
        "Send them URL-encoded as UTF-8, such as first_name=Jane&last_name=Doe.",
    ),
    "invalid-multipart": Meaning(
        "The multipart form could not be read.",
        "Check its boundary and that all of it was sent.",
    ),
    "invalid-xml": Meaning(
        "The body looks like XML but is not valid XML.",
        "Send one well-formed document without a DOCTYPE.",
    ),
    "invalid-encoding": Meaning(
        "The body is not valid UTF-8.", "Set your tool to send text as UTF-8."
    ),
    "too-deep": Meaning(
        "The body is nested too deeply.", "Send the lead's fields at the top of the document."
    ),
    # 413, 415
    "too-many-fields": Meaning(
        "The body has more fields than a lead can have.", "Send only the fields of one lead."
    ),
    "not-a-lead-format": Meaning(
        "The body is of a kind that leads do not come in.",
        "Send JSON, form fields, multipart or XML.",
    ),
    "charset": Meaning(
        "The body is in an encoding that is not taken.", "Set your tool to send text as UTF-8."
    ),
    # 422: readable, but not a lead that can be used
    "not-a-lead": Meaning(
        "The body holds no fields.",
        "Send an object with first name, last name and phone number.",
    ),
    "unusable": Meaning(
        "Some fields cannot be used.", "Look at each of the errors listed in this answer."
    ),
    "missing": Meaning(
        "A required field is missing.",
        "Map first name, last name and phone number in your form tool.",
    ),
    "ambiguous": Meaning(
        "A field was sent twice with different values.", "Send each field once."
    ),
    "control": Meaning(
        "A field holds characters that cannot be stored.", "Remove control characters from it."
    ),
    "too-long": Meaning(
        "A field is longer than it can be.", "Check that the right field is mapped."
    ),
    "extension": Meaning(
        "The phone number has an extension.", "Send a number that can be texted directly."
    ),
    "country": Meaning(
        "The phone number is of a country that is not texted.",
        "Ask the account's owner which countries are allowed.",
    ),
    "premium": Meaning("The phone number is a premium one.", "Send a person's own number."),
    "short-code": Meaning(
        "The phone number is a short code or an emergency number.",
        "Send a person's own number, with its area code.",
    ),
    "letters": Meaning("The phone number has letters in it.", "Send the number in digits."),
    "consent": Meaning(
        "The person's consent is missing.",
        "Send the consent field of the form; without it nobody is texted.",
    ),
}
