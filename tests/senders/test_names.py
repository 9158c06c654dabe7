"""What a label means, however people and tools write it."""

import pytest

from senders.names import role_of

LABELS = {
    "first_name": [
        "First Name",
        "firstName",
        "PRÉNOM",
        "txtFirstName",
        "Primeiro nome",
        "Vorname*",
    ],
    "last_name": [
        "Last Name",
        "¿Y tu apellido?",
        "Primer apellido",
        "Apelido",
        "Nom de famille",
    ],
    "full_name": [
        *("Your Name *", "What is your full name?", "Wie lautet dein Name?", "Nombres"),
        *("Qual é o seu nome completo?", "Nombre y apellidos", "Vor- und Nachname"),
    ],
    "phone": [
        *("Phone", "Tel.-Nr.", "Best phone number to reach you", "Telefone com DDD"),
        *("What's the best number to text you?", "Number to call", "Phone (SMS)"),
        *("Wie lautet deine Telefonnummer?", "Your Phone Number (required)"),
    ],
    "mobile": [
        *("Mobile", "Celular (WhatsApp)", "WhatsApp com DDD", "Mobiltelefonnummer", "Cel"),
        *("Handynummer", "Telefone celular", "Téléphone portable", "WhatsApp"),
    ],
    None: [
        "Number",
        "Account number",
        "Number of rooms",
        "Text",
        "App",
        "app_name",
        "SMS name",
        "",
        "Order no",
        "E",
    ],
}
CASES = [(label, role) for role, labels in LABELS.items() for label in labels]


@pytest.mark.parametrize(("label", "role"), CASES)
def test_label_means_what_a_person_would_understand(label, role):
    assert role_of(label) == role
