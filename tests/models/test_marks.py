"""Groups, labels, suppressions: one trigger a statement stands for the foreign keys."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.db import session_factory
from tests.conftest import eventually

MAKE = "INSERT INTO {0} (id, account_id, name) VALUES (gen_random_uuid(), :account, :name)"
PUT = {
    "groups": "INSERT INTO memberships (group_id, contact_id, account_id)"
    " SELECT CAST(:mark AS uuid), CAST(:contact AS uuid), CAST(:account AS uuid)",
    "labels": "INSERT INTO contact_labels (label_id, contact_id)"
    " SELECT CAST(:mark AS uuid), CAST(:contact AS uuid)"
    " WHERE CAST(:account AS uuid) IS NOT NULL",
}
COUNT = {
    "groups": "SELECT count(*) FROM memberships",
    "labels": "SELECT count(*) FROM contact_labels",
}
REMOVE = {"groups": "DELETE FROM groups", "labels": "DELETE FROM labels"}
NEW_ID = {
    "contact": "UPDATE contacts SET id = gen_random_uuid()",
    "group": "UPDATE groups SET id = gen_random_uuid()",
    "label": "UPDATE labels SET id = gen_random_uuid()",
}
MARKS = pytest.mark.parametrize("table", ["groups", "labels"])


@pytest.fixture
def contact(story, simulator):
    """Somebody in the opt-in queue."""
    story.delivered()
    return story.contact()


def made(story, table):
    return story.value(f"{MAKE.format(table)} RETURNING id", account=story.account, name=table)


def put(story, table, mark, contact_id):
    return story.change(PUT[table], mark=mark, contact=contact_id, account=story.account)


def refused(act):
    with pytest.raises(IntegrityError) as error:
        act()
    return error.value.orig.diag.constraint_name


@MARKS
def test_mark_that_does_not_exist_is_refused(story, contact, table):
    name = refused(lambda: put(story, table, uuid4(), contact.id))

    of = {"groups": "memberships_of_groups", "labels": "contact_labels_of_labels"}
    assert name == of[table]
    assert story.contact().queued_at is not None


@MARKS
def test_contact_that_does_not_exist_is_refused(story, contact, table):
    mark = made(story, table)

    name = refused(lambda: put(story, table, mark, uuid4()))

    of = {"groups": "memberships_of_contacts", "labels": "contact_labels_of_contacts"}
    assert name == of[table]
    assert story.value(COUNT[table]) == 0


@MARKS
def test_mark_that_is_removed_leaves_everybody(story, contact, table):
    mark = made(story, table)
    put(story, table, mark, contact.id)

    story.change(REMOVE[table])

    assert story.value(COUNT[table]) == 0
    assert story.contact().group_count == 0


def test_contact_is_never_removed(story, contact):
    assert refused(lambda: story.change("DELETE FROM contacts")) == "contacts_stay"
    assert story.contact().id == contact.id


@pytest.mark.parametrize("noun", NEW_ID)
def test_id_is_never_changed(story, contact, noun):
    made(story, "groups")
    made(story, "labels")

    name = refused(lambda: story.change(NEW_ID[noun]))

    assert name == f"{noun}_ids_stay"


def test_label_on_a_contact_is_never_changed(story, contact):
    put(story, "labels", made(story, "labels"), contact.id)

    with pytest.raises(DBAPIError, match="never changed"):
        story.change("UPDATE contact_labels SET contact_id = gen_random_uuid()")

    assert story.value(COUNT["labels"]) == 1


@MARKS
def test_mark_that_is_being_removed_is_given_to_nobody(story, contact, table):
    """Whoever gives it waits for the end of the removal, and then finds none."""
    mark, failed = made(story, table), []

    def give():
        try:
            put(story, table, mark, contact.id)
        except IntegrityError as error:
            failed.append(error.orig.diag.constraint_name)

    giver = threading.Thread(target=give)
    with session_factory.begin() as session:
        session.execute(text(REMOVE[table]))
        giver.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        eventually(lambda: story.value(waiting) > 0)
    giver.join()

    assert len(failed) == 1
    assert story.value(COUNT[table]) == 0


@MARKS
def test_mark_that_is_being_given_is_removed_with_what_was_given(story, contact, table):
    mark = made(story, table)
    remover = threading.Thread(target=lambda: story.change(REMOVE[table]))
    with session_factory.begin() as session:
        given = {"mark": mark, "contact": contact.id, "account": story.account}
        session.execute(text(PUT[table]), given)
        remover.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        eventually(lambda: story.value(waiting) > 0)
    remover.join()

    assert story.value(COUNT[table]) == 0
    assert story.contact().group_count == 0


def test_suppression_of_an_account_that_does_not_exist_is_refused(story, contact):
    statement = (
        "INSERT INTO suppressions SELECT (jsonb_populate_record(NULL::suppressions,"
        " jsonb_build_object('id', gen_random_uuid(), 'account_id', gen_random_uuid(),"
        " 'phone', phone, 'kind', 'dnc', 'source', 'test', 'needs_review', false,"
        " 'created_at', now()))).* FROM contacts"
    )

    assert refused(lambda: story.change(statement)) == "suppressions_of_accounts"
    assert story.contact().suppressed is False


def test_account_is_never_removed(story, contact):
    assert refused(lambda: story.change("DELETE FROM accounts")) == "accounts_stay"
    assert story.contact().account_id == story.account
