"""The pages of the integration, by Flask's client: what they say, save and refuse."""

import html
import json

import pytest
from sqlalchemy import select

from models import AuditEntry, Integration, PhoneNumber, PhoneNumberStatus, transaction
from tests.web.pages.conftest import said
from web.pages import integration_checks
from workers.twilio import TwilioUnavailable

TEMPLATE = "{brand}: hi {first_name}. Reply HELP for help, STOP to opt out."


@pytest.fixture
def number(owner):
    """Give the owner's account an approved number."""
    with transaction() as session:
        session.add(
            PhoneNumber(
                account_id=owner.account_id,
                number="+12025550100",
                status=PhoneNumberStatus.APPROVED,
            )
        )


@pytest.fixture
def added(owner, number):
    """Have the owner add an integration; it is on, as there is a number."""
    answer = owner.post("/integrations/add", {"name": "Spring form", "brand": "Example Co"})
    assert answer.status_code == 303
    return owner


def integration():
    with transaction() as session:
        return session.scalar(select(Integration).where(Integration.deleted_at.is_(None)))


def audited():
    with transaction() as session:
        return [each.verb for each in session.scalars(select(AuditEntry).order_by("id"))]


def settings(**changed):
    """All fields of the form, as a browser sends them."""
    return {
        "name": "Spring form",
        "brand": "Example Co",
        "compliance_message": TEMPLATE,
        "default_region": "US",
        "allowed_countries": "US",
        "phone_number_id": str(integration().phone_number_id or ""),
        "duplicate_window_hours": "24",
        "quiet_hours": "off",
        "rate_limit": "",
        "lookup": "1",
    } | changed


def test_rule_1_one_can_be_added_only_while_there_is_none(owner, number):
    before = owner.get("/integrations")
    added = owner.post("/integrations/add", {"name": "Spring form", "brand": "Example Co"})
    after = owner.get("/integrations")
    again = owner.post("/integrations/add", {"name": "Another", "brand": "Example Co"})

    assert "+ Add opt-in API" in before.text
    assert added.headers["Location"] == "/integrations/edit"
    assert "+ Add opt-in API" not in after.text
    assert (again.status_code, again.headers["Location"]) == (303, "/integrations")
    assert integration().name == "Spring form"
    assert owner.get("/integrations/add").status_code == 303


def test_what_cannot_be_added_is_said_beside_its_field(owner):
    answer = owner.post("/integrations/add", {"name": " ", "brand": "Example Co"})

    assert answer.status_code == 422
    assert "Fill this in, on one line." in said(answer)
    assert 'value="Example Co"' in answer.text


def test_rule_2_it_is_listed_with_a_switch_edit_and_delete(added):
    page = added.get("/integrations").text

    assert "My integrations" in page
    assert "Spring form" in page
    assert 'role="switch"' in page
    assert 'href="/integrations/edit"' in page
    assert 'data-opens="delete"' in page


def test_rule_3_off_keeps_everything_and_says_what_follows(added):
    page = said(added.get("/integrations"))

    added.post("/integrations/deactivate")

    assert "answered 423" in page
    assert "Deactivate" in page
    assert integration().status == "paused"
    assert "Off." in said(added.get("/integrations"))


def test_rule_4_on_is_refused_with_the_reason_without_an_approved_number(owner):
    owner.post("/integrations/add", {"name": "Spring form", "brand": "Example Co"})

    plain = owner.post("/integrations/activate")
    live = owner.post("/integrations/activate", headers={"HX-Request": "true"})

    assert plain.status_code == 409
    assert "approved" in said(plain)
    assert live.json["code"] == "no-approved-number"
    assert integration().status == "paused"


