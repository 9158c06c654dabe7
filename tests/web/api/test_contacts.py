"""Rules 13 to 22 of the product, as far as the API's contacts go."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from models import Contact, ContactLabel, Group, Label, Membership, transaction


def names(answer):
    assert answer.status_code == 200, answer.json
    return [item["first_name"] for item in answer.json["items"]]


def pages(api, **query):
    """Follow the cursor to the end; return the names of every page."""
    seen = []
    while True:
        answer = api.get("/contacts", query_string=query)
        seen += names(answer)
        if answer.json["next_cursor"] is None:
            return seen
        query["cursor"] = answer.json["next_cursor"]


def mark(contact, *, group=None, label=None):
    with transaction() as session:
        if group:
            made = Group.make(session, contact.account_id, group)
            row = Membership(
                group_id=made.id, contact_id=contact.id, account_id=contact.account_id
            )
        else:
            made = Label.make(session, contact.account_id, label)
            row = ContactLabel(label_id=made.id, contact_id=contact.id)
        session.add(row)
    return made


def test_rule_15_nobody_is_made_by_hand(api):
    answer = api.post("/contacts", {"first_name": "Jane", "phone": "+1 202 555 0142"})

    assert answer.status_code == 405
    assert answer.json["code"] == "method-not-allowed"


def test_rule_16_who_is_being_moved_is_shown_in_the_queue_or_in_the_group_never_in_both(
    api, make_contact, monkeypatch
):
    from web.api import contact_shapes  # noqa: PLC0415

    contact = make_contact(api.account_id)
    read_marks = contact_shapes.marks

    def moved_just_then(session, contacts):
        mark(contact, group="Callers")
        return read_marks(session, contacts)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(contact_shapes, "marks", moved_just_then)
        [shown] = api.get("/contacts?folder=opt-in-queue").json["items"]

    assert (shown["in_opt_in_queue"], shown["groups"]) == (True, [])
    assert api.get("/contacts?folder=opt-in-queue").json["items"] == []


def test_contact_is_shown_with_all_its_marks(api, make_contact):
    contact = make_contact(api.account_id, phone="+12025550142", landline=True)
    label = mark(contact, label="Hot")
    group = mark(contact, group="Callers")

    answer = api.get(f"/contacts/{contact.id}")

    shown = answer.json
    assert answer.status_code == 200
    assert shown["phone"] == "+12025550142"
    assert shown["landline"] is True
    assert shown["favorite"] is False
    assert shown["suppressed"] is False
    assert shown["labels"] == [{"id": str(label.id), "name": "Hot"}]
    assert shown["groups"] == [{"id": str(group.id), "name": "Callers"}]
    assert shown["in_opt_in_queue"] is False
    assert shown["joined_queue_at"] is None


def test_rule_18_queue_is_sorted_three_ways(api, make_contact):
    for name, favorite in (("Ann", False), ("Bob", True), ("Cid", False), ("Dot", True)):
        make_contact(api.account_id, first_name=name, favorite=favorite)
    queue = {"folder": "opt-in-queue", "limit": 3}

    newest = pages(api, **queue)
    oldest = pages(api, **queue, sort="oldest")
    favorites = pages(api, **queue, sort="favorites")

    assert newest == ["Dot", "Cid", "Bob", "Ann"]
    assert oldest == ["Ann", "Bob", "Cid", "Dot"]
    assert favorites == ["Dot", "Bob", "Cid", "Ann"]


def test_folders_show_whom_they_hold(api, make_contact):
    make_contact(api.account_id, first_name="Queued")
    make_contact(api.account_id, first_name="Waiting", queued=False)
    group = mark(make_contact(api.account_id, first_name="Moved"), group="Callers")

    queue = names(api.get("/contacts?folder=opt-in-queue"))
    everybody = names(api.get("/contacts"))
    callers = names(api.get(f"/contacts?folder=group:{group.id}"))

    assert queue == ["Queued"]
    assert everybody == ["Moved", "Waiting", "Queued"]
    assert callers == ["Moved"]


@pytest.mark.parametrize(
    ("folder", "status"), [("nonsense", 422), ("group:1", 422), (f"group:{UUID(int=7)}", 404)]
)
def test_folder_that_does_not_exist_is_refused(api, folder, status):
    answer = api.get("/contacts", query_string={"folder": folder})

    assert answer.status_code == status


@pytest.mark.parametrize(
    "typed",
    [
        *("zoe", "ZOË", "obrien", "O'Brien", "O\u2019Br lukasz", "smi", "zo smith", "strasse"),
        *("0142", "202", "+1 202 555 0142", "(202) 555-0142", "202-555-0142", "zoe 0142"),
    ],
)
def test_rule_18_person_is_found_by_names_and_number(api, make_contact, typed):
    make_contact(
        api.account_id,
        first_name="Zoë",
        last_name="O'Brien-Łukasz Smith Straße",
        phone="+12025550142",
    )
    make_contact(api.account_id, first_name="Bob", last_name="Jones", phone="+13105550199")

    found = names(api.get("/contacts", query_string={"folder": "opt-in-queue", "q": typed}))

    assert found == ["Zoë"]


@pytest.mark.parametrize("typed", ["oe", "zoe jones", "0143", "42", "2025550142 bob", "%", "'"])
def test_search_finds_nobody_else(api, make_contact, typed):
    make_contact(api.account_id, first_name="Zoë", last_name="Smith", phone="+12025550142")

    found = names(api.get("/contacts", query_string={"q": typed}))

    assert found == []


def test_endless_name_is_stored_and_found(api, make_contact):
    make_contact(api.account_id, first_name="\U0001d4d0" * 3_000, last_name="Smith")

    assert len(names(api.get("/contacts?q=a"))) == 1


def test_nothing_typed_breaks_the_search(api, make_contact):
    make_contact(api.account_id, first_name="Jane")
    typed = ["'", "\\", "a'b", "a:*", "& |", "!a", "(", "<->", "#020", "\u3002", "\ufb01", "_%"]
    typed += [
        "\ud55c",
        "9" * 300,
        "z" * 300,
        "\u0660\u0661\u0662",
        "\u00b2\u00b3\u00b9",
        "- -",
        "+",
    ]

    answers = {each: api.get("/contacts", query_string={"q": each}) for each in typed}

    assert [each for each, answer in answers.items() if names(answer)] == []


def test_search_follows_a_changed_name(api, make_contact):
    contact = make_contact(api.account_id, first_name="Jane")

    changed = api.patch(f"/contacts/{contact.id}", {"first_name": " Mary ", "favorite": True})

    assert changed.json["first_name"] == "Mary"
    assert changed.json["favorite"] is True
    assert names(api.get("/contacts?q=mary")) == ["Mary"]
    assert names(api.get("/contacts?q=jane")) == []


def test_rule_18_filters_narrow_the_list(api, make_contact):
    label = mark(make_contact(api.account_id, first_name="Marked"), label="Hot")
    make_contact(api.account_id, first_name="Landline", landline=True)

    marked = names(api.get(f"/contacts?label={label.id}"))
    landlines = names(api.get("/contacts?landline=true&folder=opt-in-queue"))
    mobiles = names(api.get("/contacts?landline=false"))

    assert marked == ["Marked"]
    assert landlines == ["Landline"]
    assert mobiles == ["Marked"]


@pytest.mark.parametrize(
    "change", [{"favorite": "yes"}, {"first_name": ""}, {"last_name": "a\0b"}]
)
def test_change_that_cannot_be_kept_is_refused(api, make_contact, change):
    contact = make_contact(api.account_id)

    answer = api.patch(f"/contacts/{contact.id}", change)

    assert answer.status_code == 422
    assert api.get(f"/contacts/{contact.id}").json["first_name"] == "Jane"


def test_deleted_contact_is_gone_with_the_answer(api, make_contact):
    contact = make_contact(api.account_id)

    answer = api.delete(f"/contacts/{contact.id}")

    assert answer.status_code == 202
    assert answer.json["job"]["kind"] == "delete"
    assert answer.json["job"]["status"] == "done"
    assert answer.json["job"]["done"] == 1
    assert api.get(f"/contacts/{contact.id}").status_code == 404
    assert names(api.get("/contacts")) == []
    assert names(api.get("/contacts?folder=opt-in-queue")) == []
    with transaction() as session:
        kept = session.scalars(select(Contact)).one()
    assert kept.queued_at is None


def test_rule_30_contact_of_another_account_does_not_exist(api, make_somebody, make_contact):
    other = make_contact(make_somebody().account_id)
    one = f"/contacts/{other.id}"

    answers = [
        api.get(one),
        api.patch(one, {"favorite": True}),
        api.delete(one),
        api.get(f"{one}/messages"),
        api.get(f"{one}/timeline"),
        api.get(f"{one}/notes"),
        api.post(f"{one}/notes", {"body": "hello"}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert names(api.get("/contacts")) == []
    with transaction() as session:
        kept = session.scalars(select(Contact)).one()
    assert (kept.favorite, kept.deleted_at) == (False, None)


def test_rule_30_label_and_group_of_another_account_are_not_found(
    api, make_somebody, make_contact
):
    contact = make_contact(make_somebody().account_id)
    label = mark(contact, label="Hot")
    group = mark(contact, group="Callers")
    make_contact(api.account_id)

    labeled = api.get(f"/contacts?label={label.id}")
    grouped = api.get(f"/contacts?folder=group:{group.id}")

    assert (labeled.status_code, grouped.status_code) == (404, 404)


def test_suppressed_contact_stays_in_the_list_of_all(api, make_contact):
    contact = make_contact(api.account_id)
    api.post("/suppressions", {"phone": contact.phone, "reason": "asked by phone"})

    everybody = api.get("/contacts").json["items"]
    queue = api.get("/contacts?folder=opt-in-queue").json["items"]

    assert [item["suppressed"] for item in everybody] == [True]
    assert queue == []


def test_cursor_of_another_order_is_refused(api, make_contact):
    for _ in range(2):
        make_contact(api.account_id)
    cursor = api.get("/contacts?limit=1").json["next_cursor"]

    answer = api.get("/contacts", query_string={"cursor": cursor, "sort": "oldest"})

    assert answer.status_code == 422


def test_pages_stand_still_while_people_join(api, make_contact):
    for name in ("Ann", "Bob", "Cid"):
        make_contact(api.account_id, first_name=name)
    first = api.get("/contacts?folder=opt-in-queue&limit=2")
    make_contact(api.account_id, first_name="New")
    with transaction() as session:
        session.execute(update(Contact).values(favorite=True))

    second = api.get(
        "/contacts",
        query_string={"folder": "opt-in-queue", "cursor": first.json["next_cursor"]},
    )

    assert names(first) == ["Cid", "Bob"]
    assert names(second) == ["Ann"]
