"""Rule 21 in the database: who may be in a campaign, whoever writes the row and when."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models import Campaign, CampaignGroup, transaction
from models.db import session_factory
from tests.conftest import eventually

ADD = (
    "INSERT INTO campaign_contacts (campaign_id, contact_id, group_id)"
    " SELECT :campaign, id, :group FROM contacts"
)


@pytest.fixture
def grouped(story, simulator):
    """The id of a group that holds the one contact."""
    story.delivered()
    return story.move_to_group()


@pytest.fixture
def campaign(story, grouped):
    with transaction() as session:
        made = Campaign(account_id=story.account, name="Summer")
        session.add(made)
        session.flush()
        session.add(CampaignGroup(campaign_id=made.id, group_id=grouped))
    return made.id


def members(story):
    return story.value("SELECT count(*) FROM campaign_contacts")


def test_rule_21_member_may_be_added(story, campaign, grouped):
    assert story.change(ADD, campaign=campaign, group=grouped) == 1


def test_rule_21_suppressed_member_is_refused(story, campaign, grouped):
    story.suppress()

    with pytest.raises(IntegrityError) as error:
        story.change(ADD, campaign=campaign, group=grouped)

    assert error.value.orig.diag.constraint_name == "campaign_contacts_eligible"


def test_rule_21_deleted_member_is_refused(story, campaign, grouped):
    story.change("UPDATE contacts SET deleted_at = now()")

    with pytest.raises(IntegrityError):
        story.change(ADD, campaign=campaign, group=grouped)


def test_rule_21_queued_contact_is_refused(story, simulator, campaign, grouped):
    story.change("DELETE FROM memberships")
    story.change(
        "UPDATE contacts SET queued_at = now(), queue_lead_id = (SELECT id FROM leads)"
    )

    with pytest.raises(IntegrityError):
        story.change(ADD, campaign=campaign, group=grouped)


def test_rule_21_membership_in_a_group_that_the_campaign_lacks_is_refused(
    story, campaign, grouped
):
    other = story.move_to_group()

    with pytest.raises(IntegrityError) as error:
        story.change(ADD, campaign=campaign, group=other)

    assert error.value.orig.diag.constraint_name == "fk_campaign_contacts_group"


def test_rule_21_campaign_of_another_account_is_refused(
    story, campaign, grouped, make_somebody
):
    with transaction() as session:
        theirs = Campaign(account_id=make_somebody().account_id, name="Theirs")
        session.add(theirs)
        session.flush()
        session.add(CampaignGroup(campaign_id=theirs.id, group_id=grouped))

    with pytest.raises(IntegrityError):
        story.change(ADD, campaign=theirs.id, group=grouped)


def test_row_is_never_turned_into_another(story, campaign, grouped):
    story.change(ADD, campaign=campaign, group=grouped)

    with pytest.raises(DBAPIError, match="never changed"):
        story.change("UPDATE campaign_contacts SET contact_id = :id", id=uuid4())


@pytest.mark.parametrize(
    "leaving", ["DELETE FROM memberships", "DELETE FROM groups", "DELETE FROM campaign_groups"]
)
def test_rule_21_nobody_stays_who_is_no_member(story, campaign, grouped, leaving):
    story.change(ADD, campaign=campaign, group=grouped)

    story.change(leaving)

    assert members(story) == 0


def test_rule_21_suppression_takes_out(story, campaign, grouped):
    story.change(ADD, campaign=campaign, group=grouped)

    story.suppress()

    assert members(story) == 0


def test_rule_21_adding_and_suppressing_at_once_leaves_nobody_in(story, campaign, grouped):
    """Whichever commits first: nobody suppressed is in the campaign afterwards."""
    outcome = []

    def add():
        try:
            story.change(ADD, campaign=campaign, group=grouped)
        except IntegrityError as error:
            outcome.append(error.orig.diag.constraint_name)

    with session_factory.begin() as session:
        session.execute(
            text("SELECT pg_advisory_xact_lock(suppression_lock(:id))"), {"id": story.account}
        )
        adding = threading.Thread(target=add)
        adding.start()
        eventually(lambda: story.value("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0)
        session.execute(
            text(
                "INSERT INTO suppressions (id, account_id, phone, kind, source)"
                " SELECT gen_random_uuid(), account_id, phone, 'dnc', 'api' FROM contacts"
            )
        )
    adding.join(10)

    assert outcome == ["campaign_contacts_eligible"]
    assert members(story) == 0
