"""Rules 16, 19 and 28 of the product: actions on many contacts are jobs."""

import time
from uuid import uuid4

import pytest
from dramatiq import Worker
from sqlalchemy import select, update

from models import Contact, Group, Job, JobStatus, Label, Membership, Suppression, transaction
from workers import admin_steps


@pytest.fixture
def worker(app):
    """A worker of the `admin` queue, with our own broker and consumer."""
    from workers.broker import broker  # noqa: PLC0415

    worker = Worker(broker, queues={"admin"}, worker_threads=1)
    worker.start()
    yield worker
    worker.stop()


def make(kind, account_id, name="Callers"):
    with transaction() as session:
        return kind.make(session, account_id, name)


def act(api, contacts, kind, **given):
    ids = [str(getattr(contact, "id", contact)) for contact in contacts]
    return api.post("/actions", {"kind": kind, "contacts": {"ids": ids}} | given)


def job_of(api, answer):
    shown = api.get(f"/jobs/{answer.json['job']['id']}")
    assert shown.status_code == 200, shown.json
    return shown.json


def test_rule_16_moved_people_leave_the_queue(api, make_contact, work):
    people = [make_contact(api.account_id) for _ in range(3)]
    group = make(Group, api.account_id)

    asked = act(api, people, "move_to_group", group_id=str(group.id))
    work(asked)

    assert asked.status_code == 202
    assert asked.headers["Location"] == f"/api/v1/jobs/{asked.json['job']['id']}"
    assert asked.json["job"]["status"] == "queued"
    done = job_of(api, asked)
    assert (done["status"], done["total"], done["done"], done["skipped"]) == ("done", 3, 3, 0)
    assert done["by"] == {"id": str(api.operator_id), "name": "Owner 1"}
    assert api.get("/contacts?folder=opt-in-queue").json["items"] == []
    moved = api.get(f"/contacts?folder=group:{group.id}").json["items"]
    assert {item["id"] for item in moved} == {str(person.id) for person in people}
    told = api.get(f"/contacts/{people[0].id}/timeline").json["items"]
    assert told[-1]["text"] == "Moved to Callers by Owner 1."


def test_rule_19_group_is_made_by_the_move(api, make_contact, work):
    person = make_contact(api.account_id)

    work(act(api, [person], "move_to_group", new_group=" Friends "))
    taken = act(api, [person], "move_to_group", new_group="friends")

    groups = api.get(f"/contacts/{person.id}").json["groups"]
    assert [group["name"] for group in groups] == ["Friends"]
    assert (taken.status_code, taken.json["code"]) == (409, "name-taken")


def test_rule_30_unknown_and_foreign_ids_become_failures(
    api, make_somebody, make_contact, work
):
    mine = make_contact(api.account_id)
    other = make_contact(make_somebody().account_id)
    unknown = [str(uuid4()), "no id at all"]
    group = make(Group, api.account_id)

    asked = act(api, [mine, other, *unknown, mine], "move_to_group", group_id=str(group.id))
    work(asked)

    done = job_of(api, asked)
    assert (done["total"], done["done"], done["skipped"]) == (4, 1, 0)
    assert [each["id"] for each in done["failures"]] == [str(other.id), *unknown]
    assert {each["reason"] for each in done["failures"]} == {"There is no such contact."}
    with transaction() as session:
        assert session.scalars(select(Membership.contact_id)).all() == [mine.id]
        assert session.get_one(Contact, other.id).queued_at is not None


@pytest.mark.parametrize(
    ("kind", "undo"),
    [
        ("move_to_group", "remove_from_group"),
        ("add_label", "remove_label"),
        ("favorite", "unfavorite"),
    ],
)
def test_who_is_so_already_is_skipped(api, make_contact, work, kind, undo):
    person = make_contact(api.account_id)
    goal = {
        "group_id": str(make(Group, api.account_id).id),
        "label": str(make(Label, api.account_id).id),
    }

    counts = []
    for each in (kind, kind, undo, undo):
        asked = act(api, [person], each, **goal)
        work(asked)
        counts.append((job_of(api, asked)["done"], job_of(api, asked)["skipped"]))

    assert counts == [(1, 0), (0, 1), (1, 0), (0, 1)]
    shown = api.get(f"/contacts/{person.id}").json
    assert (shown["groups"], shown["labels"], shown["favorite"]) == ([], [], False)


def test_labels_and_favorites_move_nobody(api, make_contact, work):
    person = make_contact(api.account_id)
    label = make(Label, api.account_id, "Hot")

    work(act(api, [person], "add_label", label=str(label.id)))
    work(act(api, [person], "favorite"))

    shown = api.get(f"/contacts/{person.id}").json
    assert [each["name"] for each in shown["labels"]] == ["Hot"]
    assert (shown["favorite"], shown["in_opt_in_queue"]) == (True, True)


def test_many_are_deleted_and_suppressed(api, make_contact, work):
    gone, kept = make_contact(api.account_id), make_contact(api.account_id)

    work(act(api, [gone], "delete"))
    work(act(api, [gone, kept], "suppress", reason="asked by mail"))

    with transaction() as session:
        listed = session.scalars(select(Suppression)).all()
    assert [(each.phone, each.kind, each.reason) for each in listed] == [
        (kept.phone, "dnc", "asked by mail")
    ]
    assert [item["id"] for item in api.get("/contacts").json["items"]] == [str(kept.id)]
    assert api.get("/contacts?folder=opt-in-queue").json["items"] == []


