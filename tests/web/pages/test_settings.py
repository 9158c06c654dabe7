"""Account, own settings, password, phone numbers, API keys."""

import re

import pytest

from models import Account, Integration, Operator, PhoneNumber, PhoneNumberStatus, transaction
from senders.compliance import DEFAULT_TEMPLATE
from tests.web.pages.conftest import PASSWORD, Person, said

ACCOUNT = "/settings/account"
NUMBERS = "/settings/phone-numbers"
KEYS = "/settings/api-keys"
DOING_WITHOUT = [("status", {"status": "pending"}), ("delete", {})]


@pytest.fixture
def approved(owner):
    """The only approved number of the owner's active integration."""
    with transaction() as session:
        number = PhoneNumber(
            account_id=owner.account_id,
            number="+12025550142",
            status=PhoneNumberStatus.APPROVED,
        )
        session.add(number)
        session.flush()
        settings = {
            "name": "Opt-In API",
            "brand": "Example Co",
            "compliance_message": DEFAULT_TEMPLATE,
            "phone_number_id": number.id,
            "default_region": "US",
            "allowed_countries": ["US"],
        }
        assert Integration.make(session, owner.account_id, settings) is not None
        return number.id


def test_owner_changes_the_account(owner):
    sent = {"business": "Spring Fitness", "country": "DE", "time_zone": "Europe/Berlin"}

    answer = owner.post(ACCOUNT, sent)

    assert answer.status_code == 303
    with transaction() as session:
        account = session.get_one(Account, owner.account_id)
    assert (account.name, account.default_region) == ("Spring Fitness", "DE")
    assert account.time_zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "wrong", [{"business": ""}, {"country": "XX"}, {"time_zone": "Mars/North"}]
)
def test_mistake_in_the_account_changes_nothing(owner, wrong):
    sent = {"business": "X", "country": "DE", "time_zone": "Europe/Berlin"} | wrong

    answer = owner.post(ACCOUNT, sent)

    assert answer.status_code == 422
    with transaction() as session:
        assert session.get_one(Account, owner.account_id).default_region == "US"


def test_member_reads_the_account_and_does_not_change_it(member):
    sent = {"business": "X", "country": "DE", "time_zone": "Europe/Berlin"}

    assert member.post(ACCOUNT, sent).status_code == 403
    assert "Owners may change it" in said(member.get(ACCOUNT))


def test_times_are_shown_in_the_zone_of_the_operator(owner):
    owner.post(f"{ACCOUNT}/me", {"name": "Ana", "my_time_zone": "Pacific/Kiritimati"})

    page = owner.get("/settings/sign-ins").text

    assert re.search(r'<time datetime="[^"]+Z" title="[^"]+ \+14">', page)


def test_operator_changes_her_name_and_switches_keys_off(owner):
    owner.post(f"{ACCOUNT}/me", {"name": "Ana", "my_time_zone": ""})

    page = owner.get(ACCOUNT).text

    assert 'data-shortcuts="off"' in page
    with transaction() as session:
        operator = session.get_one(Operator, owner.operator_id)
    assert (operator.name, operator.time_zone) == ("Ana", None)


def test_new_password_signs_every_other_browser_out(app, owner):
    other = Person(app, owner.email)
    other.sign_in()
    sent = {"password": PASSWORD, "new_password": "quite another horse"}

    owner.post(f"{ACCOUNT}/password", sent)

    assert other.get(ACCOUNT).status_code == 303
    assert owner.get(ACCOUNT).status_code == 200
    assert Person(app, owner.email).sign_in().status_code == 401
    assert Person(app, owner.email).sign_in("quite another horse").status_code == 303


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"password": "wrong", "new_password": "quite another horse"}, "not your password"),
        ({"password": PASSWORD, "new_password": "short"}, "At least 12 characters"),
    ],
)
def test_password_stays_when_something_is_wrong(owner, sent, words):
    answer = owner.post(f"{ACCOUNT}/password", sent)

    assert answer.status_code == 422
    assert words in said(answer)
    assert owner.sign_in().status_code == 303


