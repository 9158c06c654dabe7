"""A list of numbers to suppress, pasted or as a file: rule 23, with a dry run before."""

from io import BytesIO

from sqlalchemy import select

from models import Contact, Suppression, transaction
from tests.web.api import conftest as people
from tests.web.pages.conftest import said
from workers.admin import run_job

#: Fixtures of the API's tests.
make_contact, make_lead = people.make_contact, people.make_lead

HERE = "/contacts/suppressed/list"


def bring(person, **fields):
    """Send the form, have the worker do the job, and return the page that tells of it."""
    answer = person.post(HERE, fields, content_type="multipart/form-data")
    assert answer.status_code == 303, said(answer)
    for _ in range(5):
        run_job(answer.headers["Location"].rpartition("/")[2])
    return person.get(answer.headers["Location"])


def numbers():
    with transaction() as session:
        found = session.scalars(select(Suppression).order_by(Suppression.phone))
        return [(each.phone, each.kind.value, each.reason) for each in found]


def test_rule_23_pasted_numbers_are_suppressed_and_say_what_happened(owner, make_contact):
    contact = make_contact(owner.account_id, phone="+12025550142")

    page = bring(
        owner, numbers="(202) 555-0142\n+12025550143, told us by mail\nnobody", reason="asked"
    )

    assert numbers() == [
        ("+12025550142", "dnc", "asked"),
        ("+12025550143", "dnc", "told us by mail"),
    ]
    words = said(page)
    assert "2 suppressed" in words
    assert "1 person left the opt-in queue" in words
    assert "line 3" in words
    with transaction() as session:
        assert session.get_one(Contact, contact.id).queued_at is None


def test_dry_run_tells_and_changes_nothing(owner, make_contact):
    make_contact(owner.account_id, phone="+12025550142")

    page = bring(owner, numbers="+12025550142\n+12025550143", dry_run="1")

    words = said(page)
    assert "Dry run: nothing was changed." in words
    assert "2 numbers; 0 are on this list already" in words
    assert "1 person in the opt-in queue would leave it" in words
    assert numbers() == []


def test_file_is_taken_before_what_was_pasted(owner):
    file = (BytesIO(b"phone,reason\n+12025550144,from the file\n"), "list.csv")

    bring(owner, numbers="+12025550142", file=file)

    assert numbers() == [("+12025550144", "dnc", "from the file")]


def test_nothing_to_add_is_said(owner):
    answer = owner.post(HERE, {"numbers": "  "})

    assert answer.status_code == 422
    assert "Paste numbers, or choose a file" in said(answer)


def test_dry_run_is_what_the_form_begins_with(owner):
    answer = owner.get(HERE)

    assert 'name="dry_run" value="1" checked' in answer.text


def test_rule_23_only_owners_import_compliance_lists(member):
    answer = member.post(HERE, {"numbers": "+12025550142", "kind": "compliance"})

    assert answer.status_code == 422
    assert numbers() == []


def test_rule_30_list_of_another_account_does_not_exist(owner, stranger):
    answer = owner.post(HERE, {"numbers": "+12025550142", "dry_run": "1"})
    address = answer.headers["Location"]

    answers = [stranger.get(address), stranger.get(f"{address}/progress")]

    assert {each.status_code for each in answers} == {404}
