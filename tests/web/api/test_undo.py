"""Rule 28: move, label and delete can be undone for a while, each row as it is by then."""

from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from models import Contact, Group, Job, Label, Membership, SuppressionKind, transaction
from models.suppressions import Because, suppress


def make(kind, account_id, name):
    with transaction() as session:
        return kind.make(session, account_id, name)


def act(api, work, kind, people, **given):
    ids = [str(person.id) for person in people]
    asked = api.post("/actions", {"kind": kind, "contacts": {"ids": ids}} | given)
    work(asked)
    assert job_of(api, asked)["status"] == "done", asked.json
    return asked


def undo(api, work, asked):
    answer = api.post(f"/jobs/{asked.json['job']['id']}/undo")
    if answer.status_code == 202:
        work(answer)
    return answer


def job_of(api, answer):
    return api.get(f"/jobs/{answer.json['job']['id']}").json


def counts(api, answer):
    job = job_of(api, answer)
    assert job["total"] == job["done"] + job["skipped"] + len(job["failures"])
    return job["status"], job["done"], [each["reason"] for each in job["failures"]]


def queue(api):
    page = api.get("/contacts?folder=opt-in-queue&sort=oldest").json
    return [(each["id"], each["joined_queue_at"]) for each in page["items"]]


@pytest.fixture
def people(api, make_contact):
    return [make_contact(api.account_id) for _ in range(3)]


@pytest.mark.parametrize("kind", ["move_to_group", "delete"])
def test_rule_28_everyone_is_back_with_their_place_in_the_queue(api, people, work, kind):
    before = queue(api)
    given = {"new_group": "Spring"} if kind == "move_to_group" else {}
    asked = act(api, work, kind, people, **given)
    emptied = queue(api)

    undone = undo(api, work, asked)

    assert (undone.status_code, emptied) == (202, [])
    assert undone.json["job"]["undo_of"] == asked.json["job"]["id"]
    assert undone.headers["Location"] == f"/api/v1/jobs/{undone.json['job']['id']}"
    assert counts(api, undone) == ("done", 3, [])
    assert queue(api) == before
    assert job_of(api, asked)["undone_by"] == undone.json["job"]["id"]
    told = api.get(f"/contacts/{people[0].id}/timeline").json["items"]
    assert told[-1]["text"].endswith("undone by Owner 1.")


def test_rule_28_group_made_by_the_move_stays(api, people, work):
    asked = act(api, work, "move_to_group", people, new_group="Spring")

    undo(api, work, asked)

    [group] = api.get("/groups").json["items"]
    assert (group["name"], group["count"]) == ("Spring", 0)


def test_labels_come_and_go_by_undo(api, people, work):
    label = make(Label, api.account_id, "Hot")
    with_label = {"label": str(label.id)}
    added = act(api, work, "add_label", people[:2], **with_label)
    again = act(api, work, "add_label", people, **with_label)

    undo(api, work, again)
    after_first = [len(api.get(f"/contacts/{each.id}").json["labels"]) for each in people]
    undo(api, work, added)
    after_second = [len(api.get(f"/contacts/{each.id}").json["labels"]) for each in people]

    assert (after_first, after_second) == ([1, 1, 0], [0, 0, 0])


def test_removed_label_is_back_by_undo(api, people, work):
    label = make(Label, api.account_id, "Hot")
    act(api, work, "add_label", people, label=str(label.id))
    removed = act(api, work, "remove_label", people, label=str(label.id))

    undone = undo(api, work, removed)

    assert counts(api, undone) == ("done", 3, [])
    assert [len(api.get(f"/contacts/{each.id}").json["labels"]) for each in people] == [1] * 3


def test_move_from_group_to_group_goes_back_to_the_first(api, people, work):
    first = make(Group, api.account_id, "First")
    act(api, work, "move_to_group", people, group_id=str(first.id))
    moved = act(
        api, work, "move_to_group", people, new_group="Second", from_group=str(first.id)
    )

    undone = undo(api, work, moved)

    assert counts(api, undone) == ("done", 3, [])
    for person in people:
        groups = api.get(f"/contacts/{person.id}").json["groups"]
        assert [group["name"] for group in groups] == ["First"]
    assert queue(api) == []


def suppressed(api, person):
    with transaction() as session:
        because = Because(SuppressionKind.DNC, None, "test")
        suppress(session, api.account_id, person.phone, because)


def moved_again(api, person, work):
    act(api, work, "move_to_group", [person], new_group="Elsewhere")


def taken_out(api, person, work):
    with transaction() as session:
        group_id = session.scalars(
            select(Membership.group_id).where(Membership.contact_id == person.id)
        ).one()
    act(api, work, "remove_from_group", [person], group_id=str(group_id))


def test_rule_28_undo_of_a_move_leaves_out_who_cannot_go_back(api, make_contact, people, work):
    first, second, third = people
    fourth, fifth = make_contact(api.account_id), make_contact(api.account_id)
    sixth = make_contact(api.account_id)
    everybody = [*people, fourth, fifth, sixth]
    asked = act(api, work, "move_to_group", everybody, new_group="Spring")
    suppressed(api, first)
    moved_again(api, second, work)
    taken_out(api, third, work)
    act(api, work, "delete", [fourth])
    work(wiped(api, fifth))

    undone = undo(api, work, asked)

    job = job_of(api, undone)
    reasons = {each["id"]: each["reason"] for each in job["failures"]}
    assert (job["status"], job["done"], job["total"]) == ("done", 1, 6)
    assert reasons == {
        str(first.id): "The number was suppressed since.",
        str(second.id): "The contact was moved again since.",
        str(third.id): "The contact was taken out of the group since.",
        str(fourth.id): "The contact was deleted since.",
        str(fifth.id): "The person was wiped.",
    }
    assert [each for each, _ in queue(api)] == [str(sixth.id)]


