"""How the senders of the demo put a person on the wire: real formats, one function each."""

import json
import random
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dev.traffic.people import Person


class Body(NamedTuple):
    content_type: str
    content: bytes


def script(person: Person) -> Body:
    return _json(
        first_name=person.first_name, last_name=person.last_name, phone=person.typed_phone
    )


def zapier(person: Person) -> Body:
    return _json(
        **{"First Name": person.first_name, "Last Name": person.last_name},
        **{"Phone Number": person.typed_phone, "Email": person.email, "source": "Facebook"},
    )


def make(person: Person) -> Body:
    return _form(
        firstName=person.first_name,
        lastName=person.last_name,
        phoneNumber=person.typed_phone,
        email=person.email,
    )


def meta(person: Person) -> Body:
    answers = {
        "full_name": f"{person.first_name} {person.last_name}",
        "email": person.email,
        "phone_number": person.phone,
    }
    fields = [{"name": name, "values": [value]} for name, value in answers.items()]
    return _json(id=_digits(15), form_id=_digits(15), field_data=fields)


def typeform(person: Person) -> Body:
    answers = [
        _answer("first_name", "short_text", "text", person.first_name),
        _answer("last_name", "short_text", "text", person.last_name),
        _answer("phone_number", "phone_number", "phone_number", person.phone),
    ]
    response = {
        "form_id": "spring",
        "token": uuid.uuid4().hex,
        "answers": answers,
        "definition": {
            "id": "spring",
            "fields": [
                {"id": each["field"]["ref"], "type": each["field"]["type"], "title": title}
                for each, title in zip(
                    answers, ("First name", "Last name", "Phone number"), strict=True
                )
            ],
        },
    }
    return _json(event_id=uuid.uuid4().hex, event_type="form_response", form_response=response)


def wordpress(person: Person) -> Body:
    return _form(
        **{
            "your-name": f"{person.first_name} {person.last_name}",
            "tel-922": person.typed_phone,
        },
        **{"your-email": person.email, "_wpcf7": "5", "_wpcf7_version": "6.0"},
    )


def webflow(person: Person) -> Body:
    answers = {
        "First name": person.first_name,
        "Last name": person.last_name,
        "Phone": person.typed_phone,
    }
    payload = {"name": "Contact", "id": uuid.uuid4().hex[:24], "data": answers}
    return _json(triggerType="form_submission", payload=payload)


FORMS: tuple[Callable[[Person], Body], ...] = (
    script,
    zapier,
    zapier,
    make,
    meta,
    meta,
    typeform,
    wordpress,
    webflow,
)


def unusable(person: Person, chance: random.Random) -> Body:
    """What is refused: a field is missing, a number is none, the body is broken, and so on."""
    lead = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": person.typed_phone,
    }
    return chance.choice(
        (
            _json(**{name: value for name, value in lead.items() if name != "last_name"}),
            _json(**{name: value for name, value in lead.items() if name != "phone"}),
            _json(**lead | {"phone": "12345"}),
            _json(**lead | {"phone": "+1 416 555 0142"}),  # Canada: not an allowed country
            Body("application/json", b'{"first_name": "' + person.first_name.encode() + b'", '),
            Body("text/csv", b"first,last,phone\n"),
            Body("application/json", json.dumps([lead, lead]).encode()),
        )
    )


def _json(**fields: Any) -> Body:
    return Body("application/json", json.dumps(fields, ensure_ascii=False).encode())


def _form(**fields: str) -> Body:
    return Body("application/x-www-form-urlencoded", urlencode(fields).encode())


def _answer(ref: str, field_type: str, kind: str, value: str) -> dict[str, Any]:
    field = {"id": ref, "ref": ref, "type": field_type}
    return {"type": kind, kind: value, "field": field}


def _digits(count: int) -> str:
    return str(uuid.uuid4().int)[:count]
