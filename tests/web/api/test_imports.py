"""Rules 23, 25 and 28: a list of numbers is imported as a job, foreseen by a dry run."""

import codecs
import time

import pytest
from sqlalchemy import select, text

from models import Delivery, Lead, Suppression, TimelineEntry, transaction
from models import imports as steps
from web.api import imports

PHONES = ["+12025550101", "+12025550102", "+12025550103"]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    monkeypatch.setattr("workers.admin.RUN_SECONDS", 0)  # a chunk a run


def send(api, body, query="kind=dnc", **headers):
    if isinstance(body, str):
        body = body.encode()
    path = f"/suppressions/import?{query}"
    return api.post(path, data=body, headers={"Content-Type": "text/csv"} | headers)


def job_of(api, answer):
    assert answer.status_code == 202, answer.json
    job = api.get(f"/jobs/{answer.json['job']['id']}").json
    if job["status"] not in {"queued", "running"}:
        assert job["total"] == job["done"] + job["skipped"] + len(job["failures"])
    return job


def listed(api):
    items = api.get("/suppressions?limit=200").json["items"]
    return {each["phone"]: each["reason"] for each in items}


@pytest.mark.parametrize(
    "body",
    [
        "\n".join(PHONES),
        "phone\n" + "\n".join(PHONES) + "\n",
        "Phone,Reason\r\n" + "".join(f"{phone},\r\n" for phone in PHONES),
        codecs.BOM_UTF8 + "\r\n".join(["phone;reason", *PHONES]).encode(),
        "sep=;\r\nphone;reason\r\n" + "\r\n".join(PHONES),
        '"phone","reason"\n' + "\n".join(f'"{phone}",""' for phone in PHONES),
        "reason\tphone\n" + "\n".join(f"\t{phone}" for phone in PHONES),
        "\r".join(PHONES),
        "\n\n(202) 555-0101\n2025550102\n1 202 555 0103\n\n",
        "phone\n'+12025550101\n +12025550102 \n+1.202.555.0103",
        ("phone\n" + "\n".join(PHONES)).encode("utf-16"),
        "\n".join([*PHONES, *PHONES]),
    ],
)
def test_list_is_read_however_it_was_saved(api, work, body):
    answer = send(api, body)
    work(answer)

    job = job_of(api, answer)
    assert sorted(listed(api)) == PHONES
    assert (job["kind"], job["status"], job["done"]) == ("import_suppressions", "done", 3)
    assert job["failures"] == []


def test_reason_of_the_line_comes_before_that_of_the_import(api, work):
    body = 'phone,reason\n+12025550101,"asked, by mail"\n+12025550102,\n+12025550103,Jos\xe9\n'

    work(send(api, body.encode("latin-1"), "kind=dnc&reason=spring%20list"))

    assert listed(api) == {
        PHONES[0]: "asked, by mail",
        PHONES[1]: "spring list",
        PHONES[2]: "Jos\ufffd",
    }


def test_line_that_cannot_be_read_is_told_by_its_number(api, work):
    body = 'phone\n+12025550101\nnonsense\n"+12025550102\n911\n\n,no number\n+12025550103\n'

    answer = send(api, body)
    work(answer)

    job = job_of(api, answer)
    told = {each["id"]: each["reason"] for each in job["failures"]}
    assert sorted(listed(api)) == [PHONES[0], PHONES[2]]
    assert sorted(told) == ["line 3", "line 4", "line 5", "line 7"]
    assert told["line 4"] == "A quote is opened here and never closed."
    assert told["line 7"] == "The phone number is missing."
    assert job["total"] == 6


def test_more_bad_lines_than_can_be_told_are_counted(api, work):
    answer = send(api, "x\n" * 1_500 + PHONES[0])
    work(answer)

    job = job_of(api, answer)
    assert (job["total"], job["done"], job["skipped"]) == (1_501, 1, 500)
    assert len(job["failures"]) == 1_000


def test_rule_25_people_leave_the_queue_and_lose_their_texts(
    api, make_contact, make_lead, work
):
    queued = make_contact(api.account_id, phone=PHONES[0])
    lead = make_lead(api.account_id, phone=PHONES[1], text="ready", status="texting")
    bystander = make_contact(api.account_id, phone=PHONES[2])

    answer = send(api, "\n".join(PHONES[:2]))
    work(answer)

    assert job_of(api, answer)["result"] == {
        "dry_run": False,
        "in_queue": 1,
        "unsent_texts": 1,
    }
    shown = api.get(f"/contacts/{queued.id}").json
    assert (shown["suppressed"], shown["in_opt_in_queue"]) == (True, False)
    assert api.get(f"/contacts/{bystander.id}").json["in_opt_in_queue"] is True
    with transaction() as session:
        assert session.get_one(Delivery, lead.id).status == "suppressed"
        assert session.get_one(Delivery, lead.id).reason.endswith("(import 1)")
        assert session.get_one(Lead, lead.id).status == "suppressed"
        told = session.scalars(
            select(TimelineEntry.text).where(TimelineEntry.contact_id == queued.id)
        ).all()
    assert told[-1] == "Suppressed (dnc), from import 1."