def test_on_answers_a_script_with_the_list_as_it_is_now(added):
    added.post("/integrations/deactivate")

    answer = added.post("/integrations/activate", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="integrations"')
    assert "is on: leads are taken" in answer.text
    assert integration().status == "active"


def test_rule_5_a_new_url_is_shown_and_the_old_one_is_dead(added, client):
    before = endpoint(added)

    answer = added.post("/integrations/regenerate-url")
    after = endpoint(added, answer.headers["Location"])

    assert after != before
    assert client.post(before, json={}).status_code == 410
    assert client.post(after, json={}).status_code == 422
    hits = added.get("/integrations/retired-hits")
    assert "The old URL was used 1 time since" in said(hits)


def endpoint(person, path="/integrations"):
    """The path of the URL that a page shows."""
    page = person.get(path).text
    url = page.partition('<code id="endpoint-url">')[2].partition("</code>")[0]
    return html.unescape(url).removeprefix("http://127.0.0.1:8000")


def test_rule_6_deleting_is_for_good_and_a_new_one_can_be_added(added, client):
    url = endpoint(added)

    added.post("/integrations/delete")

    assert client.post(url, json={}).status_code == 410
    assert "+ Add opt-in API" in added.get("/integrations").text
    assert added.get("/integrations/edit").status_code == 404


def test_every_change_is_audited(added):
    for verb in ("deactivate", "activate", "regenerate-url"):
        added.post(f"/integrations/{verb}")
    added.post("/integrations/edit", settings(name="Summer form"))
    added.post("/integrations/delete")

    assert audited()[-6:] == [
        "added the integration",
        "turned the integration off",
        "turned the integration on",
        "regenerated the endpoint URL",
        "changed the integration",
        "deleted the integration",
    ]


def test_settings_are_saved_as_they_are_typed(added):
    typed = settings(
        brand="Example Shop",
        allowed_countries="us, CA",
        duplicate_window_hours="0",
        quiet_hours="defer",
        rate_limit="60",
        compliance_message=TEMPLATE + "\r\nThanks!",
    )
    del typed["lookup"]

    answer = added.post("/integrations/edit", typed)

    saved = integration()
    assert answer.status_code == 303
    assert (saved.brand, saved.allowed_countries) == ("Example Shop", ["US", "CA"])
    assert (saved.duplicate_window_hours, saved.quiet_hours) == (0, "defer")
    assert (saved.rate_limit, saved.lookup) == (60, False)
    assert saved.compliance_message == TEMPLATE + "\nThanks!"
    assert "Example Shop" in added.get("/integrations/edit").text


def test_rule_11_template_without_stop_is_not_saved_and_what_was_typed_stays(added):
    message = "{brand}: welcome, {first_name}. Reply HELP for help. Rates may apply."

    answer = added.post(
        "/integrations/edit", settings(compliance_message=message, default_region="XX")
    )

    words = said(answer)
    assert answer.status_code == 422
    assert "Say how to opt out: the word STOP" in words
    assert "two letters" in words
    assert message in html.unescape(answer.text)
    assert integration().compliance_message != message


def test_preview_counts_segments_and_warns_of_letters_that_cost_more(added):
    answer = added.post(
        "/integrations/preview", settings(compliance_message=TEMPLATE + " Voilà ✓")
    )

    words = said(answer)
    assert "Example Co: hi Jane. Reply HELP" in words
    assert "1 segment" in words or "2 segments" in words
    assert "UCS-2" in words


@pytest.fixture
def twilio(monkeypatch):
    """Say where Twilio sends texts; None: it knows no such number."""
    integration_checks.KNOWN.clear()  # what the test before was told
    asked = []

    def twilio(answer):
        def inbound_url(number):
            asked.append(number)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(integration_checks, "inbound_url", inbound_url)
        return asked

    return twilio


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("http://127.0.0.1:8000/twilio/inbound", "STOP is heard"),
        ("https://elsewhere.example.com/sms", "to https://elsewhere.example.com/sms"),
        ("", "nowhere"),
        (None, "knows no number"),
        (TwilioUnavailable("500"), "does not answer"),
    ],
)
def test_check_list_tells_where_replies_go(added, twilio, answer, words):
    twilio(answer)

    shown = added.get("/integrations/inbound-url", headers={"HX-Request": "true"})

    assert words in said(shown)
    assert shown.text.strip().startswith('<li id="inbound"')


def test_without_a_script_the_list_shows_what_twilio_said(added, twilio):
    twilio("http://127.0.0.1:8000/twilio/inbound")

    before = said(added.get("/integrations"))
    answer = added.get("/integrations/inbound-url")
    after = said(added.get("/integrations"))

    assert "Ask Twilio" in before
    assert (answer.status_code, answer.headers["Location"]) == (303, "/integrations")
    assert "STOP is heard" in after


def test_twilio_is_asked_once_a_minute(added, twilio):
    asked = twilio("http://127.0.0.1:8000/twilio/inbound")

    for _ in range(3):
        added.get("/integrations/inbound-url")

    assert asked == ["+12025550100"]


