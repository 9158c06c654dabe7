"""Groups, labels and folders: names and counts. Rule 17, and what leaving a group means."""

from uuid import UUID, uuid4

import pytest

from models import (
    Contact,
    ContactLabel,
    Lead,
    LeadStatus,
    Membership,
    transaction,
)


@pytest.fixture
def make_contact(api):
    """A contact of the account, in the opt-in queue if asked, in groups and with labels."""

    numbers = iter(range(100, 200))

    def make(*, queued=False, groups=(), labels=()):
        phone = f"+12025550{next(numbers)}"
        with transaction() as session:
            lead = Lead(
                id=uuid4(),
                account_id=api.account_id,
                integration_id=uuid4(),
                token_id=uuid4(),
                key_kind="body",
                status=LeadStatus.JOINED,
                first_name="Jane",
                last_name="Doe",
                phone=phone,
                sender="json",
                notes=[],
                extra={},
            )
            session.add(lead)
            session.flush()
            contact = Contact(
                account_id=api.account_id,
                phone=phone,
                first_name="Jane",
                last_name="Doe",
                queue_lead_id=lead.id if queued else None,
                queued_at=lead.received_at if queued else None,
            )
            session.add(contact)
            session.flush()
            for group in groups:
                session.add(
                    Membership(
                        group_id=UUID(group), contact_id=contact.id, account_id=api.account_id
                    )
                )
            for label in labels:
                session.add(ContactLabel(label_id=UUID(label), contact_id=contact.id))
        return contact.id

    return make


def test_rule_17_empty_queue_is_a_folder_that_is_not_shown(api, make_contact):
    empty = api.get("/folders").json
    make_contact(queued=True)

    full = api.get("/folders").json

    assert empty == [
        {"id": "opt-in-queue", "name": "Opt-in queue", "count": 0, "visible": False}
    ]
    assert full[0]["count"] == 1
    assert full[0]["visible"] is True


def test_folders_list_groups_by_name_with_their_living_contacts(api, make_contact):

    spring = api.post("/groups", {"name": "spring"}).json["id"]
    autumn = api.post("/groups", {"name": "Autumn"}).json["id"]
    make_contact(groups=[spring, autumn])
    gone = make_contact(groups=[spring])
    with transaction() as session:
        session.get_one(Contact, gone).deleted_at = session.get_one(Contact, gone).first_seen_at

    folders = api.get("/folders").json[1:]

    assert folders == [
        {"id": f"group:{autumn}", "name": "Autumn", "count": 1, "visible": True},
        {"id": f"group:{spring}", "name": "spring", "count": 1, "visible": True},
    ]


def test_deleting_a_group_returns_nobody_to_the_queue(api, make_contact):

    group = api.post("/groups", {"name": "spring"}).json["id"]
    moved = make_contact(queued=True, groups=[group])

    answer = api.delete(f"/groups/{group}")

    assert answer.status_code == 204
    assert answer.data == b""
    with transaction() as session:
        contact = session.get_one(Contact, moved)
        assert (contact.group_count, contact.queued_at, contact.deleted_at) == (0, None, None)
    assert api.get("/groups").json["items"] == []
    assert api.delete(f"/groups/{group}").status_code == 404


@pytest.mark.parametrize("plural", ["groups", "labels"])
def test_renaming_keeps_names_apart(api, plural):
    first = api.post(f"/{plural}", {"name": "first"}).json["id"]
    api.post(f"/{plural}", {"name": "second"})

    to_taken = api.patch(f"/{plural}/{first}", {"name": "SECOND"})
    to_free = api.patch(f"/{plural}/{first}", {"name": " First "})

    assert (to_taken.status_code, to_taken.json["code"]) == (409, "name-taken")
    assert to_free.json == {"id": first, "name": "First", "count": 0}
    assert [item["name"] for item in api.get(f"/{plural}").json["items"]] == [
        "First",
        "second",
    ]


def test_label_counts_its_contacts_and_may_be_deleted(api, make_contact):
    hot = api.post("/labels", {"name": "hot"}).json["id"]
    make_contact(labels=[hot], queued=True)

    before = api.get("/labels").json["items"][0]["count"]
    answer = api.delete(f"/labels/{hot}")

    assert before == 1
    assert answer.status_code == 204
    assert api.get("/labels").json["items"] == []
    assert api.get("/folders").json[0]["count"] == 1


@pytest.mark.parametrize("plural", ["groups", "labels"])
def test_another_accounts_names_are_free_and_its_rows_unseen(api, make_somebody, plural):
    mine = api.post(f"/{plural}", {"name": "spring"}).json["id"]
    stranger = make_somebody()

    same_name = stranger.post(f"/{plural}", {"name": "spring"})

    assert same_name.status_code == 201
    assert stranger.patch(f"/{plural}/{mine}", {"name": "x"}).status_code == 404
    assert stranger.delete(f"/{plural}/{mine}").status_code == 404
    assert [item["id"] for item in api.get(f"/{plural}").json["items"]] == [mine]
