"""Failed jobs: found by cause, word and lead, counted no further than a page shows."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, text

from models import FailedJob, FailedJobState, transaction
from models.failure_causes import causes, count_dead
from models.failure_search import RARE, FailedJobFilter, matching
from tests.failed_jobs import add_failed_jobs


@pytest.fixture(autouse=True)
def _nothing_failed(app):
    """Forget what jobs of other tests have left: failures of the service are everybody's."""
    with transaction() as session:
        session.execute(delete(FailedJob))


@pytest.fixture
def add(app):
    """Write failed jobs of one cause; return their ids."""

    def add(count=1, account=None, **fields):
        return add_failed_jobs(count, account, **fields)

    return add


def found(account, **wanted):
    with transaction() as session:
        query = matching(session, account, FailedJobFilter(**wanted))
        return {row[0].id for row in session.execute(query)}


def test_causes_are_counted_apart_and_the_newest_comes_first(add, account):
    add(2, account)
    add(1, account, state=FailedJobState.RETRYING, message="the last of this cause")
    add(3, account, fingerprint="f2", error_class="KeyError")
    add(1, account, actor="send_text", queue="sms")
    add(5, account, state=FailedJobState.DONE, fingerprint="f3")

    with transaction() as session:
        seen = causes(session, account)

    assert [(each.actor, each.fingerprint, each.dead, each.retrying) for each in seen] == [
        ("send_text", "f1", 1, 0),
        ("process_lead", "f2", 3, 0),
        ("process_lead", "f1", 2, 1),
    ]
    assert seen[2].message == "the last of this cause"


def test_count_of_a_cause_ends_where_a_page_says_more(add, account):
    ids = add(1_005, account)

    with transaction() as session:
        (cause,) = causes(session, account)
        whole = count_dead(session, account, ("process_lead", "f1"))
        then = count_dead(session, account, ("process_lead", "f1"), up_to=ids[99])

    assert (cause.dead, whole, then) == (1_001, 1_005, 100)


def test_job_of_another_account_is_nowhere_and_one_of_the_service_is_everybodys(add, account):
    add(1, uuid4(), message="theirs")
    (ours,) = add(1, account, fingerprint="f2")
    (everybodys,) = add(1, None, actor="sweep", fingerprint="f3")

    with transaction() as session:
        seen = {each.actor for each in causes(session, account)}

    assert seen == {"process_lead", "sweep"}
    assert found(account) == {ours, everybodys}
    assert found(account, q="broke") == {ours, everybodys}
    assert found(account, q="theirs") == set()


@pytest.mark.parametrize(
    "q", ["ValueError", "value", "broke someth", "process_lead", "PROCESS", "builtins.value"]
)
def test_words_are_found_by_their_beginnings_anywhere_in_the_error(add, account, q):
    (wanted,) = add(1, account)
    add(1, account, actor="sweep", error_class="KeyError", message="other")

    assert found(account, q=q) == {wanted}


def test_job_is_found_by_its_lead_and_by_its_id(add, account):
    lead_id, message_id = uuid4(), uuid4()
    (wanted,) = add(1, account, subject_id=lead_id)
    add(3, account)
    with transaction() as session:
        session.get_one(FailedJob, wanted).message_id = str(message_id)

    assert found(account, q=str(lead_id)) == found(account, q=str(message_id)) == {wanted}
    assert found(account, q=str(uuid4())) == set()


def test_word_that_most_jobs_have_is_found_too(add, account):
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO failed_jobs (message_id, account_id, actor, queue, arguments,"
                " state, attempts, error_class, fingerprint, message)"
                " SELECT gen_random_uuid(), :account, 'work', 'leads', '{}', 'dead', 1,"
                " 'ValueError', 'f', 'broke' FROM generate_series(1, :count)"
            ),
            {"account": account, "count": RARE + 5},
        )
    add(2, account, message="whole")

    assert len(found(account, q="broke")) == RARE + 5


@pytest.mark.parametrize("q", ["&|!():*", "'", "''", "\\", "%", "a & b", "-", "ü"])
def test_whatever_is_typed_is_searched_for(add, account, q):
    add(1, account)

    assert found(account, q=q) == set()


def test_state_actor_and_cause_narrow_the_list(add, account):
    (dead,) = add(1, account)
    (other,) = add(1, account, actor="sweep", state=FailedJobState.DONE)

    assert found(account, state=FailedJobState.DEAD) == {dead}
    assert found(account, actor="sweep") == {other}
    assert found(account, actor="process_lead", fingerprint="f1") == {dead}


def test_jobs_of_the_wanted_state_are_locked_and_no_others(add, account):
    (dead,) = add(1, account)
    (done,) = add(1, account, state=FailedJobState.DONE)
    (theirs,) = add(1, uuid4())

    with transaction() as session:
        locked = FailedJob.locked(session, account, [dead, done, theirs], FailedJobState.DEAD)

        assert [each.id for each in locked] == [dead]
