"""Actions are done in chunks: resumable, doubled without harm, canceled in between."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from models import (
    Contact,
    Delivery,
    Integration,
    IntegrationStatus,
    Job,
    Lead,
    TimelineEntry,
    transaction,
)
from workers import admin, admin_steps
from workers.admin import give_up_job, run_job

PEOPLE = 1_100
AN_HOUR = func.make_interval(0, 0, 0, 0, 1)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(admin_steps, "CHUNK", 500)
    monkeypatch.setattr(admin, "RUN_SECONDS", 0)  # a chunk a run


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """What was rung for, as (actor, first argument), instead of the rings themselves."""
    rings = []

    def note(jobs):
        rings.extend((each.actor_name, each.args[0]) for each in jobs)

    monkeypatch.setattr(admin, "ring", note)
    return rings


@pytest.fixture
def integration(account):
    with transaction() as session:
        made = Integration(
            account_id=account,
            name="Form",
            brand="Example Co",
            status=IntegrationStatus.ACTIVE,
            compliance_message="{brand}: HELP, STOP.",
            allowed_countries=["US"],
        )
        session.add(made)
    return made


@pytest.fixture
def people(account):
    """More contacts than go into two chunks."""
    with transaction() as session:
        return session.scalars(
            text("""
                INSERT INTO contacts (id, account_id, phone, first_name, last_name)
                SELECT gen_random_uuid(), :account_id, '+1202555' || n, 'Jane', 'Doe'
                FROM generate_series(1, :many) AS n RETURNING id
            """),
            {"account_id": account, "many": PEOPLE},
        ).all()


@pytest.fixture
def make_job(account):
    def make(kind, **params):
        with transaction() as session:
            job = Job(
                account_id=account,
                kind=kind,
                params=params,
                total=len(params.get("ids", ())),
                by_id=uuid4(),
                by_name="Ann",
            )
            session.add(job)
        return str(job.id)

    return make


@pytest.fixture
def make_lead(account, integration):
    def make(status, text=None, hours=0, **columns):
        with transaction() as session:
            lead = Lead(
                id=uuid4(),
                account_id=account,
                integration_id=integration.id,
                token_id=uuid4(),
                key_kind="body",
                status=status,
                first_name="Jane",
                last_name="Doe",
                phone="+12025550142",
                sender="json",
                notes=[],
                extra={},
                held_at=func.now() - func.make_interval(0, 0, 0, 0, hours),
                **columns,
            )
            session.add(lead)
            session.flush()
            if text is not None:
                session.add(
                    Delivery(
                        lead_id=lead.id,
                        account_id=account,
                        integration_id=integration.id,
                        phone=lead.phone,
                        from_number="+12025550100",
                        body="Example Co: HELP, STOP.",
                        status=text,
                        due_at=func.now() + AN_HOUR,
                    )
                )
        return str(lead.id)

    return make


def shown(job_id):
    with transaction() as session:
        return session.get_one(Job, job_id)


def status_of(lead_id):
    with transaction() as session:
        lead, delivery = session.get_one(Lead, lead_id), session.get(Delivery, lead_id)
        return lead.status, lead.reason, delivery.status if delivery else None


def favorites():
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Contact).where(Contact.favorite))


def test_rule_28_action_goes_chunk_by_chunk_and_rings_for_the_next(make_job, people, rung):
    job = make_job("favorite", ids=[str(each) for each in people])

    progress = []
    for _ in range(4):
        run_job(job)
        progress.append((shown(job).status, shown(job).done, favorites()))

    assert progress == [
        ("running", 500, 500),
        ("running", 1000, 1000),
        ("done", 1100, 1100),
        ("done", 1100, 1100),
    ]
    assert rung == [("run_job", job)] * 2
    assert shown(job).ended_at is not None


def test_chunk_that_dies_before_its_commit_is_done_again(make_job, people, monkeypatch):
    job = make_job("favorite", ids=[str(each) for each in people])
    run_job(job)
    real = admin_steps.act

    def die(*arguments):
        real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(admin_steps, "act", die)
    with pytest.raises(KeyboardInterrupt):
        run_job(job)
    after_death = (shown(job).done, shown(job).cursor, favorites())
    monkeypatch.setattr(admin_steps, "act", real)
    for _ in range(2):
        run_job(job)

    assert after_death == (500, "500", 500)
    assert (shown(job).status, shown(job).done, shown(job).skipped) == ("done", 1100, 0)


def test_doubled_job_does_each_chunk_once(make_job, people):
    job = make_job("favorite", ids=[str(each) for each in people])
    start = threading.Barrier(4)

    def run():
        start.wait()
        for _ in range(3):
            run_job(job)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(3):
        run_job(job)

    assert (shown(job).status, shown(job).done, shown(job).skipped) == ("done", PEOPLE, 0)


def test_job_canceled_between_chunks_stops_there(make_job, people, rung):
    job = make_job("favorite", ids=[str(each) for each in people])
    run_job(job)
    with transaction() as session:
        session.execute(update(Job).values(cancel_requested=True))

    for _ in range(2):
        run_job(job)

    assert (shown(job).status, shown(job).done, favorites()) == ("cancelled", 500, 500)
    assert len(rung) == 1


def test_ring_that_fails_leaves_the_job_to_the_sweeper(make_job, people, monkeypatch):
    job = make_job("favorite", ids=[str(each) for each in people])

    def fail(_):
        raise admin.RingFailed("Redis is away")

    monkeypatch.setattr(admin, "ring", fail)
    run_job(job)

    assert shown(job).done == 500
    with transaction() as session:
        assert Job.waiting(session, 0) == [shown(job).id]
        assert Job.waiting(session, 60) == []


def test_job_whose_chunks_keep_failing_is_ended(make_job):
    job = make_job("favorite", ids=["x"])

    give_up_job({"args": [job]}, {"retries": 2, "max_retries": 2})
    give_up_job({"args": [job]}, {"retries": 2, "max_retries": 2})

    assert shown(job).status == "failed"
    assert shown(job).reason == "It failed several times for the same cause."


def test_absent_database_is_no_reason_to_give_a_job_up():
    assert run_job.options["throws"] is OperationalError
    assert run_job.options["on_retry_exhausted"] == give_up_job.actor_name


def test_activation_releases_what_was_held(make_job, make_lead, integration, rung):
    plain = make_lead("held", reason="the integration is paused", claims=3)
    with_text = make_lead("held", "ready", reason="the integration is paused")
    capped = make_lead("held", reason="prefix cap")
    too_long = make_lead("held", hours=73)
    joined = make_lead("joined")
    job = make_job("activate", integration_id=str(integration.id))

    for _ in range(2):
        run_job(job)

    assert status_of(plain) == ("received", None, None)
    assert status_of(with_text) == ("texting", None, "ready")
    assert status_of(capped) == ("held", "prefix cap", None)
    assert status_of(too_long) == ("needs_attention", "waited too long", None)
    assert status_of(joined) == ("joined", None, None)
    assert set(rung) == {("process_lead", plain), ("send_text", with_text), ("run_job", job)}
    assert (shown(job).status, shown(job).total, shown(job).done) == ("done", 3, 3)
    with transaction() as session:
        assert session.get_one(Lead, plain).claims == 0
        assert session.scalar(
            select(Delivery.due_at <= func.now()).where(Delivery.lead_id == with_text)
        )
        told = session.execute(select(TimelineEntry.lead_id, TimelineEntry.kind)).all()
    assert sorted(kind for _, kind in told) == ["needs_attention", "released", "released"]


def test_activation_overtaken_by_a_pause_releases_nobody(
    make_job, make_lead, integration, rung
):
    held = make_lead("held", reason="the integration is paused")
    job = make_job("activate", integration_id=str(integration.id))
    with transaction() as session:
        session.execute(update(Integration).values(status=IntegrationStatus.PAUSED))

    run_job(job)

    assert status_of(held)[0] == "held"
    assert (shown(job).status, rung) == ("done", [])


def test_activation_releases_more_than_one_chunk(make_job, make_lead, integration, monkeypatch):
    monkeypatch.setattr(admin_steps, "LEADS", 2)
    leads = [make_lead("held") for _ in range(5)]
    job = make_job("activate", integration_id=str(integration.id))

    for _ in range(4):
        run_job(job)

    assert {status_of(lead)[0] for lead in leads} == {"received"}
    assert (shown(job).status, shown(job).done) == ("done", 5)


def test_rule_6_deletion_drops_what_waits_and_cancels_its_texts(
    make_job, make_lead, integration
):
    held = make_lead("held", "ready")
    waiting = make_lead("texting", "ready")
    unseen = make_lead("received")
    under_way = make_lead("texting", "sending")
    joined = make_lead("joined", "delivered")
    job = make_job("delete_integration", integration_id=str(integration.id))

    for _ in range(2):
        run_job(job)

    dropped = ("dropped", "integration deleted")
    assert status_of(held) == (*dropped, "canceled")
    assert status_of(waiting) == (*dropped, "canceled")
    assert status_of(unseen) == (*dropped, None)
    assert status_of(under_way) == ("texting", None, "sending")
    assert status_of(joined) == ("joined", None, "delivered")
    assert (shown(job).status, shown(job).done, shown(job).total) == ("done", 3, 3)


def test_leads_of_another_integration_are_left_alone(make_job, make_lead, integration):
    held = make_lead("held")
    with transaction() as session:
        session.execute(update(Lead).values(integration_id=uuid4()))

    for kind in ("activate", "delete_integration"):
        run_job(make_job(kind, integration_id=str(integration.id)))

    assert status_of(held)[0] == "held"


@pytest.mark.parametrize(
    ("fate", "actor"), [("undelivered", "send_text"), (None, "process_lead")]
)
def test_retry_rings_for_what_comes_next(make_job, make_lead, rung, fate, actor):
    lead = make_lead("needs_attention", fate)

    run_job(make_job("retry_lead", lead_id=lead))

    assert rung == [(actor, lead)]


def test_job_of_no_known_kind_fails_with_the_reason(make_job):
    job = make_job("praise")

    run_job(job)

    assert (shown(job).status, shown(job).reason) == (
        "failed",
        "Nothing here knows how to do this.",
    )


def test_job_that_is_not_there_is_left_alone(rung, app):
    run_job(str(uuid4()))

    assert rung == []
