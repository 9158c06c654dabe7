"""Rule 28: exports are jobs; their files hold what the filter matches, and no formula."""

import csv
import io

import pytest
from sqlalchemy import text

from models import JobFile, SuppressionKind, autocommit, exports, transaction
from models.retention import forget
from models.suppressions import Because, suppress


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(exports, "PART", 2)


def exported(api, work, path):
    asked = api.get(path)
    assert asked.status_code == 202, asked.json
    work(asked)
    job = api.get(f"/jobs/{asked.json['job']['id']}").json
    assert job["status"] == "done", job
    answer = api.get(job["file_url"].removeprefix("/api/v1"))
    assert answer.mimetype == "text/csv"
    return job, list(csv.DictReader(io.StringIO(answer.text)))


def test_rule_28_contacts_are_exported_in_parts(api, make_contact, work):
    people = [make_contact(api.account_id) for _ in range(5)]

    job, rows = exported(api, work, "/contacts/export")

    assert (job["kind"], job["total"], job["done"]) == ("export", 5, 5)
    assert [row["id"] for row in rows] == [str(person.id) for person in people]
    assert [row["phone"] for row in rows] == [person.phone for person in people]
    assert {row["in_opt_in_queue"] for row in rows} == {"true"}


def test_export_holds_what_the_filter_matches(api, make_contact, work):
    make_contact(api.account_id, first_name="Ann", last_name="Lee")
    make_contact(api.account_id, first_name="Bo", queued=False)

    _, by_name = exported(api, work, "/contacts/export?q=ann")
    _, queued = exported(api, work, "/contacts/export?folder=opt-in-queue")
    _, nobody = exported(api, work, "/contacts/export?q=zoe")

    assert [row["first_name"] for row in by_name] == ["Ann"]
    assert [row["first_name"] for row in queued] == ["Ann"]
    assert nobody == []


def test_labels_and_groups_are_in_the_file(api, make_contact, work):
    person = make_contact(api.account_id, queued=False)
    ids = {"contacts": {"ids": [str(person.id)]}}
    work(api.post("/actions", {"kind": "move_to_group", "new_group": "=Spring"} | ids))

    _, [row] = exported(api, work, "/contacts/export")

    assert row["groups"] == "'=Spring"


def test_no_name_that_shares_a_cell_is_a_formula(api, make_contact, work):
    person = make_contact(api.account_id)
    contacts = {"contacts": {"ids": [str(person.id)]}}
    for name in ("a", '=HYPERLINK("http://evil.example")', "b;\t-1", "z; =1+1"):
        label = api.post("/labels", {"name": name.replace("\t", " ")}).json["id"]
        work(api.post("/actions", {"kind": "add_label", "label": label} | contacts))

    _, [row] = exported(api, work, "/contacts/export")

    parts = row["labels"].split(";")
    assert len(parts) == 6
    assert all(part.strip()[0] not in "=+-@" for part in parts), parts


def test_every_cell_is_quoted(api, make_contact, work):
    person = make_contact(api.account_id, first_name='Jo "J"', last_name="")

    asked = api.get("/contacts/export")
    work(asked)
    file = api.get(f"/jobs/{asked.json['job']['id']}/file").text

    head, row = file.splitlines()
    assert head.startswith('"id","first_name","last_name","phone",')
    assert row.startswith(f'"{person.id}","Jo ""J""","","{person.phone}",')


def test_person_moved_while_the_rows_are_read_is_in_the_queue_or_in_a_group(
    api, make_contact, work, monkeypatch
):
    person = make_contact(api.account_id)
    read = exports.marks

    def move_and_read(session, ids):
        contacts = {"contacts": {"ids": [str(person.id)]}}
        work(api.post("/actions", {"kind": "move_to_group", "new_group": "Spring"} | contacts))
        return read(session, ids)

    monkeypatch.setattr(exports, "marks", move_and_read)

    _, [row] = exported(api, work, "/contacts/export")

    assert (row["in_opt_in_queue"], row["groups"]) == ("true", "")


def test_leads_are_exported_with_their_texts(api, make_lead, work):
    make_lead(api.account_id, text="delivered")
    make_lead(api.account_id, status="held")

    _, rows = exported(api, work, "/leads/export")
    _, held = exported(api, work, "/leads/export?status=held")

    assert sorted(row["text_status"] for row in rows) == ["", "delivered"]
    assert [row["status"] for row in held] == ["held"]


