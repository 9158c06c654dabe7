"""The proxy of the nemesis: passes everything on, and loses, delays or cuts what it is told."""

import socket
import threading
import time
from contextlib import closing, suppress

import pytest

from faults.proxy import Proxy


@pytest.fixture
def asked():
    """What the server behind the proxy was asked, in order."""
    return []


@pytest.fixture
def server(asked):
    """A server that answers each line with the same line."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(client):
        with client, client.makefile("rb") as lines, suppress(OSError):
            for line in lines:
                asked.append(line)
                client.sendall(line)

    def accept():
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept)
    thread.start()
    yield listener.getsockname()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def proxy(server):
    proxy = Proxy(
        socket.create_server(("127.0.0.1", 0)), lambda: socket.create_connection(server, 5)
    )
    proxy.start()
    yield proxy
    proxy.close()


@pytest.fixture
def client(proxy):
    """Connect through the proxy; connections are closed after the test."""
    made = []

    def connect():
        made.append(socket.create_connection(proxy.listener.getsockname(), 30))
        return made[-1]

    yield connect
    for each in made:
        each.close()


def ask(connection, line):
    """Send a line; return the answer, or None when the connection ends without one."""
    try:
        connection.sendall(line)
        return connection.recv(100) or None
    except ConnectionError:
        return None


def test_everything_is_passed_on(client, asked):
    connection = client()

    answers = [ask(connection, b"one\n"), ask(connection, b"two\n")]

    assert answers == [b"one\n", b"two\n"]
    assert asked == [b"one\n", b"two\n"]


def test_exactly_one_reply_is_lost_and_what_was_asked_has_been_done(proxy, client, asked):
    proxy.lose_reply(b"take")

    answers = [ask(client(), line) for line in (b"look\n", b"take\n", b"take\n", b"look\n")]

    assert answers == [b"look\n", None, b"take\n", b"look\n"]
    assert asked == [b"look\n", b"take\n", b"take\n", b"look\n"]
    assert proxy.lost == 1


def test_as_many_replies_are_lost_as_were_to_be(proxy, client):
    proxy.lose_reply(b"take", times=2)

    answers = [ask(client(), b"take\n") for _ in range(3)]

    assert answers == [None, None, b"take\n"]
    assert proxy.lost == 2


def test_slow_reply_comes_late_and_whole(proxy, client):
    proxy.reply_delay_seconds = 0.3
    connection = client()
    began = time.monotonic()

    answer = ask(connection, b"one\n")

    assert answer == b"one\n"
    assert time.monotonic() - began >= 0.3


def test_cut_ends_the_connections_that_there_are_and_no_others(proxy, client):
    before = client()
    assert ask(before, b"one\n") == b"one\n"

    proxy.cut()

    assert ask(before, b"two\n") is None
    assert ask(client(), b"three\n") == b"three\n"


def test_client_learns_that_the_server_is_away_as_without_a_proxy():
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        address = gone.getsockname()
    proxy = Proxy(
        socket.create_server(("127.0.0.1", 0)), lambda: socket.create_connection(address, 5)
    )
    proxy.start()

    with socket.create_connection(proxy.listener.getsockname(), 30) as connection:
        answer = ask(connection, b"one\n")
    proxy.close()

    assert answer is None
