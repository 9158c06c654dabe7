"""Rule 28: an action is for whom its filter matched when it was asked, and says how many."""

import pytest

from models import Group, JobChunk, Label, transaction
from models import selections as chosen


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(chosen, "CHUNK", 2)
    monkeypatch.setattr("workers.admin.RUN_SECONDS", 0)  # a chunk a run


def ask(api, kind, given, **more):
    return api.post("/actions", {"kind": kind, "contacts": given} | more)


def make(kind, account_id, name):
    with transaction() as session:
        return kind.make(session, account_id, name)


def job_of(api, answer):
    return api.get(f"/jobs/{answer.json['job']['id']}").json


def favorites(api):
    return sorted(
        each["phone"] for each in api.get("/contacts").json["items"] if each["favorite"]
    )


def test_rule_28_filter_takes_whom_it_matched_when_asked(api, make_contact, work):
    people = [make_contact(api.account_id) for _ in range(5)]
    make_contact(api.account_id, queued=False)

    asked = ask(api, "favorite", {"filter": {"folder": "opt-in-queue"}, "expected": 5})
    late = make_contact(api.account_id)
    work(asked)

    done = job_of(api, asked)
    assert asked.status_code == 202, asked.json
    assert (done["expected"], done["matched"]) == (5, 5)
    assert (done["status"], done["total"], done["done"]) == ("done", 5, 5)
    assert favorites(api) == sorted(person.phone for person in people)
    assert late.phone not in favorites(api)
    assert done["filter"]["folder"] == "opt-in-queue"


def test_whoever_left_meanwhile_is_still_meant(api, make_contact, work):
    person = make_contact(api.account_id)
    label = make(Label, api.account_id, "Hot")
    asked = ask(api, "add_label", {"filter": {"folder": "opt-in-queue"}}, label=str(label.id))
    work(api.post("/actions", move_of(person, "Ana's")))

    work(asked)

    shown = api.get(f"/contacts/{person.id}").json
    assert [each["name"] for each in shown["labels"]] == ["Hot"]


def move_of(person, group):
    chosen = {"ids": [str(person.id)]}
    return {"kind": "move_to_group", "contacts": chosen, "new_group": group}


@pytest.mark.parametrize(
    ("narrowed", "phones"),
    [
        ({"q": "jane d"}, ["+12025550101"]),
        ({"q": "0102"}, ["+12025550102"]),
        ({"landline": True}, ["+12025550102"]),
        ({"label": "the label"}, ["+12025550103"]),
        ({"folder": "opt-in-queue"}, ["+12025550101", "+12025550102"]),
        ({"folder": "all"}, ["+12025550101", "+12025550102", "+12025550103"]),
        ({"sort": "oldest", "q": "  "}, ["+12025550101", "+12025550102", "+12025550103"]),
        ({"q": "?!"}, []),
    ],
)
def test_filter_means_what_the_list_shows(api, make_contact, work, narrowed, phones):
    make_contact(api.account_id, phone="+12025550101")
    make_contact(api.account_id, phone="+12025550102", first_name="Ann", landline=True)
    labeled = make_contact(api.account_id, phone="+12025550103", first_name="Bo", queued=False)
    label = make(Label, api.account_id, "Hot")
    work(ask(api, "add_label", {"ids": [str(labeled.id)]}, label=str(label.id)))
    if "label" in narrowed:
        narrowed = {"label": str(label.id)}

    asked = ask(api, "favorite", {"filter": narrowed})
    work(asked)

    assert favorites(api) == phones
    assert job_of(api, asked)["matched"] == len(phones)
    assert job_of(api, asked)["status"] == "done"


def test_deletion_of_another_number_than_was_seen_is_refused(api, make_contact):
    for _ in range(3):
        make_contact(api.account_id)
    queue = {"filter": {"folder": "opt-in-queue"}}

    refused = ask(api, "delete", queue | {"expected": 2})
    beside = ask(api, "delete", queue, expected=4)
    taken = ask(api, "delete", queue | {"expected": 3})

    assert (refused.status_code, refused.json["code"]) == (409, "count-changed")
    assert beside.status_code == 409
    assert taken.status_code == 202
    assert len(api.get("/jobs").json["items"]) == 1


