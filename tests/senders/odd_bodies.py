"""Bodies as people set their tools up: other names, accents, nesting and order than usual.

Each is of one person whose number is +1 202 555 0142. name: (body, content type, first, last).
"""

import json

from tests.senders.odd_shapes import (
    ANA,
    FORM,
    HUBSPOT_ANA,
    JSON,
    MULTIPART,
    ODD_ANA,
    PHONE,
    TWO_PARTS,
    XML,
    ana,
    as_form,
    as_json,
    as_multipart,
    elementor,
    graph,
    graph_of_ana,
    jotform,
    next_id,
    typeform,
    typeform_of_ana,
)

BODIES = {
    "zapier-capitals": (
        b"FIRST+NAME=Zo%C3%AB&LAST+NAME=O%27Brien&PHONE+NUMBER=%28202%29+555-0142",
        *(FORM, "Zoë", "O'Brien"),
    ),
    "zapier-unflattened-twice": (
        as_json({"lead": {"name": {"first": "Zoë", "last": "Núñez"}, "phone": "202-555-0142"}}),
        *(JSON, "Zoë", "Núñez"),
    ),
    "zapier-array-around-data": ana(as_json([{"data": ANA}])),
    "zapier-data-is-a-list-of-one": ana(as_json({"data": [ANA]})),
    "xml-in-latin-1": (
        "<?xml version='1.0' encoding='ISO-8859-1'?><lead><nombre>José Peña</nombre>"
        "<telefono>2025550142</telefono></lead>".encode("latin-1"),
        *("text/xml", "José", "Peña"),
    ),
    "xml-in-attributes": ana(
        b'<lead first_name="Ana" last_name="Ruiz" phone="2025550142"/>', XML
    ),
    "xml-with-namespace-and-cdata": ana(
        b"<n:lead xmlns:n='x'><n:first-name><![CDATA[Ana]]></n:first-name>"
        b"<n:last-name>Ruiz</n:last-name><n:tel>202 555 0142</n:tel></n:lead>",
        None,
    ),
    "make-json-in-body": ana(as_json({"body": json.dumps(ANA)})),
    "make-json-encoded-twice": ana(as_json(json.dumps(ANA))),
    "make-form-called-json": ana(as_form(**ANA)),
    "make-mark-and-crlf": ana(
        b'\xef\xbb\xbf{\r\n"firstName":"Ana",\r\n"lastName":"Ruiz","phone":2025550142}\r\n',
        "text/plain",
    ),
    "meta-capitals": (
        as_json({"FULL_NAME": "ANA RUIZ", "PHONE_NUMBER": f"p:{PHONE}", "PLATFORM": "ig"}),
        *(JSON, "ANA", "RUIZ"),
    ),
    "meta-spanish-capitals": ana(
        as_json(graph(NOMBRE="Ana", APELLIDOS="Ruiz", TELÉFONO=PHONE))
    ),
    "meta-spanish-mobile": ana(
        as_json({"Nombre": "Ana", "Apellido": "Ruiz", "Teléfono móvil": PHONE})
    ),
    "meta-portuguese-of-brazil": (
        as_json({"Primeiro nome": "João", "Sobrenome": "Sá", "Celular (WhatsApp)": PHONE}),
        *(JSON, "João", "Sá"),
    ),
    "meta-portuguese-with-ddd": (
        as_json({"nome": "João", "sobrenome": "Sá", "Telefone com DDD": PHONE}),
        *(JSON, "João", "Sá"),
    ),
    "meta-portuguese-of-portugal": (
        as_json({"nome próprio": "João", "apelido": "Sá", "telemóvel": PHONE}),
        *(JSON, "João", "Sá"),
    ),
    "meta-french": (
        as_json({"Prénom": "Éloïse", "Nom": "Lefèvre", "Téléphone portable": PHONE}),
        *(JSON, "Éloïse", "Lefèvre"),
    ),
    "meta-german-capitals": (
        as_json({"VORNAME": "Jörg", "NACHNAME": "Groß", "MOBILTELEFONNUMMER": PHONE}),
        *(JSON, "Jörg", "Groß"),
    ),
    "meta-graph-in-data": ana(as_json({"data": graph_of_ana()})),
    "meta-graph-in-a-list-of-data": ana(
        as_json(
            {"data": [graph_of_ana()], "paging": {"cursors": {"before": "a", "after": "b"}}}
        )
    ),
    "meta-graph-in-an-array": ana(as_json([graph_of_ana()]), "text/plain"),
    "typeform-in-spanish": ana(
        as_json(
            typeform(
                ("¿Cuál es tu nombre?", "short_text", "Ana"),
                ("¿Y tu apellido?", "short_text", "Ruiz"),
                ("Tu número de celular", "phone_number", PHONE),
            )
        )
    ),
    "typeform-in-an-array": ana(as_json([typeform_of_ana()]), None),
    "typeform-in-payload": ana(as_json({"payload": typeform_of_ana()})),
    "jotform-counted-names": ana(
        jotform(
            q5_fullName5={"prefix": "Ms", "middle": "M", **TWO_PARTS},
            q6_phoneNumber6={"area": "202", "phone": "555-0142"},
        ),
        MULTIPART,
    ),
    "jotform-in-spanish": ana(
        jotform(q3_nombre3=TWO_PARTS, q4_telefono4={"full": "(202) 555-0142"}), None
    ),
    "jotform-flat-brackets": ana(
        as_multipart(
            formID="7",
            submissionID=next_id(),
            **{"q4_mobile[full]": "2025550142", "q3_x[first]": "", "q3_yourName[last]": "Ruiz"},
            **{"q3_yourName[first]": "Ana"},
        ),
        MULTIPART,
    ),
    "elementor-in-spanish": ana(
        elementor(Nombre="Ana", Apellidos="Ruiz", Teléfono="2025550142"), FORM
    ),
    "elementor-phone-without-a-title": ana(
        elementor(**{"Full_Name": "Ana Ruiz", "": "2025550142"}), FORM
    ),
    "contact-form-7-own-names": ana(
        as_form(
            **{"first-name": "Ana", "last-name": "Ruiz", "tel-772": "2025550142"}, _wpcf7=9
        ),
        FORM,
    ),
    "hubspot-mobile-only": ana(
        as_json({"vid": 5, "properties": HUBSPOT_ANA | {"mobilephone": {"value": PHONE}}})
    ),
    "unbounce-in-spanish": ana(
        as_form(**{"data.json": json.dumps({"nombre": ["Ana Ruiz"], "telefono": [PHONE]})}),
        None,
    ),
    "clickfunnels-other-order": ana(
        as_json({"event_type": "contact.created", "data": ANA, "event_id": "9"})
    ),
    "webflow-v2": ana(
        as_json(
            {
                "triggerType": "form_submission",
                "payload": {"name": "Contact Form", "data": ODD_ANA},
            }
        )
    ),
    "questions-and-answers": ana(
        as_json(
            {
                "answers": [
                    {"question": "Last name", "answer": "Ruiz"},
                    {"question": "First name", "answer": "Ana"},
                    {"question": "Best phone", "answer": "2025550142"},
                ]
            }
        )
    ),
    "names-and-values": ana(
        as_json({"form_fields": [{"name": name, "value": ANA[name]} for name in ANA]})
    ),
    "json-api": ana(
        as_json({"data": {"type": "lead", "id": "9", "attributes": ANA}}),
        "application/vnd.api+json",
    ),
    "payload-around-data": ana(as_json({"payload": {"data": ANA}})),
    "form-in-windows-1252": (
        b"nombre=Jos%E9&apellido=Pe%F1a&tel=2025550142",
        *(f"{FORM}; charset=windows-1252", "José", "Peña"),
    ),
    "form-in-utf-8-called-latin-1": (
        "nombre=José&apellido=Pe%C3%B1a&tel=2025550142".encode("latin-1"),
        *(f"{FORM}; charset=iso-8859-1", "José", "Peña"),
    ),
    "names-from-a-windows-form": ana(
        as_form(txtFirstName="Ana", txtLastName="Ruiz", txtPhone="2025550142"), FORM
    ),
    "plus-of-the-number-as-a-space": ana(
        b"phone=+12025550142&last_name=Ruiz&first_name=Ana", FORM
    ),
    "last-name-first": ana(as_json({"Name": "Ruiz, Ana", "Phone": "2025550142"}), None),
    "customer-of-a-shop": ana(
        as_json(
            {"customer": {"family_name": "Ruiz", "given_name": "Ana", "mobile_number": PHONE}}
        ),
        "application/octet-stream",
    ),
}
