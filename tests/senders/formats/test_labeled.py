"""Fields that describe themselves, and what a tool puts beside them."""

import json
from urllib.parse import quote, urlencode

import pytest

from senders import ParseSettings, TooLarge, Unusable, parse

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PHONE = "+12125550123"

#: As senders.md prints it: only one of the two fields has an id and a title.
ELEMENTOR = {
    "form[id]": "a1b2c3d",
    "form[name]": "Request an offer",
    "fields[name][id]": "name",
    "fields[name][type]": "text",
    "fields[name][title]": "Name",
    "fields[name][value]": "Jane Doe",
    "fields[name][raw_value]": "Jane Doe",
    "fields[name][required]": "1",
    "fields[tel][type]": "tel",
    "fields[tel][value]": "2125550123",
    "meta[remote_ip][value]": "203.0.113.9",
    "meta[user_agent][value]": "Mozilla/5.0",
    "meta[page_url][value]": "https://example.com/sell/",
}
BARE = {"fields[name][value]": "Jane Doe", "fields[tel][value]": "2125550123"}
FIELDS = [{"label": "Name", "value": "Jane Doe"}, {"label": "Phone", "value": "2125550123"}]


def read(tree, **settings):
    return parse(json.dumps(tree).encode(), JSON, ParseSettings(**settings))


def assert_jane(lead):
    assert (lead.first_name, lead.last_name, lead.phone) == ("Jane", "Doe", PHONE)


@pytest.mark.parametrize(
    "body",
    [
        urlencode(ELEMENTOR),
        urlencode(ELEMENTOR, safe="[]"),
        urlencode(ELEMENTOR, quote_via=quote),
    ],
)
def test_field_of_elementor_without_a_label_stands_under_one(body):
    lead = parse(body.encode(), FORM, ParseSettings())

    assert_jane(lead)
    assert lead.sender == "elementor"
    assert lead.extra == {
        "ip": "203.0.113.9",
        "user_agent": "Mozilla/5.0",
        "page_url": "https://example.com/sell/",
    }


def test_field_without_a_label_stands_under_one_in_json_too():
    fields = {"name": {"id": "name", "value": "Jane Doe"}, "tel": {"value": "2125550123"}}

    lead = read({"form": {"id": "a1", "name": "Request"}, "fields": fields})

    assert_jane(lead)
    assert lead.sender == "elementor"


def test_field_of_nothing_but_a_value_stands_under_its_label():
    assert_jane(parse(urlencode(BARE).encode(), FORM, ParseSettings()))


def test_label_of_a_field_counts_and_not_the_word_it_stands_under():
    fields = {
        "name": {"title": "Company", "value": "Acme Homes"},
        "who": {"title": "Your name", "value": "Jane Doe"},
        "tel": {"value": "2125550123"},
    }

    assert_jane(read({"fields": fields}))


def test_group_that_tells_of_a_person_is_no_field():
    group = {"first_name": "Sam", "last_name": "Agent", "value": 100}

    with pytest.raises(Unusable):
        read({"fields": {"phone": {"value": "2125550123"}, "owner": group}})


WPFORMS = {
    "entry_id": "55",
    "tcpaconsent": "yes",
    "xxTrustedFormCertUrl": "https://cert.example.com/1",
    "ip": "203.0.113.9",
    "fields": FIELDS,
}
TALLY = {
    "eventId": "e1",
    "eventType": "FORM_RESPONSE",
    "createdAt": "2026-02-01",
    "data": {"responseId": "r1", "submissionId": "s1", "formName": "Sell", "fields": FIELDS},
}
FILLOUT = {
    "formId": "f1",
    "submission": {"submissionId": "s1", "questions": FIELDS},
}
SQUARESPACE = {
    "id": "n1",
    "websiteId": "w1",
    "topic": "form.submit",
    "tcpa_consent": "yes",
    "data": {"fields": FIELDS, "ip": "203.0.113.9"},
}


@pytest.mark.parametrize(
    ("tree", "lead_id"),
    [(WPFORMS, "55"), (TALLY, "e1"), (FILLOUT, "s1"), (SQUARESPACE, "n1")],
)
def test_lead_is_known_by_the_id_beside_its_fields(tree, lead_id):
    lead = read(tree)

    assert_jane(lead)
    assert lead.sender_lead_id == lead_id


@pytest.mark.parametrize("tree", [WPFORMS, SQUARESPACE])
def test_consent_beside_the_fields_counts_and_is_kept(tree):
    lead = read(tree, consent_required=True)

    assert (lead.extra["consent"], lead.extra["ip"]) == ("yes", "203.0.113.9")


def test_what_proves_consent_is_kept_from_beside_the_fields():
    cert = read(WPFORMS).extra["trusted_form_cert_url"]

    assert cert == "https://cert.example.com/1"


def test_box_among_the_fields_counts_whatever_stands_beside_them():
    box = {"label": "Consent", "value": "no"}

    with pytest.raises(Unusable) as caught:
        read(WPFORMS | {"fields": [*FIELDS, box]}, consent_required=True)

    assert caught.value.code == "consent"


def test_name_number_and_place_beside_the_fields_are_not_the_persons():
    business = {"name": "Acme Realty", "phone": "2125550199", "state": "completed"}

    lead = read(business | {"fields": FIELDS})

    assert_jane(lead)
    assert "state" not in lead.extra


@pytest.mark.parametrize("node", [{"value": 1}, {"id": "a", "value": 1}])
def test_more_fields_than_a_lead_has_are_refused_however_they_are_written(node):
    nodes = {f"k{number}": node for number in range(401)}

    for fields in (nodes, [{"id": "a"} | node for node in nodes.values()]):
        with pytest.raises(TooLarge):
            read({"fields": fields})