def wiped(api, person):
    answer = api.delete(f"/contacts/{person.id}?wipe=true")
    assert answer.status_code == 202, answer.json
    return answer


def test_rule_28_undo_of_a_deletion_leaves_out_who_cannot_come_back(
    api, make_contact, people, work
):
    first, second, third = people
    asked = act(api, work, "delete", people)
    suppressed(api, first)
    back = make_contact(api.account_id, phone=second.phone)

    undone = undo(api, work, asked)

    job = job_of(api, undone)
    reasons = {each["id"]: each["reason"] for each in job["failures"]}
    assert (job["done"], job["total"]) == (1, 3)
    assert reasons == {
        str(first.id): "The number was suppressed since.",
        str(second.id): "The number came back as a new contact.",
    }
    assert {each for each, _ in queue(api)} == {str(back.id), str(third.id)}
    assert api.get(f"/contacts/{first.id}").status_code == 404


def test_who_was_suppressed_before_comes_back_so(api, make_contact, work):
    person = make_contact(api.account_id)
    suppressed(api, person)
    asked = act(api, work, "delete", [person])

    undone = undo(api, work, asked)

    assert counts(api, undone) == ("done", 1, [])
    shown = api.get(f"/contacts/{person.id}").json
    assert (shown["suppressed"], shown["in_opt_in_queue"]) == (True, False)


def test_group_deleted_since_is_told_of_everybody(api, people, work):
    asked = act(api, work, "move_to_group", people, new_group="Spring")
    [group] = api.get("/groups").json["items"]
    api.delete(f"/groups/{group['id']}")

    undone = undo(api, work, asked)

    assert counts(api, undone) == ("done", 0, ["The group was deleted since."] * 3)
    assert queue(api) == []


def test_deleted_contact_is_back_by_the_job_of_its_deletion(api, people, work):
    before = queue(api)
    answer = api.delete(f"/contacts/{people[1].id}")
    gone = api.get(f"/contacts/{people[1].id}").status_code

    undone = undo(api, work, answer)

    assert (answer.status_code, gone) == (202, 404)
    assert counts(api, undone) == ("done", 1, [])
    assert queue(api) == before


def test_undo_asked_for_again_under_its_key_is_the_first_answer_again(api, people, work):
    key = {"Idempotency-Key": "an-undo"}
    path = f"/jobs/{act(api, work, 'delete', people).json['job']['id']}/undo"

    first, again = (api.post(path, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]


def test_rule_28_second_undo_is_refused(api, people, work):
    asked = act(api, work, "delete", people)

    undo(api, work, asked)
    again = undo(api, work, asked)

    assert (again.status_code, again.json["code"]) == (409, "already-undone")


def test_rule_28_undo_is_refused_after_its_time(api, people, work):
    asked = act(api, work, "delete", people)
    with transaction() as session:
        an_hour_ago = Job.undoable_until - text("interval '1 hour'")
        session.execute(update(Job).values(undoable_until=an_hour_ago))

    late = undo(api, work, asked)

    assert (late.status_code, late.json["code"]) == (409, "too-late")
    assert queue(api) == []


def test_undo_lasts_as_long_as_the_setting_says(api, people, work):
    asked = act(api, work, "delete", people)

    with transaction() as session:
        job = session.get_one(Job, UUID(asked.json["job"]["id"]))
        lasts = job.undoable_until - job.ended_at

    assert lasts.total_seconds() == 600


@pytest.mark.parametrize("kind", ["favorite", "remove_from_group", "suppress"])
def test_what_cannot_be_undone_says_so(api, people, work, kind):
    group = make(Group, api.account_id, "Spring")
    asked = act(api, work, kind, people, group_id=str(group.id))

    refused = undo(api, work, asked)

    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    assert job_of(api, asked)["undoable_until"] is None


def test_undo_itself_cannot_be_undone(api, people, work):
    undone = undo(api, work, act(api, work, "delete", people))

    refused = undo(api, work, undone)

    assert (refused.status_code, refused.json["code"]) == (409, "conflict")


def test_job_that_is_not_over_is_canceled_first(api, people, work):
    ids = [str(person.id) for person in people]
    asked = api.post("/actions", {"kind": "delete", "contacts": {"ids": ids}})

    refused = undo(api, work, asked)
    api.post(f"/jobs/{asked.json['job']['id']}/cancel")
    taken = undo(api, work, asked)

    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    assert (taken.status_code, counts(api, taken)) == (202, ("done", 0, []))


def test_rule_30_job_of_another_account_cannot_be_undone(api, make_somebody, people, work):
    asked = act(api, work, "delete", people)

    refused = undo(make_somebody(), work, asked)

    assert refused.status_code == 404
    with transaction() as session:
        assert (
            session.scalars(select(Contact.id).where(Contact.deleted_at.is_(None))).all() == []
        )
