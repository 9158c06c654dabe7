"""The shapes of senders, to be filled with the names somebody chose: see odd_bodies.py."""

import json
from itertools import count
from urllib.parse import urlencode

PHONE = "+12025550142"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=----XyZ"
XML = "application/xml"
ANA = {"first_name": "Ana", "last_name": "Ruiz", "phone": "(202) 555-0142"}


_ids = count(1)


def next_id():
    """No two bodies are of the same lead."""
    return f"id-{next(_ids)}"


def ana(body, content_type=JSON):
    return body, content_type, "Ana", "Ruiz"


def as_json(tree):
    return json.dumps(tree, ensure_ascii=False).encode()


def as_form(**fields):
    return urlencode(fields).encode()


def as_multipart(**fields):
    head = '------XyZ\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    parts = [head.format(name, value) for name, value in fields.items()]
    return ("".join(parts) + "------XyZ--\r\n").encode()


def typeform(*questions):
    """A finished form; each question is (title, type, value)."""
    fields, answers = [], []
    for number, (title, kind, value) in enumerate(questions):
        field = {"id": f"f{number}", "title": title, "type": kind, "ref": f"r{number}"}
        fields.append(field)
        told = "phone_number" if kind == "phone_number" else "text"
        answers.append({"type": told, told: value, "field": {"id": f"f{number}"}})
    response = {"token": next_id(), "definition": {"fields": fields}, "answers": answers}
    return {"event_id": next_id(), "event_type": "form_response", "form_response": response}


def elementor(**titles):
    fields = {"form[id]": "a1", "form[name]": "Request"}
    for number, (title, value) in enumerate(titles.items()):
        fields[f"fields[f{number}][title]"] = title.replace("_", " ")
        fields[f"fields[f{number}][type]"] = "tel" if value[0] == "2" else "text"
        fields[f"fields[f{number}][value]"] = value
    return urlencode(fields).encode()


def jotform(**questions):
    return as_multipart(formID="7", submissionID=next_id(), rawRequest=json.dumps(questions))


def graph(**fields):
    data = [{"name": name, "values": [value]} for name, value in fields.items()]
    return {
        "id": next_id(),
        "created_time": "2026-02-28T08:49:14+0000",
        "field_data": data,
    }


def graph_of_ana():
    return graph(full_name="Ana Ruiz", phone_number=PHONE)


def typeform_of_ana():
    return typeform(("Name", "short_text", "Ana Ruiz"), ("Cell", "phone_number", PHONE))


TWO_PARTS = {"first": "Ana", "last": "Ruiz"}
ODD_ANA = {"Full Name": "Ana Ruiz", "Phone number": PHONE}
HUBSPOT_ANA = {"firstname": {"value": "Ana"}, "lastname": {"value": "Ruiz"}}