def test_simulated_twilio_sends_replies_to_itself(added, simulator):
    integration_checks.KNOWN.clear()

    shown = added.get("/integrations/inbound-url", headers={"HX-Request": "true"})

    assert "Set its inbound URL to http://127.0.0.1:8000/twilio/inbound" in said(shown)


def test_test_lead_goes_the_way_of_every_lead(added, simulator):
    fields = {"first_name": "Ana", "last_name": "Lee", "phone": "(202) 555-0142"}

    answer = added.post("/integrations/test-lead", fields)
    page = added.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert "as Ana Lee, +12025550142" in said(page)
    assert "data-poll" in page.text
    again = added.post("/integrations/test-lead", fields)
    assert "it gets no second" in said(added.get(again.headers["Location"]))


def test_test_lead_that_cannot_be_one_says_why(added):
    fields = {"first_name": "Ana", "last_name": "Lee", "phone": "12345"}

    answer = added.post("/integrations/test-lead", fields)

    assert answer.status_code == 422


def test_mapping_is_tried_on_the_last_bodies_before_it_counts(added, client):
    body = {"q1": "Ana", "q2": "Lee", "q3": "202 555 0142"}
    assert client.post(endpoint(added), json=body).status_code == 422
    mapping = {"first_name": "q1", "last_name": "q2", "phone": "q3"}

    before = said(added.get("/integrations/mapping"))
    tried = added.post("/integrations/mapping", mapping, headers={"HX-Request": "true"})
    untouched = integration().field_mapping
    added.post("/integrations/mapping", mapping)

    assert "refused" in before
    assert "q3" in before
    assert "Ana" in said(tried)
    assert "refused" not in said(tried)
    assert untouched is None
    assert integration().field_mapping == mapping
    assert client.post(endpoint(added), json=body).status_code == 202


def test_signing_secret_is_shown_once_and_makes_signing_needed(added, client):
    made = added.post("/integrations/signing")
    later = added.get("/integrations/signing")

    assert "whsec_" in made.text
    assert "whsec_" not in later.text
    assert client.post(endpoint(added), json={}).status_code == 401
    secret_id = later.text.partition("/integrations/signing/")[2].partition("/")[0]
    added.post(f"/integrations/signing/{secret_id}/remove")
    assert "nothing has to be signed" in said(added.get("/integrations/signing"))


def test_member_sees_secrets_and_makes_none(added, member):
    assert "Owners make and remove them" in said(member.get("/integrations/signing"))
    assert member.post("/integrations/signing").status_code == 403


PATHS = [
    ("GET", "/integrations/edit"),
    ("GET", "/integrations/mapping"),
    ("GET", "/integrations/signing"),
    ("GET", "/integrations/new-url"),
    ("GET", "/integrations/inbound-url"),
    ("POST", "/integrations/activate"),
    ("POST", "/integrations/deactivate"),
    ("POST", "/integrations/delete"),
    ("POST", "/integrations/regenerate-url"),
    ("POST", "/integrations/test-lead"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_another_account_s_integration_is_not_there(added, stranger, method, path):
    answer = stranger.get(path) if method == "GET" else stranger.post(path)

    assert answer.status_code == 404
    assert "Spring form" not in stranger.get("/integrations").text
    assert integration().status == "active"


def test_test_lead_of_another_account_is_not_there(added, stranger, simulator):
    fields = {"first_name": "Ana", "last_name": "Lee", "phone": "(202) 555-0142"}
    location = added.post("/integrations/test-lead", fields).headers["Location"]

    assert stranger.get(location).status_code == 404


def test_regenerating_says_what_each_tool_that_sent_will_do(added, client):
    lead = {"first_name": "Ana", "last_name": "Lee", "phone": "202 555 0142"}
    typeform = json.dumps(
        {
            "data": lead,
            "triggerType": "form_submission",
            "payload": {
                "name": "Contact",
                "id": "1",
                "data": {"First name": "Ana", "Last name": "Lee", "Phone": "202 555 0142"},
            },
        }
    )
    client.post(endpoint(added), data=typeform, content_type="application/json")

    words = said(added.get("/integrations/edit"))

    assert "Webflow" in words
    assert "1 of the latest leads" in words