def test_group_deleted_before_its_move_fails_the_job(api, make_contact, work):
    person = make_contact(api.account_id)
    group = make(Group, api.account_id)
    asked = act(api, [person], "move_to_group", group_id=str(group.id))
    api.delete(f"/groups/{group.id}")

    work(asked)

    done = job_of(api, asked)
    assert (done["status"], done["reason"]) == ("failed", "The group was deleted meanwhile.")
    assert api.get(f"/contacts/{person.id}").json["in_opt_in_queue"] is True


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"kind": "praise", "contacts": {"ids": ["x"]}}, 422, "kind"),
        ({"kind": "favorite"}, 422, "contacts"),
        ({"kind": "favorite", "contacts": {"ids": []}}, 422, "contacts.ids"),
        ({"kind": "favorite", "contacts": {}}, 422, "contacts.ids"),
        ({"kind": "favorite", "contacts": {"filter": {"lable": "x"}}}, 422, "contacts.filter"),
        (
            {"kind": "favorite", "contacts": {"filter": {}, "ids": ["x"]}},
            *(422, "contacts.filter"),
        ),
        (
            {"kind": "favorite", "contacts": {"filter": {"folder": "attic"}}},
            *(422, "folder"),
        ),
        ({"kind": "move_to_group", "contacts": {"ids": ["x"]}}, 422, "group_id"),
        ({"kind": "add_label", "contacts": {"ids": ["x"]}}, 422, "label"),
    ],
)
def test_action_that_makes_no_sense_is_refused(api, given, status, field):
    answer = api.post("/actions", given)

    assert answer.status_code == status
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert api.get("/jobs").json["items"] == []


def test_rule_30_goal_of_another_account_does_not_exist(api, make_somebody, make_contact):
    other = make_somebody()
    person = make_contact(api.account_id)
    group = make(Group, other.account_id)
    label = make(Label, other.account_id)

    answers = [
        act(api, [person], "move_to_group", group_id=str(group.id)),
        act(api, [person], "remove_from_group", group_id=str(group.id)),
        act(api, [person], "add_label", label=str(label.id)),
        act(api, [person], "remove_label", label=str(label.id)),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_member_may_not_put_people_on_the_owners_lists(api, make_somebody, make_contact):
    member = make_somebody(api.account_id, role="member")
    person = make_contact(api.account_id)

    refused = act(member, [person], "suppress", suppression_kind="compliance")
    taken = act(member, [person], "suppress", suppression_kind="dnc")

    assert (refused.status_code, taken.status_code) == (403, 202)


def test_action_with_the_same_key_is_one_job(api, make_contact):
    person = make_contact(api.account_id)
    body = {"kind": "favorite", "contacts": {"ids": [str(person.id)]}}
    key = {"Idempotency-Key": "once"}

    first = api.post("/actions", body, headers=key)
    second = api.post("/actions", body, headers=key)

    assert first.json == second.json
    assert len(api.get("/jobs").json["items"]) == 1


def test_job_is_canceled_before_it_begins(api, make_contact, work):
    person = make_contact(api.account_id)
    asked = act(api, [person], "favorite")

    canceled = api.post(f"/jobs/{asked.json['job']['id']}/cancel")
    work(asked)
    again = api.post(f"/jobs/{asked.json['job']['id']}/cancel")

    assert canceled.status_code == 202
    assert canceled.json["job"]["status"] == "cancelled"
    assert (again.status_code, again.json["code"]) == (409, "conflict")
    assert api.get(f"/contacts/{person.id}").json["favorite"] is False


def test_switch_of_the_integration_cannot_be_canceled(api):
    with transaction() as session:
        job = Job(account_id=api.account_id, kind="activate", params={})
        session.add(job)

    answer = api.post(f"/jobs/{job.id}/cancel")

    assert (answer.status_code, answer.json["code"]) == (409, "conflict")


def test_jobs_are_listed_newest_first(api, make_contact):
    person = make_contact(api.account_id)
    asked = [act(api, [person], kind) for kind in ("favorite", "unfavorite", "delete")]

    page = api.get("/jobs?limit=2").json
    rest = api.get(f"/jobs?cursor={page['next_cursor']}").json

    shown = [job["id"] for job in page["items"] + rest["items"]]
    assert shown == [answer.json["job"]["id"] for answer in reversed(asked)]


def test_rule_30_job_of_another_account_does_not_exist(api, make_somebody, make_contact):
    other = make_somebody()
    asked = act(other, [make_contact(other.account_id)], "favorite")
    one = f"/jobs/{asked.json['job']['id']}"

    answers = [api.get(one), api.post(f"{one}/cancel"), api.post(f"{one}/undo")]

    assert {answer.status_code for answer in answers} == {404}
    assert api.get("/jobs").json["items"] == []
    with transaction() as session:
        assert session.scalars(select(Job.status)).all() == [JobStatus.QUEUED]


def test_ended_job_is_not_done_again(api, make_contact, work):
    person = make_contact(api.account_id)
    asked = act(api, [person], "favorite")
    work(asked)
    with transaction() as session:
        session.execute(update(Contact).values(favorite=False))

    work(asked)

    assert api.get(f"/contacts/{person.id}").json["favorite"] is False


def test_worker_is_rung_for_every_chunk(api, make_contact, worker, monkeypatch):
    monkeypatch.setattr(admin_steps, "CHUNK", 2)
    monkeypatch.setattr("workers.admin.RUN_SECONDS", 0)  # a chunk a run
    people = [make_contact(api.account_id) for _ in range(5)]

    asked = act(api, people, "favorite")
    deadline = time.monotonic() + 10
    while job_of(api, asked)["status"] != "done":
        assert time.monotonic() < deadline, job_of(api, asked)
        time.sleep(0.02)

    assert job_of(api, asked)["done"] == 5