def test_exported_suppressions_can_be_imported(api, make_somebody, work):
    with transaction() as session:
        for kind, reason in ((SuppressionKind.DNC, "=1+1"), (SuppressionKind.CARRIER, None)):
            because = Because(kind, reason, "test")
            suppress(session, api.account_id, "+12025550142", because)

    asked = api.get("/suppressions/export?kind=dnc")
    work(asked)
    file = api.get(f"/jobs/{asked.json['job']['id']}/file")
    other = make_somebody()
    again = other.post(
        "/suppressions/import", data=file.data, headers={"Content-Type": "text/csv"}
    )
    work(again)

    assert file.text.splitlines()[0].startswith('"phone","reason",')
    [item] = other.get("/suppressions").json["items"]
    assert (item["phone"], item["reason"]) == ("+12025550142", "'=1+1")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=jane",
        "q=jane+0142",
        "q=0143",
        "q=nobody",
        "kind=dnc",
        "needs_review=true",
        "needs_review=false",
        "kind=opted_out&needs_review=true&q=lee",
    ],
)
def test_suppressions_are_exported_as_they_are_listed(api, make_contact, work, query):
    for kind, phone, name, review in (
        (SuppressionKind.DNC, "+12025550142", "Jane", False),
        (SuppressionKind.OPTED_OUT, "+12025550143", "Lee", True),
        (SuppressionKind.OPTED_OUT, "+12025550144", "Jane", False),
    ):
        make_contact(api.account_id, phone=phone, first_name=name)
        with transaction() as session:
            because = Because(kind, None, "test", needs_review=review)
            suppress(session, api.account_id, phone, because)

    _, rows = exported(api, work, f"/suppressions/export?{query}")

    listed = api.get(f"/suppressions?{query}").json["items"]
    assert sorted(row["phone"] for row in rows) == sorted(each["phone"] for each in listed)


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\uff1d1+1",
        "+1 202 555",
        "a\rb",
        "a\tb",
    ],
)
def test_nothing_in_a_file_is_a_formula(name):
    assert exports.cell(name) == f"'{name}" or "\r" in name or "\t" in name
    assert exports.cell(name)[0] not in "=+-@\t\r"


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; =1+1", "a;' =1+1"),
        ("=1;=2; b;\t3", "'=1;'=2; b;'\t3"),
        ("a;+12025550142", "a;'+12025550142"),
    ],
)
def test_what_a_semicolon_would_begin_anew_is_no_formula_either(told, written):
    assert exports.cell(told) == written
    assert exports.cell(written) == written


@pytest.mark.parametrize(
    "plain", ["Jane", "+12025550142", "O'Brien", "a=b", "1-2", "", "a; b", "a;b-c"]
)
def test_plain_text_stays_as_it_is(plain):
    assert exports.cell(plain) == plain


def test_file_is_gone_after_a_day(api, make_contact, work):
    make_contact(api.account_id)
    job, _ = exported(api, work, "/contacts/export")
    with transaction() as session:
        session.execute(text("UPDATE jobs SET ended_at = ended_at - interval '26 hours'"))

    with autocommit() as connection:
        forget(connection)

    assert api.get(f"/jobs/{job['id']}").json["file_url"] is None
    assert api.get(f"/jobs/{job['id']}/file").status_code == 404
    with transaction() as session:
        assert session.query(JobFile).count() == 0


def urls(api):
    return {each["id"]: each["file_url"] for each in api.get("/jobs").json["items"]}


def test_job_names_no_file_that_made_room_for_newer_ones(api, make_contact, work):
    make_contact(api.account_id)
    jobs = [exported(api, work, "/contacts/export")[0] for _ in range(21)]

    with autocommit() as connection:
        forget(connection)

    oldest = jobs[0]["id"]
    assert api.get(f"/jobs/{oldest}").json["file_url"] is None
    assert [id_ for id_, url in urls(api).items() if url is None] == [oldest]


def test_job_names_no_file_that_a_wipe_has_taken(api, make_contact, work):
    person = make_contact(api.account_id)
    job, _ = exported(api, work, "/contacts/export")

    work(api.delete(f"/contacts/{person.id}?wipe=true"))

    assert api.get(f"/jobs/{job['id']}").json["file_url"] is None
    assert urls(api)[job["id"]] is None
    assert api.get(f"/jobs/{job['id']}/file").status_code == 404


def test_file_is_there_only_when_it_is_whole(api, make_contact):
    make_contact(api.account_id)

    asked = api.get("/contacts/export").json["job"]

    assert asked["file_url"] is None
    assert api.get(f"/jobs/{asked['id']}/file").status_code == 409


def test_rule_30_file_of_another_account_does_not_exist(api, make_somebody, make_contact, work):
    make_contact(api.account_id)
    job, _ = exported(api, work, "/contacts/export")
    other = make_somebody()

    _, rows = exported(other, work, "/contacts/export")

    assert other.get(f"/jobs/{job['id']}/file").status_code == 404
    assert rows == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/contacts/export?folder=attic", 422),
        ("/contacts/export?folder=group:00000000-0000-0000-0000-000000000000", 404),
        ("/contacts/export?label=00000000-0000-0000-0000-000000000000", 404),
        ("/leads/export?status=lost", 422),
        ("/suppressions/export?kind=praise", 422),
        ("/suppressions/export?needs_review=perhaps", 422),
    ],
)
def test_export_of_what_there_is_not_is_refused(api, path, status):
    assert api.get(path).status_code == status
