"""A database from a backup (F42): nobody is texted twice for what it has forgotten.

The backup is a copy of all tables, made at one moment and put back later. Twilio remembers.
"""

import pytest
import requests
from sqlalchemy import text

import config
from models import Base, autocommit, transaction
from models.alarms import Alarm
from models.restores import HELD
from tests.story import BODY, OURS, PHONE
from workers import restored
from workers.alarms import look_after_accounts
from workers.leads import process_lead, send_text
from workers.sweeps import SWEEPS
from workers.twilio import TwilioUnavailable

OTHER = "+12025550143"
#: What the list says of a text that was taken: it may have been delivered by then.
TAKEN = ("sent", "delivered")
#: Of the machine, not of the data: a restore brings old schedules, and nobody minds.
LEFT_OUT = ("schedules",)


@pytest.fixture
def restart(monkeypatch):
    """Start the service anew, with RESTORED=1 or without."""

    def restart(value=True):
        monkeypatch.setattr(config, "RESTORED", value)
        monkeypatch.setattr(restored, "_seen", (0.0, False))
        monkeypatch.setattr(restored, "_CACHE_SECONDS", -1.0)

    return restart


@pytest.fixture
def backup(story):
    """Copy all tables; give the function that puts the copy back."""
    names = [name for name in Base.metadata.tables if name not in LEFT_OUT]
    with transaction() as session:
        session.execute(text("CREATE SCHEMA backup"))
        for name in names:
            session.execute(text(f"CREATE TABLE backup.{name} AS TABLE {name}"))

    def put_back():
        with transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = 'replica'"))
            for name in names:
                kept = [each for each in Base.metadata.tables[name].c if each.computed is None]
                columns = ", ".join(f'"{each.name}"' for each in kept)
                session.execute(text(f"DELETE FROM {name}"))  # noqa: S608
                session.execute(
                    text(
                        f"INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608
                        f" SELECT {columns} FROM backup.{name}"
                    )
                )

    yield put_back
    with transaction() as session:
        session.execute(text("DROP SCHEMA backup CASCADE"))


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """Jobs that are rung for are done by hand here."""
    monkeypatch.setattr("workers.catch_up.ring", lambda _: None)


def sweep():
    with autocommit() as connection:
        return SWEEPS["restored"].run(connection)


def state(api):
    return api.get("/integration").json["restored"]


def is_texted_once(simulator, phone=PHONE):
    return [each["body"] for each in simulator.texts(phone)] == [BODY]


def test_f42_lead_that_a_sender_posts_again_is_not_texted_again(
    story, simulator, backup, restart, api
):
    story.texted()
    backup()
    restart()

    again = story.post()
    process_lead(again)
    waiting = story.stands(again)
    sweep()
    send_text(again)

    assert waiting == ("ready", "texting", False)
    assert is_texted_once(simulator)
    sid = simulator.texts(PHONE)[0]["sid"]
    assert story.delivery(again).sid == sid
    assert story.delivery(again).status in TAKEN
    assert "text_found" in story.timeline(again)
    assert (state(api)["status"], state(api)["unknown"], state(api)["attached"]) == (
        "open",
        1,
        1,
    )


def test_retry_that_comes_after_texts_go_again_finds_its_text(
    story, simulator, backup, restart, api
):
    story.texted()
    backup()
    restart()
    sweep()
    restart(False)

    again = story.post()
    process_lead(again)
    story.receipt(again, "delivered")

    assert is_texted_once(simulator)
    assert story.stands(again) == ("delivered", "joined", True)


def test_retry_under_another_name_finds_the_text_of_its_number(
    story, simulator, backup, restart
):
    story.texted()
    backup()
    restart()
    sweep()

    again = story.post(first_name="Janet")
    process_lead(again)

    assert is_texted_once(simulator)
    assert story.delivery(again).status in TAKEN


def test_lead_of_the_backup_that_was_texted_since_gets_that_text(story, simulator, restart):
    lead_id = story.texted()
    story.change("DELETE FROM attempts")
    story.change(
        "UPDATE deliveries SET status = 'ready', sid = NULL, attempt = 0, attempt_token = NULL,"
        " lease_until = NULL, accepted_at = NULL, check_at = NULL"
    )
    restart()

    sweep()
    send_text(lead_id)

    assert is_texted_once(simulator)
    assert story.delivery(lead_id).status in TAKEN
    assert story.value("SELECT outcome FROM attempts WHERE number = 1") == "accepted"


