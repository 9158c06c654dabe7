"""The load generator against a small real server."""

import socket
import threading

import pytest

from bench.generator import NoAnswer, is_whole, send

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"


class Server:
    """Answers each request of a connection by what *answer* makes of its number."""

    def __init__(self, answer):
        self._answer = answer
        self._lock = threading.Lock()
        self.taken = 0
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection):
        with connection:
            while connection.recv(len(REQUEST), socket.MSG_WAITALL):
                with self._lock:
                    self.taken += 1
                    parts = self._answer(self.taken)
                if not parts:
                    return
                for part in parts:
                    connection.sendall(part)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)


@pytest.fixture
def serve():
    servers = []

    def start(answer):
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def accepted(_number):
    return [b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}"]


def test_every_request_is_sent_once_and_answered(serve):
    server = serve(accepted)

    tally = send(server.port, iter([REQUEST] * 100), connections=4)

    assert tally.statuses == {202: 100}
    assert len(tally.seconds) == server.taken == 100
    assert tally.ended > tally.began


def test_connections_are_kept(serve):
    server = serve(accepted)

    send(server.port, iter([REQUEST] * 50), connections=4)

    assert server.connections == 4


def test_fewer_requests_than_connections_are_enough(serve):
    server = serve(accepted)

    tally = send(server.port, iter([REQUEST] * 2), connections=8)

    assert tally.statuses == {202: 2}


def test_answers_are_counted_by_their_status(serve):
    def every_third_is_refused(number):
        status = b"503 Busy" if number % 3 == 0 else b"202 Accepted"
        return [b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n"]

    server = serve(every_third_is_refused)

    tally = send(server.port, iter([REQUEST] * 9), connections=1)

    assert tally.statuses == {202: 6, 503: 3}


def test_an_answer_in_two_parts_is_one_answer(serve):
    server = serve(
        lambda _number: [b"HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n", b"\r\nab", b"cd"]
    )

    tally = send(server.port, iter([REQUEST] * 5), connections=1)

    assert tally.statuses == {202: 5}


def test_time_ends_a_load_without_end(serve):
    server = serve(accepted)

    def endless():
        while True:
            yield REQUEST

    tally = send(server.port, endless(), connections=2, seconds=0.1)

    assert len(tally.seconds) == server.taken > 0


def test_a_server_that_hangs_up_is_noticed(serve):
    server = serve(lambda _number: [])

    with pytest.raises(NoAnswer):
        send(server.port, iter([REQUEST]), connections=1)


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{", False),
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", True),
    ],
)
def test_an_answer_is_whole_with_its_last_byte(answer, whole):
    assert is_whole(answer) is whole