def test_rule_28_dry_run_tells_what_would_happen_and_does_nothing(
    api, make_contact, make_lead, work
):
    make_contact(api.account_id, phone=PHONES[0])
    make_lead(api.account_id, phone=PHONES[1], text="ready", status="texting")
    work(send(api, PHONES[2]))

    answer = send(api, "\n".join([*PHONES, PHONES[0]]), "kind=dnc&dry_run=true")
    work(answer)

    job = job_of(api, answer)
    assert (job["status"], job["done"], job["total"]) == ("done", 0, 4)
    assert job["result"] == {
        "dry_run": True,
        "numbers": 3,
        "known": 1,
        "in_queue": 1,
        "unsent_texts": 1,
    }
    assert list(listed(api)) == [PHONES[2]]
    assert len(api.get("/contacts?folder=opt-in-queue").json["items"]) == 1


def test_number_on_the_list_already_is_skipped(api, work):
    work(send(api, PHONES[0]))

    again = send(api, "\n".join(PHONES))
    work(again)

    assert (job_of(api, again)["done"], job_of(api, again)["skipped"]) == (2, 1)
    assert {each["source"] for each in api.get("/suppressions").json["items"]} == {
        "import 1",
        "import 2",
    }


def test_canceled_import_puts_everything_back(api, make_contact, make_lead, work):
    from workers.admin import run_job  # noqa: PLC0415

    make_contact(api.account_id, phone=PHONES[0])
    lead = make_lead(api.account_id, phone=PHONES[1], text="ready", status="texting")
    before = api.get("/contacts?folder=opt-in-queue").json["items"]
    answer = send(api, "\n".join(PHONES))
    run_job(answer.json["job"]["id"])
    in_between = sorted(listed(api))

    api.post(f"/jobs/{answer.json['job']['id']}/cancel")
    work(answer)

    job = job_of(api, answer)
    assert in_between == PHONES[:2]
    assert (job["status"], job["done"]) == ("cancelled", 0)
    assert job["reason"] == "The import was canceled."
    assert listed(api) == {}
    assert api.get("/contacts?folder=opt-in-queue").json["items"] == before
    with transaction() as session:
        assert session.get_one(Delivery, lead.id).status == "ready"
        assert session.get_one(Lead, lead.id).status == "texting"
        lifted = session.scalars(select(Suppression.lift_reason)).all()
    assert set(lifted) == {"The import was canceled."}


def test_import_that_keeps_failing_is_taken_back(api, make_contact, work):
    from workers.admin import give_up_job, run_job  # noqa: PLC0415

    make_contact(api.account_id, phone=PHONES[0])
    answer = send(api, "\n".join(PHONES))
    job_id = answer.json["job"]["id"]
    run_job(job_id)

    give_up_job({"args": [job_id]}, {"retries": 2, "max_retries": 2})
    work(answer)

    assert job_of(api, answer)["status"] == "failed"
    assert listed(api) == {}
    assert len(api.get("/contacts?folder=opt-in-queue").json["items"]) == 1


def test_numbers_are_read_by_the_region_of_the_account(api, work):
    with transaction() as session:
        session.execute(text("UPDATE accounts SET default_region = 'GB'"))

    work(send(api, "020 7946 0018\n+12025550101"))

    assert sorted(listed(api)) == ["+12025550101", "+442079460018"]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("kind=praise", {}, 422),
        ("kind=carrier", {}, 422),
        ("dry_run=maybe", {}, 422),
        ("kind=dnc", {"Content-Type": "application/json"}, 415),
    ],
)
def test_import_that_makes_no_sense_is_refused(api, query, headers, status):
    answer = send(api, PHONES[0], query, **headers)

    assert answer.status_code == status
    assert api.get("/jobs").json["items"] == []


def test_file_that_is_no_text_is_refused(api):
    answer = send(api, b"PK\x03\0binary")

    assert (answer.status_code, answer.json["code"]) == (400, "unreadable")
    assert api.get("/jobs").json["items"] == []


def test_member_may_import_dnc_and_nothing_else(api, make_somebody):
    member = make_somebody(api.account_id, role="member")

    answers = [send(member, PHONES[0], f"kind={kind}") for kind in ("dnc", "compliance")]

    assert [answer.status_code for answer in answers] == [202, 403]


def test_import_with_the_same_key_is_one_job(api):
    key = {"Idempotency-Key": "once"}

    first = send(api, PHONES[0], **key)
    second = send(api, PHONES[0], **key)
    other = send(api, PHONES[1], **key)

    assert first.json == second.json
    assert (other.status_code, other.json["code"]) == (422, "key-reused")


def test_rule_30_import_touches_no_other_account(api, make_somebody, make_contact, work):
    other = make_somebody()
    theirs = make_contact(other.account_id, phone=PHONES[0])

    work(send(api, PHONES[0]))

    assert other.get(f"/contacts/{theirs.id}").json["in_opt_in_queue"] is True
    assert listed(other) == {}


def test_hundred_thousand_lines_are_read_in_moments(api, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", steps.CHUNK)
    body = "".join(f"+1202{2_000_000 + n}\n" for n in range(100_000))

    begun = time.perf_counter()
    answer = send(api, body, "kind=dnc&dry_run=true")

    assert time.perf_counter() - begun < 20
    assert answer.json["job"]["total"] == 100_000