def test_lead_that_was_held_in_the_backup_and_texted_since_is_held_no_longer(
    story, simulator, restart
):
    lead_id = story.texted()
    story.change("DELETE FROM attempts")
    story.change(
        "UPDATE deliveries SET status = 'ready', sid = NULL, attempt = 0, attempt_token = NULL,"
        " lease_until = NULL, accepted_at = NULL, check_at = NULL"
    )
    story.change("UPDATE leads SET status = 'held', reason = 'paused', held_at = now()")
    restart()

    sweep()
    story.receipt(lead_id, "delivered")

    assert is_texted_once(simulator)
    assert story.stands(lead_id) == ("delivered", "joined", True)


def test_text_whose_lead_never_comes_again_stays_one_of_an_unknown_lead(
    story, simulator, backup, restart, api
):
    story.texted()
    backup()
    restart()

    sweep()

    assert (state(api)["unknown"], state(api)["attached"]) == (1, 0)
    assert story.value("SELECT phone FROM listed_texts WHERE lead_id IS NULL") == PHONE


def test_new_person_is_texted_once_all_is_read(story, simulator, backup, restart):
    story.texted()
    backup()
    restart()
    new = story.texted(phone=OTHER)
    before = simulator.texts(OTHER)
    held = story.lead(new).reason

    sweep()
    send_text(new)

    assert (before, held) == ([], HELD)
    assert is_texted_once(simulator, OTHER)
    assert story.lead(new).reason is None


def test_f42_stop_of_the_lost_time_stands_before_anything_is_sent(
    story, simulator, backup, restart, api
):
    text_back = {"from": PHONE, "to": OURS, "body": "STOP"}
    requests.post(f"{simulator.url}/_sim/inbound", json=text_back, timeout=10)
    backup()
    restart()
    lead_id = story.texted()

    sweep()
    send_text(lead_id)

    assert simulator.texts(PHONE) == []
    assert story.lead(lead_id).status == "suppressed"
    assert state(api)["heard"] == 1


def test_known_texts_are_nobody_elses(story, simulator, restart, api):
    story.texted()
    restart()

    sweep()

    assert (state(api)["status"], state(api)["listed"], state(api)["unknown"]) == ("open", 1, 0)


def test_nothing_to_reconcile_opens_at_once(story, simulator, restart, api):
    restart()
    before = state(api)

    sweep()
    lead_id = story.texted()

    assert before["status"] == "holding"
    assert state(api)["status"] == "open"
    assert story.delivery(lead_id).status == "sent"


def test_twilio_away_keeps_texts_waiting_and_a_restart_goes_on(
    story, simulator, backup, restart, api, monkeypatch
):
    for last in range(50, 56):
        story.texted(phone=f"+120255501{last}")
    backup()
    restart()
    monkeypatch.setattr("workers.twilio_list.PAGE_SIZE", 2)
    monkeypatch.setattr(restored, "PAGES", 1)

    sweep()
    read = state(api)
    with monkeypatch.context() as patch:
        patch.setattr(restored, "list_page", _unavailable)
        sweep()
        away = state(api)
    restart()
    left = [sweep(), sweep()]

    assert (read["status"], read["listed"]) == ("holding", 2)
    assert (away["status"], away["listed"]) == ("holding", 2)
    assert left == [2, 2]
    assert state(api)["status"] == "open"
    assert (state(api)["listed"], state(api)["unknown"]) == (6, 6)


def _unavailable(_page):
    raise TwilioUnavailable("nobody answers")


def test_database_that_was_restored_once_more_is_held_again(story, simulator, restart, api):
    restart()
    sweep()
    opened = state(api)["status"]

    story.change("UPDATE restores SET seen_at = seen_at - interval '2 minutes'")
    again = state(api)["status"]
    sweep()

    assert (opened, again, state(api)["status"]) == ("open", "holding", "open")
    assert story.value("SELECT count(*) FROM restores") == 2


def test_waiting_is_an_alarm_until_texts_go_again(story, simulator, restart, account):
    restart()

    with autocommit() as connection:
        look_after_accounts(connection)
    with transaction() as session:
        [alarm] = Alarm.open_of(session, account)
    sweep()
    with autocommit() as connection:
        look_after_accounts(connection)
    with transaction() as session:
        left = Alarm.open_of(session, account)

    assert (alarm.kind, left) == ("restored", [])
    assert alarm.detail.startswith(HELD)


def test_readyz_tells_of_held_texts_and_is_degraded(story, simulator, restart, client):
    restart()
    before = client.get("/readyz")
    sweep()
    after = client.get("/readyz")
    restart(False)

    assert (before.status_code, before.json["restored"]) == (200, "holding")
    assert before.json["status"] == "degraded"
    assert after.json["restored"] == "open"
    assert "restored" not in client.get("/readyz").json


def test_without_the_setting_nothing_is_read_and_nothing_waits(story, simulator, api):
    read = sweep()

    assert read == 0
    assert state(api) is None
    assert story.delivery(story.texted()).status == "sent"
