"""The embedded servers: what they keep, who gets in, and as whom they run."""

import os
import shutil
import signal
import stat
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from dev.errors import CannotRun
from dev.server_user import NOBODY
from dev.servers import running, started


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with started(tmp_path_factory.mktemp("servers") / "var") as servers:
        yield servers


def test_what_was_stored_outlives_a_stop(tmp_path):
    with running(tmp_path, durable=False) as urls:
        _store(urls, "kept")

    with running(tmp_path, durable=False) as urls:
        assert _stored(urls) == "kept"


def test_what_was_stored_outlives_the_death_of_both_servers(servers):
    _store(servers.urls, "kept")

    for server in (servers.postgres, servers.valkey):
        os.kill(server.child.pid, signal.SIGKILL)
        servers.restart(server)

    assert _stored(servers.urls) == "kept"


def test_nothing_is_kept_in_memory_only(servers):
    with psycopg.connect(servers.urls.database_url) as connection:
        settings = {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]
            for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        }
    with redis.Redis.from_url(servers.urls.redis_url, decode_responses=True) as client:
        settings |= client.config_get("append*")
        settings |= client.config_get("maxmemory-policy")

    assert settings["fsync"] == settings["synchronous_commit"] == "on"
    assert settings["full_page_writes"] == settings["data_checksums"] == "on"
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "always"
    assert settings["maxmemory-policy"] == "noeviction"


def test_nobody_gets_in_without_the_password(servers):
    sockets = servers.postgres.sockets

    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(host=str(sockets), user="optin", dbname="optin")
    with (
        redis.Redis(unix_socket_path=str(sockets / "valkey.sock")) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_servers_listen_on_no_port(servers):
    for server in (servers.postgres, servers.valkey):
        assert psutil.Process(server.child.pid).net_connections("inet") == []


def test_secrets_are_in_private_files_and_in_no_command_line(servers):
    secrets = (servers.home / "secrets.json").read_text()
    password = servers.urls.database_url.split(":")[2].split("@")[0]
    everyone = psutil.process_iter(["cmdline"])  # None of one that has just ended
    command_lines = [" ".join(process.info["cmdline"] or []) for process in everyone]

    assert password in secrets
    assert not [line for line in command_lines if password in line]
    assert not [line for line in command_lines if servers.urls.redis_url in line]
    for name in ("secrets.json", "servers.json"):
        assert stat.S_IMODE((servers.home / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(servers.postgres.sockets.stat().st_mode) == 0o700


def test_home_in_use_is_refused(servers):
    with (
        pytest.raises(CannotRun, match="in use by another running copy"),
        running(servers.home),
    ):
        pass


def test_file_in_the_place_of_the_home_is_refused(tmp_path):
    (tmp_path / "var").touch()

    with pytest.raises(CannotRun, match="not usable"), running(tmp_path / "var"):
        pass


def test_lock_file_that_names_a_strangers_process_is_no_hindrance(tmp_path):
    with running(tmp_path, durable=False) as urls:
        _store(urls, "kept")
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{tmp_path}\n")

    with running(tmp_path, durable=False) as urls:
        assert _stored(urls) == "kept"


def test_half_made_cluster_is_never_taken_for_a_whole_one(tmp_path, monkeypatch):
    monkeypatch.setattr("dev.postgres.binary", lambda name: Path(f"/nowhere/{name}"))
    with pytest.raises(CannotRun, match="initdb failed"), running(tmp_path, durable=False):
        pass
    monkeypatch.undo()

    with running(tmp_path, durable=False) as urls:
        _store(urls, "made")

    assert [path.name for path in tmp_path.glob("postgres*")] == ["postgres"]


def test_clean_stop_leaves_no_process_and_no_folder(tmp_path):
    with started(tmp_path, durable=False) as servers:
        sockets = servers.postgres.sockets
        pids = [servers.postgres.child.pid, servers.valkey.child.pid]

    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert not sockets.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "lock",
        "postgres",
        "secrets.json",
        "valkey",
    ]


def test_below_a_closed_folder_they_run_and_not_as_root(tmp_path):
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)

    with started(closed / "checkout" / "var", durable=False) as servers:
        _store(servers.urls, "kept")
        uids = psutil.Process(servers.postgres.child.pid).uids()

    assert uids.real == uids.effective == (os.getuid() or NOBODY)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.parametrize("uid", [NOBODY, 54_321])  # the second has no name
def test_ordinary_user_runs_them_in_a_closed_home(uid):
    """Only root can become somebody else; an ordinary user has shown it by every test here."""
    home = Path(tempfile.mkdtemp(prefix="home-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            os.chown(home, uid, uid)
            assert _in_a_child_of_ours(home, uid) == 0
        else:
            assert _round(home) is None
        assert {path.stat().st_uid for path in home.iterdir()} == {home.stat().st_uid}
    finally:
        shutil.rmtree(home)


def _in_a_child_of_ours(home, uid):
    """Run the servers as that user; a child keeps what Python has loaded, wherever it lies."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            _round(home)
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _round(home):
    with running(home / "var", durable=False) as urls:
        _store(urls, "kept")
    with running(home / "var", durable=False) as urls:
        assert _stored(urls) == "kept"


def _store(urls, word):
    with psycopg.connect(urls.database_url) as connection:
        connection.execute("CREATE TABLE words AS SELECT %s::text AS word", [word])
    with redis.Redis.from_url(urls.redis_url) as client:
        client.set("word", word)


def _stored(urls):
    with psycopg.connect(urls.database_url) as connection:
        word = connection.execute("SELECT word FROM words").fetchone()[0]
    with redis.Redis.from_url(urls.redis_url) as client:
        assert client.get("word").decode() == word
    return word
