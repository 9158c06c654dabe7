"""`make run`, from outside: what it starts, what it survives, what it leaves behind."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time

import psutil
import psycopg
import pytest
import redis

from dev.servers import started
from tests.dev.conftest import ROOT, wait_until


def test_one_signal_ends_everything(copy):
    copy.start()
    sockets = copy.socket_folders()[0]

    status = copy.stop()

    assert status == 0
    assert copy.left() == []
    assert not os.path.exists(sockets)  # noqa: PTH110  (a plain string here)
    assert not (copy.home / "servers.json").exists()


def test_signals_that_come_twice_end_it_as_cleanly(copy):
    copy.start()

    copy.process.send_signal(signal.SIGINT)
    copy.process.send_signal(signal.SIGTERM)
    status = copy.stop()

    assert status == 0
    assert copy.left() == []
    assert copy.said("database system is shut down")


def test_ctrl_c_reaches_the_supervisor_alone(copy):
    copy.start()

    os.killpg(copy.process.pid, signal.SIGINT)
    status = copy.process.wait(25)

    assert status == 0
    assert copy.left() == []
    assert copy.lines.index("stopping") < len(copy.lines) - 1
    assert not copy.said("ended with status")


def test_signal_while_it_starts_ends_it_too(copy):
    copy.begin()
    wait_until(lambda: copy.said("simulator lives"))

    status = copy.stop()

    assert status == 0
    assert copy.left() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_make_ends_everything(copy, number):
    copy.options = ["options=" + " ".join(f"'{option}'" for option in copy.options)]
    copy.start(command=("make", "--silent", "run"))

    copy.stop(number)

    wait_until(lambda: copy.left() == [])
    assert copy.said("database system is shut down")


def test_process_that_dies_is_started_again_and_the_others_go_on(copy):
    copy.start()
    web, simulator = copy.ask()["pid"], copy.ask(copy.simulator_port)["pid"]

    os.kill(web, signal.SIGKILL)
    wait_until(lambda: (copy.ask() or {"pid": web})["pid"] != web)

    assert copy.ask(copy.simulator_port)["pid"] == simulator
    assert copy.said("web ended with status -9")


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_killed_server_is_started_again_with_its_data(copy, name):
    copy.start()
    urls = copy.json("servers.json")
    _remember(urls, "kept")

    os.kill(urls["pids"][name], signal.SIGKILL)

    wait_until(
        lambda: copy.json("servers.json")["pids"][name] not in {urls["pids"][name], None}
    )
    wait_until(lambda: _remembered(urls) == "kept", seconds=10)


def test_killed_supervisor_leaves_nothing_in_the_way_of_the_next(copy):
    copy.start()
    _remember(copy.json("servers.json"), "kept")
    first_sockets = copy.socket_folders()[0]

    copy.stop(signal.SIGKILL)
    copy.start()

    assert _remembered(copy.json("servers.json")) == "kept"
    assert not os.path.exists(first_sockets)  # noqa: PTH110  (a plain string here)
    copy.stop()
    assert copy.left() == []


def test_children_of_a_killed_supervisor_end_by_themselves(copy):
    copy.start()

    copy.stop(signal.SIGKILL)

    wait_until(lambda: copy.left() == copy.socket_folders())


def test_what_ignores_its_supervisors_death_is_ended_by_the_next(copy):
    copy.start()
    stubborn = psutil.Process(copy.ask()["pid"])
    stubborn.suspend()

    copy.stop(signal.SIGKILL)
    copy.start()

    assert not stubborn.is_running()


def test_two_copies_run_side_by_side(make_copy):
    one, other = make_copy().start(), make_copy().start()

    _remember(one.json("servers.json"), "one")
    _remember(other.json("servers.json"), "other")

    assert _remembered(one.json("servers.json")) == "one"
    assert _remembered(other.json("servers.json")) == "other"
    one.stop()
    assert other.ask()["env"]["PORT"] == str(other.port)


def test_second_copy_on_the_same_home_is_refused(make_copy):
    one, other = make_copy().start(), make_copy()
    other.home = one.home

    other.begin()

    assert other.process.wait(10) == 1
    assert one.ask() is not None


def test_busy_port_is_named_and_nothing_is_left_behind(copy):
    with socket.create_server(("127.0.0.1", copy.simulator_port)):
        copy.begin()
        status = copy.process.wait(10)

    wait_until(lambda: copy.said(f"port {copy.simulator_port} cannot be used"))
    assert status == 1
    assert not copy.home.exists()


def test_hosting_platform_is_refused(make_copy):
    copy = make_copy(DYNO="web.1").begin()

    assert copy.process.wait(10) == 1
    wait_until(lambda: copy.said("DYNO says that this is a hosting platform"))


def test_command_that_fails_at_the_start_ends_everything(copy):
    copy.options[3] = "exec sleep 60"
    copy.options[5] = "echo no such table; exit 3"

    status = copy.begin().process.wait(20)

    wait_until(lambda: copy.said("account failed with status 3"))
    assert copy.said("no such table")
    assert status == 1
    assert copy.left() == []


def test_first_run_file_keeps_its_secrets_and_follows_the_ports(make_copy):
    one, other = make_copy().start(), make_copy()
    first = one.json("first-run.json")
    one.stop()

    other.home = one.home
    second = other.start().json("first-run.json")

    assert stat.S_IMODE((one.home / "first-run.json").stat().st_mode) == 0o600
    assert first["endpoint_url"] == f"http://127.0.0.1:{one.port}/hooks/token"
    assert second["endpoint_url"] == f"http://127.0.0.1:{other.port}/hooks/token"
    moved = {"base_url", "endpoint_url", "simulator_url"}
    assert {name for name in first if first[name] != second[name]} == moved


def test_texts_go_to_the_simulator_whatever_the_environment_says(make_copy):
    copy = make_copy(
        TWILIO_BASE_URL="https://api.twilio.com", TWILIO_EDGE="dublin", TWILIO_REGION="ie1"
    ).start()

    env = copy.ask()["env"]

    assert env["TWILIO_BASE_URL"] == f"http://127.0.0.1:{copy.simulator_port}"
    assert env["SIMULATOR_INBOUND_URL"] == f"http://127.0.0.1:{copy.port}/twilio/inbound"
    assert env["TWILIO_EDGE"] is None
    assert env["TWILIO_REGION"] is None
    assert env["RATE_LIMIT"] == "0"


def test_servers_of_the_environment_take_over(make_copy, tmp_path):
    with started(tmp_path / "given", durable=False) as servers:
        database_url = servers.urls.database_url.replace("postgresql://", "postgres://")
        copy = make_copy(DATABASE_URL=database_url, REDIS_URL=servers.urls.redis_url).start()

        env = copy.ask()["env"]
        copy.stop()

        assert env["DATABASE_URL"] == database_url
        assert not (copy.home / "postgres").exists()
        assert servers.postgres.is_ready()


def test_reader_that_stops_reading_does_not_stop_the_service(copy):
    copy.options[5] = "for n in $(seq 50000); do echo a line that nobody reads; done"
    environ = {**os.environ, "OPTIN_HOME": str(copy.home), "PORT": str(copy.port)}
    deaf = subprocess.Popen(
        [sys.executable, "-m", "dev.run", *copy.options],
        cwd=ROOT,
        env={**environ, "SIMULATOR_PORT": str(copy.simulator_port)},
        stdout=subprocess.PIPE,
    )
    try:
        wait_until(copy.ask)
    finally:
        deaf.terminate()
        began = time.monotonic()
        deaf.wait(25)
        deaf.stdout.close()

    assert time.monotonic() - began < 25
    assert copy.left() == []


def _remember(urls, word):
    with psycopg.connect(urls["database_url"]) as connection:
        connection.execute("CREATE TABLE words AS SELECT %s::text AS word", [word])
    with redis.Redis.from_url(urls["redis_url"]) as client:
        client.set("word", word)


def _remembered(urls):
    """Answer the word that both servers know; None while one does not answer."""
    try:
        with psycopg.connect(urls["database_url"]) as connection:
            word = connection.execute("SELECT word FROM words").fetchone()[0]
        with redis.Redis.from_url(urls["redis_url"]) as client:
            return word if client.get("word").decode() == word else None
    except (psycopg.OperationalError, redis.ConnectionError):
        return None