def test_guessing_the_password_at_an_unlocked_screen_is_limited(owner):
    sent = {"password": "wrong", "new_password": "quite another horse"}
    for _ in range(10):
        owner.post(f"{ACCOUNT}/password", sent)

    answer = owner.post(f"{ACCOUNT}/password", sent | {"password": PASSWORD})

    assert "too many tries" in said(answer)


def test_number_is_registered_by_a_member_and_approved_by_an_owner(owner, member):
    member.post(NUMBERS, {"number": "(202) 555-0143"})
    with transaction() as session:
        number = session.query(PhoneNumber).one()

    refused = member.post(f"{NUMBERS}/{number.id}/status", {"status": "approved"})
    answer = owner.post(f"{NUMBERS}/{number.id}/status", {"status": "approved"})

    assert (refused.status_code, answer.status_code) == (403, 303)
    with transaction() as session:
        assert session.query(PhoneNumber).one().status is PhoneNumberStatus.APPROVED
    assert "+12025550143 is approved now" in said(owner.get(NUMBERS))


@pytest.mark.parametrize("typed", ["", "12", "not a number", "+1 555"])
def test_what_is_no_number_is_told_beside_the_field(owner, typed):
    answer = owner.post(NUMBERS, {"number": typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_number_that_is_there_already_is_told(owner, approved):
    answer = owner.post(NUMBERS, {"number": "+12025550142"})

    assert answer.status_code == 422
    assert 'id="number-error"' in answer.text


@pytest.mark.parametrize(
    ("action", "fields"), [("status", {"status": "pending"}), ("delete", {})]
)
def test_rule_8_last_approved_number_of_an_active_integration_stays(
    owner, approved, action, fields
):
    answer = owner.post(f"{NUMBERS}/{approved}/{action}", fields)

    assert answer.status_code == 409
    assert "approved" in said(answer)
    with transaction() as session:
        number = session.get_one(PhoneNumber, approved)
    assert (number.status, number.deleted_at) == (PhoneNumberStatus.APPROVED, None)


@pytest.mark.parametrize(
    ("action", "fields"), [("status", {"status": "pending"}), ("delete", {})]
)
def test_rule_30_number_of_another_account_is_not_found(stranger, approved, action, fields):
    answer = stranger.post(f"{NUMBERS}/{approved}/{action}", fields)

    assert answer.status_code == 404
    assert "+12025550142" not in said(stranger.get(NUMBERS))


def made_key(owner):
    page = owner.post(KEYS, {"name": "script"}).text
    return re.search(r"oak_[\w-]+", page)[0]


def test_api_key_is_shown_once_and_works(owner):
    secret = made_key(owner)

    called = owner.client.get("/api/v1/folders", headers={"Authorization": f"Bearer {secret}"})

    assert called.status_code == 200
    assert secret not in owner.get(KEYS).text
    assert secret[-4:] in owner.get(KEYS).text


def test_removed_api_key_works_no_longer(owner):
    secret = made_key(owner)
    key_id = re.search(rf"{KEYS}/([0-9a-f-]+)/remove", owner.get(KEYS).text)[1]

    owner.post(f"{KEYS}/{key_id}/remove")

    called = owner.client.get("/api/v1/folders", headers={"Authorization": f"Bearer {secret}"})
    assert called.status_code == 401


def test_rule_30_api_keys_are_the_owners_own(owner, member, stranger):
    made_key(owner)
    key_id = re.search(rf"{KEYS}/([0-9a-f-]+)/remove", owner.get(KEYS).text)[1]

    assert member.get(KEYS).status_code == 403
    assert member.post(KEYS, {"name": "x"}).status_code == 403
    assert stranger.post(f"{KEYS}/{key_id}/remove").status_code == 404
    assert key_id not in stranger.get(KEYS).text
