"""The opt-in queue, contacts and groups as pages: rules 16 to 19 and 22, with a screen."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from models import Contact, Group, Job, Label, Membership, transaction
from tests.web.api import conftest as people
from tests.web.pages.conftest import said
from workers.admin import run_job

QUEUE = "/contacts/opt-in-queue"
#: Fixtures of the API's tests.
make_contact, make_lead = people.make_contact, people.make_lead
make_integration = people.make_integration
HTMX = {"HX-Request": "true"}


def names(answer):
    """The names in a list, in its order."""
    return re.findall(r"data-open>([^<]*)</a>", answer.text)


def ids(answer):
    return re.findall(r'name="ids" value="([^"]*)"', answer.text)


def href(answer, words):
    found = re.search(rf'href="([^"]*)"[^>]*>{words}<', answer.text)
    return found and found[1].replace("&amp;", "&")


def poll_address(answer):
    return re.search(r'id="rows"[^>]*hx-get="([^"]*)"', answer.text)[1].replace("&amp;", "&")


def act(person, kind, contacts, **fields):
    """Ask for an action as the dialog does, and have the worker do it to its end."""
    sent = {"folder": "opt-in-queue", "kind": kind, **fields}
    if contacts:
        sent["ids"] = [str(each.id) for each in contacts]
    answer = person.post("/contacts/bulk/do", sent)
    with transaction() as session:
        jobs = session.scalars(select(Job.id).where(Job.status == "queued")).all()
    for job in jobs:
        for _ in range(5):
            run_job(str(job))
    return answer


def test_rule_17_queue_is_not_in_the_navigation_while_it_is_empty(owner, make_contact):
    before = owner.get("/contacts")
    make_contact(owner.account_id)

    after = owner.get("/contacts")

    assert f'href="{QUEUE}"' not in before.text.partition("</nav>")[0]
    assert f'href="{QUEUE}"' in after.text.partition("</nav>")[0]


def test_rule_17_empty_queue_explains_itself_and_shows_the_url_to_post_to(
    owner, make_integration
):
    make_integration(owner.account_id)

    answer = owner.get(QUEUE)

    assert answer.status_code == 200
    assert "People join here the moment their compliance message is delivered" in said(answer)
    assert re.search(r"/hooks/\w+", answer.text)
    assert "Form is on" in said(answer)


def test_rule_22_people_stay_in_the_queue_without_an_integration(owner, make_contact):
    make_contact(owner.account_id, first_name="Ann")

    answer = owner.get(QUEUE)

    assert names(answer) == ["Ann Doe"]


def test_rule_18_rows_are_sorted_searched_and_filtered_by_the_address(owner, make_contact):
    ann = make_contact(owner.account_id, first_name="Ann", last_name="Lee")
    make_contact(owner.account_id, first_name="Bob", last_name="Lee", landline=True)
    make_contact(owner.account_id, first_name="Cid", last_name="Roe", favorite=True)
    label = Label(account_id=owner.account_id, name="Hot")
    with transaction() as session:
        session.add(label)
    act(owner, "add_label", [ann], label=str(label.id))

    shown = {
        address: names(owner.get(QUEUE + address))
        for address in (
            "",
            "?sort=oldest",
            "?sort=favorites",
            "?q=lee",
            f"?q={ann.phone[-4:]}",
            "?landline=true",
            f"?label={label.id}",
        )
    }

    assert list(shown.values()) == [
        ["Cid Roe", "Bob Lee", "Ann Lee"],
        ["Ann Lee", "Bob Lee", "Cid Roe"],
        ["Cid Roe", "Bob Lee", "Ann Lee"],
        ["Bob Lee", "Ann Lee"],
        ["Ann Lee"],
        ["Bob Lee"],
        ["Ann Lee"],
    ]


@pytest.mark.parametrize("junk", ["sort=x", "cursor=x", "before=!", "label=x", "landline=x"])
def test_address_that_is_mistyped_shows_the_list_all_the_same(owner, make_contact, junk):
    make_contact(owner.account_id, first_name="Ann")

    answer = owner.get(f"{QUEUE}?{junk}")

    assert names(answer) == ["Ann Doe"]


def test_landline_says_that_nobody_texts_it(owner, make_contact):
    make_contact(owner.account_id, landline=True)

    answer = owner.get(QUEUE)

    assert "Landline: call, do not text" in said(answer)


def test_pages_lead_on_and_back(owner, make_contact):
    for number in range(120):
        make_contact(owner.account_id, first_name=f"P{number:03}", phone=f"+1202555{number:04}")
    first = owner.get(QUEUE)

    second = owner.get(href(first, "Next page"))
    third = owner.get(href(second, "Next page"))
    again = owner.get(href(third, "Previous page"))
    beginning = owner.get(href(again, "Previous page"))

    assert [len(names(each)) for each in (first, second, third)] == [50, 50, 20]
    assert names(first) + names(second) + names(third) == [
        f"P{number:03} Doe" for number in reversed(range(120))
    ]
    assert names(again) == names(second)
    assert names(beginning) == names(first)
    assert href(third, "Next page") is None
    assert href(first, "Previous page") is None
    assert href(beginning, "Previous page") is None


def test_rule_16_moved_contact_leaves_the_queue_and_has_the_group(owner, make_contact):
    ann = make_contact(owner.account_id, first_name="Ann")

    answer = act(owner, "move_to_group", [ann], new_group="Spring list")

    assert answer.status_code == 303
    assert names(owner.get(QUEUE)) == []
    with transaction() as session:
        group = session.scalars(select(Group)).one()
        assert session.scalars(select(Membership.contact_id)).all() == [ann.id]
    assert group.name == "Spring list"
    assert names(owner.get(f"/contacts/groups/{group.id}")) == ["Ann Doe"]


def test_rule_19_move_to_an_existing_group_is_offered_by_name(owner, make_contact):
    ann = make_contact(owner.account_id)
    owner.post("/contacts/groups", {"name": "Callers"})
    with transaction() as session:
        group = session.scalars(select(Group)).one()

    dialog = owner.post(
        "/contacts/bulk/ask",
        {"folder": "opt-in-queue", "kind": "move_to_group", "ids": str(ann.id)},
        headers=HTMX,
    )
    act(owner, "move_to_group", [ann], group_id=str(group.id))

    assert "Move 1 contact to a group" in said(dialog)
    assert f'<option value="{group.id}">Callers</option>' in dialog.text
    assert names(owner.get(f"/contacts/groups/{group.id}")) == ["Jane Doe"]


def test_name_that_is_taken_is_said_in_the_dialog(owner, make_contact):
    ann = make_contact(owner.account_id)
    owner.post("/contacts/groups", {"name": "Callers"})

    answer = owner.post(
        "/contacts/bulk/do",
        {"folder": "all", "kind": "move_to_group", "ids": str(ann.id), "new_group": "callers"},
        headers=HTMX,
    )

    assert "<dialog" in answer.text
    assert 'role="alert"' in answer.text
    with transaction() as session:
        assert session.scalars(select(Job)).all() == []


def test_rule_19_labels_are_added_and_taken_in_bulk(owner, make_contact):
    both = [make_contact(owner.account_id) for _ in range(2)]

    act(owner, "add_label", both, new_label="Hot")
    labeled = owner.get(QUEUE).text.count('<span class="label">Hot</span>')
    with transaction() as session:
        label = session.scalars(select(Label)).one()
    act(owner, "remove_label", both[:1], label=str(label.id))

    assert labeled == 2
    assert owner.get(QUEUE).text.count('<span class="label">Hot</span>') == 1


def test_rule_19_favorite_is_marked_by_a_click_and_unmarked(owner, make_contact):
    ann = make_contact(owner.account_id)
    one = f"/contacts/{ann.id}/favorite"

    star = owner.post(one, {"favorite": "yes"}, headers=HTMX)
    back = owner.post(one, {"favorite": "no", "back": f"{QUEUE}?sort=favorites"})

    assert 'aria-pressed="true"' in star.text
    assert back.headers["Location"] == f"{QUEUE}?sort=favorites"
    with transaction() as session:
        assert session.get_one(Contact, ann.id).favorite is False


def test_form_leads_back_to_a_list_of_ours_only(owner, make_contact):
    ann = make_contact(owner.account_id)

    answer = owner.post(
        f"/contacts/{ann.id}/favorite", {"favorite": "yes", "back": "https://example.com/"}
    )

    assert answer.headers["Location"] == "/contacts"


def test_rule_19_deleted_contacts_are_gone_from_every_list(owner, make_contact):
    ann = make_contact(owner.account_id, first_name="Ann")
    make_contact(owner.account_id, first_name="Bob")

    act(owner, "delete", [ann])

    assert names(owner.get(QUEUE)) == ["Bob Doe"]
    assert names(owner.get("/contacts")) == ["Bob Doe"]


def test_more_than_a_hundred_are_deleted_only_by_who_types_how_many(owner, make_contact):
    many = [make_contact(owner.account_id, phone=f"+1202555{n:04}") for n in range(101)]

    untyped = act(owner, "delete", many)
    wrong = act(owner, "delete", many, typed="100")
    still_there = len(names(owner.get("/contacts")))
    typed = act(owner, "delete", many, typed="101")

    assert (untyped.status_code, wrong.status_code, typed.status_code) == (422, 422, 303)
    assert "Type 101" in said(untyped)
    assert still_there == 50
    assert names(owner.get("/contacts")) == []


def test_nobody_selected_is_said(owner):
    answer = owner.post("/contacts/bulk/ask", {"folder": "all", "kind": "delete"})

    assert answer.status_code == 422
    assert "Select at least one contact first" in said(answer)


def test_count_of_a_filter_is_exact(owner, make_contact):
    for number in range(3):
        make_contact(owner.account_id, last_name="Lee", landline=number == 0)
    make_contact(owner.account_id, last_name="Roe")

    counts = [
        owner.get(f"/contacts/count?{asked}").json["count"]
        for asked in ("folder=opt-in-queue", "folder=all&q=lee", "q=lee&landline=true")
    ]

    assert counts == [4, 3, 1]


def test_row_that_a_colleague_moved_says_so_with_the_name(owner, member, make_contact):
    ann = make_contact(owner.account_id, first_name="Ann")
    make_contact(owner.account_id, first_name="Bob")
    on_screen = poll_address(owner.get(QUEUE))
    act(member, "move_to_group", [ann], new_group="Spring list")

    polled = owner.get(on_screen, headers=HTMX)

    assert names(polled) == ["Bob Doe"]
    assert "Ann Doe" in said(polled)
    assert f"Moved to Spring list by {member.name}" in said(polled)


def test_poll_counts_who_has_come_and_moves_nothing(owner, make_contact):
    for name in ("Ann", "Bob"):
        make_contact(owner.account_id, first_name=name)
    on_screen = poll_address(owner.get(QUEUE))
    for name in ("Cid", "Dan"):
        make_contact(owner.account_id, first_name=name)

    polled = owner.get(on_screen, headers=HTMX)

    assert names(polled) == ["Bob Doe", "Ann Doe"]
    assert "2 new leads: show" in said(polled)
    assert poll_address(polled) == on_screen


def test_poll_of_a_search_counts_only_who_matches(owner, make_contact):
    make_contact(owner.account_id, last_name="Lee")
    on_screen = poll_address(owner.get(f"{QUEUE}?q=lee"))
    make_contact(owner.account_id, last_name="Lee")
    make_contact(owner.account_id, last_name="Roe")

    polled = owner.get(on_screen, headers=HTMX)

    assert "1 new lead: show" in said(polled)


def test_suppressed_and_deleted_rows_say_why_they_left(owner, member, make_contact):
    ann, bob = (make_contact(owner.account_id, first_name=name) for name in ("Ann", "Bob"))
    on_screen = poll_address(owner.get(QUEUE))
    act(member, "suppress", [ann], reason="asked by phone")
    act(member, "delete", [bob])

    words = said(owner.get(on_screen, headers=HTMX))

    assert "Suppressed (dnc)" in words
    assert "asked by phone" in words
    assert f"Deleted by {member.name}" in words


def test_progress_says_how_many_and_why_not(owner, make_contact):
    ann, bob = (make_contact(owner.account_id) for _ in range(2))
    act(owner, "add_label", [ann], new_label="Hot")
    act(owner, "add_label", [ann, bob], new_label="hot")
    with transaction() as session:
        job = session.scalars(select(Job.id).order_by(Job.created_at.desc())).first()

    answer = owner.get(f"/contacts/jobs/{job}", headers=HTMX)

    assert "1 labeled, 1 skipped (had it already)" in said(answer)
    assert answer.headers["HX-Trigger"] == "contacts-changed"
    assert "data-poll" not in answer.text


def test_progress_of_an_open_job_asks_again_and_can_be_canceled(owner, make_contact):
    ann = make_contact(owner.account_id)
    sent = {"folder": "all", "kind": "delete", "ids": str(ann.id)}

    asked = owner.post("/contacts/bulk/do", sent, headers=HTMX)
    job = re.search(r"/contacts/jobs/([\w-]+)/cancel", asked.text)[1]
    canceled = owner.post(f"/contacts/jobs/{job}/cancel", headers=HTMX)

    assert asked.headers["HX-Trigger"] == "contacts-asked"
    assert 'data-poll="1"' in asked.text
    assert "Canceled: 0 deleted" in said(canceled)
    assert names(owner.get("/contacts")) == ["Jane Doe"]


def test_without_scripts_the_question_is_a_page_of_its_own(owner, make_contact):
    ann = make_contact(owner.account_id)
    sent = {"folder": "all", "kind": "suppress", "ids": str(ann.id), "back": f"{QUEUE}?q=x"}

    answer = owner.post("/contacts/bulk/ask", sent)

    assert answer.status_code == 200
    assert "Suppress 1 contact" in said(answer)
    assert href(answer, "Cancel") == f"{QUEUE}?q=x"


def test_groups_are_made_renamed_and_deleted_and_nobody_returns(owner, make_contact):
    ann = make_contact(owner.account_id)
    owner.post("/contacts/groups", {"name": " Spring  list "})
    with transaction() as session:
        group = session.scalars(select(Group)).one()
    act(owner, "move_to_group", [ann], group_id=str(group.id))
    one = f"/contacts/groups/{group.id}"

    taken = owner.post("/contacts/groups", {"name": "spring list"})
    owner.post(f"{one}/rename", {"name": "Summer list"})
    renamed = said(owner.get(one))
    deleted = owner.post(f"{one}/delete")

    assert group.name == "Spring list"
    assert taken.status_code == 422
    assert "There is a group of that name already" in said(taken)
    assert "Summer list" in renamed
    assert deleted.headers["Location"] == "/contacts/groups"
    assert owner.get(one).status_code == 404
    assert names(owner.get(QUEUE)) == []
    assert names(owner.get("/contacts")) == ["Jane Doe"]


def test_contact_is_removed_from_a_group_on_its_page(owner, make_contact):
    ann = make_contact(owner.account_id)
    act(owner, "move_to_group", [ann], new_group="Spring list")
    with transaction() as session:
        group = session.scalars(select(Group)).one()
    one = f"/contacts/groups/{group.id}"

    act(owner, "remove_from_group", [ann], folder=f"group:{group.id}")

    assert names(owner.get(one)) == []
    assert names(owner.get(QUEUE)) == []


def test_rule_19_move_from_a_group_s_own_page_leaves_that_group(owner, make_contact):
    ann = make_contact(owner.account_id)
    act(owner, "move_to_group", [ann], new_group="Spring list")
    with transaction() as session:
        spring = session.scalars(select(Group)).one()

    act(owner, "move_to_group", [ann], folder=f"group:{spring.id}", new_group="Summer list")

    assert names(owner.get(f"/contacts/groups/{spring.id}")) == []
    assert "Summer list" in said(owner.get("/contacts"))


def test_everybody_who_matches_is_moved_by_the_filter(owner, make_contact):
    for number in range(3):
        make_contact(owner.account_id, last_name="Lee", first_name=f"P{number}")
    make_contact(owner.account_id, last_name="Roe")
    form = {"all": "1", "expected": "2", "q": "lee", "new_group": "Lees"}

    act(owner, "move_to_group", [], **form)
    with transaction() as session:
        job = session.scalars(select(Job.id)).one()

    assert names(owner.get(QUEUE)) == ["Jane Roe"]
    told = said(owner.get(f"/contacts/jobs/{job}", headers=HTMX))
    assert "3 moved to Lees. You saw 2, there were 3" in told


def test_deletion_of_others_than_were_seen_is_refused_in_the_dialog(owner, make_contact):
    for _ in range(3):
        make_contact(owner.account_id, last_name="Lee")
    sent = {"folder": "all", "kind": "delete", "all": "1", "expected": "2", "q": "lee"}

    answer = owner.post("/contacts/bulk/do", sent, headers=HTMX)

    assert "3 contacts match now" in said(answer)
    assert len(names(owner.get("/contacts"))) == 3


def test_rule_28_move_is_undone_from_its_toast(owner, make_contact):
    ann = make_contact(owner.account_id, first_name="Ann")
    act(owner, "move_to_group", [ann], new_group="Spring list")
    with transaction() as session:
        job = session.scalars(select(Job.id)).one()
    offered = owner.get(f"/contacts/jobs/{job}", headers=HTMX)

    undoing = owner.post(f"/contacts/jobs/{job}/undo", headers=HTMX)
    run_job(re.search(r"/contacts/jobs/([\w-]+)", undoing.text)[1])

    assert f"/contacts/jobs/{job}/undo" in offered.text
    assert names(owner.get(QUEUE)) == ["Ann Doe"]


def test_labels_are_made_renamed_and_deleted(owner):
    owner.post("/contacts/labels", {"name": "Hot"})
    with transaction() as session:
        label = session.scalars(select(Label)).one()
    one = f"/contacts/labels/{label.id}"

    nameless = owner.post("/contacts/labels", {"name": "  "})
    owner.post(f"{one}/rename", {"name": "Warm"})
    renamed = said(owner.get("/contacts/labels"))
    owner.post(f"{one}/delete")

    assert nameless.status_code == 422
    assert "Warm" in renamed
    assert "No labels yet" in said(owner.get("/contacts/labels"))


def test_rule_30_another_account_s_rows_do_not_exist(owner, stranger, make_contact):
    ann = make_contact(owner.account_id, first_name="Ann")
    act(owner, "move_to_group", [make_contact(owner.account_id)], new_group="Ours")
    with transaction() as session:
        group = session.scalars(select(Group)).one()
        job = session.scalars(select(Job)).first()
    owner.post("/contacts/labels", {"name": "Hot"})
    with transaction() as session:
        label = session.scalars(select(Label)).one()

    answers = [
        stranger.get(f"/contacts/groups/{group.id}"),
        stranger.post(f"/contacts/groups/{group.id}/rename", {"name": "Mine"}),
        stranger.post(f"/contacts/groups/{group.id}/delete"),
        stranger.post(f"/contacts/labels/{label.id}/rename", {"name": "Mine"}),
        stranger.post(f"/contacts/labels/{label.id}/delete"),
        stranger.post(f"/contacts/{ann.id}/favorite", {"favorite": "yes"}),
        stranger.get(f"/contacts/jobs/{job.id}"),
        stranger.post(f"/contacts/jobs/{job.id}/cancel"),
        stranger.post(f"/contacts/jobs/{job.id}/undo"),
    ]

    polled = stranger.get(f"{QUEUE}?shown={ann.id.hex}", headers=HTMX)
    act(stranger, "delete", [ann])

    assert {answer.status_code for answer in answers} == {404}
    assert "Ann" not in polled.text
    assert names(owner.get(QUEUE)) == ["Ann Doe"]
    assert names(stranger.get("/contacts")) == []


def test_address_of_a_list_holds_everything_it_shows(owner, make_contact):
    make_contact(owner.account_id, last_name="Lee")
    here = f"{QUEUE}?q=lee&sort=oldest"

    answer = owner.get(here)
    polled = urlsplit(poll_address(answer))

    kept = parse_qs(polled.query)
    assert (polled.path, kept["q"], kept["sort"]) == (QUEUE, ["lee"], ["oldest"])