def test_other_actions_go_on_and_tell_both_counts(api, make_contact, work):
    for _ in range(3):
        make_contact(api.account_id)

    asked = ask(api, "favorite", {"filter": {"folder": "opt-in-queue"}, "expected": 2})
    work(asked)

    assert (asked.json["job"]["expected"], asked.json["job"]["matched"]) == (2, 3)
    assert job_of(api, asked)["done"] == 3


def test_ids_that_are_gone_change_the_count_too(api, make_contact):
    kept, gone = make_contact(api.account_id), make_contact(api.account_id)
    api.delete(f"/contacts/{gone.id}")

    refused = ask(api, "delete", {"ids": [str(kept.id), str(gone.id)], "expected": 2})

    assert (refused.status_code, refused.json["code"]) == (409, "count-changed")


def test_rule_19_move_from_a_group_leaves_that_group(api, make_contact, work):
    person, other = make_contact(api.account_id), make_contact(api.account_id)
    first, second = (make(Group, api.account_id, name) for name in ("First", "Second"))
    for each in (person, other):
        work(ask(api, "move_to_group", {"ids": [str(each.id)]}, group_id=str(first.id)))

    work(
        ask(
            api,
            "move_to_group",
            {"filter": {"folder": f"group:{first.id}", "q": person.phone[-4:]}},
            group_id=str(second.id),
        )
    )
    named = {"group_id": str(second.id), "from_group": str(first.id)}
    work(ask(api, "move_to_group", {"ids": [str(other.id)]}, **named))

    for each in (person, other):
        groups = api.get(f"/contacts/{each.id}").json["groups"]
        assert [group["name"] for group in groups] == ["Second"]


def test_filter_that_matches_nobody_is_done_at_once(api, make_contact, work):
    asked = ask(api, "delete", {"filter": {"q": "nobody"}, "expected": 0})
    work(asked)

    done = job_of(api, asked)
    assert (done["status"], done["total"], done["matched"]) == ("done", 0, 0)


def test_chunks_are_gone_when_the_job_is_done(api, make_contact, work):
    for _ in range(5):
        make_contact(api.account_id)

    asked = ask(api, "favorite", {"filter": {}})
    with transaction() as session:
        before = session.query(JobChunk).count()
    work(asked)

    with transaction() as session:
        assert (before, session.query(JobChunk).count()) == (3, 0)


def test_canceled_job_tells_how_far_it_got(api, make_contact):
    from workers.admin import run_job  # noqa: PLC0415

    for _ in range(5):
        make_contact(api.account_id)
    asked = ask(api, "favorite", {"filter": {}})
    run_job(asked.json["job"]["id"])

    canceled = api.post(f"/jobs/{asked.json['job']['id']}/cancel")
    run_job(asked.json["job"]["id"])

    done = job_of(api, asked)
    assert canceled.status_code == 202
    assert (done["status"], done["done"], done["skipped"]) == ("cancelled", 2, 3)
    assert len(favorites(api)) == 2


def test_rule_30_folder_and_label_of_another_account_do_not_exist(api, make_somebody):
    other = make_somebody()
    group = make(Group, other.account_id, "Theirs")
    label = make(Label, other.account_id, "Theirs")
    mine = make(Group, api.account_id, "Mine")

    answers = [
        ask(api, "favorite", {"filter": {"folder": f"group:{group.id}"}}),
        ask(api, "favorite", {"filter": {"label": str(label.id)}}),
        ask(
            api,
            "move_to_group",
            {"filter": {}},
            group_id=str(mine.id),
            from_group=str(group.id),
        ),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert api.get("/jobs").json["items"] == []


def test_rule_30_filter_never_reaches_another_account(api, make_somebody, make_contact, work):
    other = make_somebody()
    make_contact(other.account_id)

    work(ask(api, "favorite", {"filter": {}}))

    assert favorites(other) == []
