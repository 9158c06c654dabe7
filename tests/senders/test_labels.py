"""Labels of other tools and other languages, and those that only look like one."""

import pytest

from senders.names import role_of, squeezed

LABELS = {
    "phone": [
        *("contact_no", "Contact No", "Phone__c", "Phone number (we will text you)"),
        *("Phone or mobile number", "Número de contacto", "telefoonnummer", "Numer telefonu"),
        *(
            "Puhelinnumero",
            "\u96fb\u8a71\u756a\u53f7",
            "\u7535\u8bdd",
            "\uc804\ud654\ubc88\ud638",
        ),
        *("Телефон", "Номер телефона", "Номер телефону", "Τηλέφωνο"),
        *("رقم الهاتف", "טלפון"),
    ],
    "other_phone": ["billing_phone", "user_phone"],
    "mobile": [
        *("Cell/Mobile", "mob", "Número celular", "Telefon (mobil)", "Telefon komórkowy"),
        *("Matkapuhelin", "\u643a\u5e2f\u96fb\u8a71", "\u624b\u673a", "\ud734\ub300\ud3f0"),
        *("Мобильный телефон", "Κινητό", "رقم الجوال", "טלפון נייד"),
    ],
    "first_name": [
        *("billing_first_name", "user_first_name", "FirstName__c", "Voornaam", "Fornavn"),
        *("Förnamn", "Etunimi", "Imię", "\u540d", "الاسم الأول", "שם פרטי"),
    ],
    "last_name": [
        *("Apellido paterno", "Surname/Family name", "Achternaam", "Etternavn", "Efternamn"),
        *("Sukunimi", "Nazwisko", "\u59d3", "Фамилия", "Прізвище"),
        *("\uc131", "Επώνυμο", "اسم العائلة", "שם משפחה"),
    ],
    "full_name": [
        *("Nombre de contacto", "Name, Vorname", "Volledige naam", "Fullt navn", "Nimi"),
        *(
            "Imię i nazwisko",
            "\u6c0f\u540d",
            "\u59d3\u540d",
            "\uc774\ub984",
            "имя",
            "Ім\u2019я",
        ),
        *("ФИО", "Ονοματεπώνυμο", "الاسم الكامل", "שם מלא"),
    ],
    None: [
        *("mobile_app", "is_mobile", "is_first", "has_phone", "preferred_name", "mobile app"),
        *("display_name", "phone_type", "user_name", "username", "owner_phone", "agent_name"),
        *("company_phone", "company_name", "Apellido materno", "user_id", "\u30e1\u30e2"),
    ],
}
CASES = [(label, role) for role, labels in LABELS.items() for label in labels]


@pytest.mark.parametrize(("label", "role"), CASES)
def test_label_of_another_tool_or_language_means_what_its_reader_understands(label, role):
    assert role_of(label) == role


def test_labels_of_other_scripts_are_not_all_the_same_label():
    assert squeezed("\u59d3") != squeezed("\u540d")
