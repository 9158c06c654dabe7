"""One exchange: what fails before the request is written, and what fails after."""
# ruff: noqa: SLF001  (the guard is watched from inside: it must not grow)

import contextlib
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import eventually
from workers import http
from workers.http import MaybeRead, NotWritten, exchange


@pytest.fixture
def serve():
    """Have a function talk to whoever connects; return the address."""
    with contextlib.ExitStack() as stack:

        def start(talk, scheme="http"):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def accept():
                with contextlib.suppress(OSError):
                    while True:
                        connection, _ = listener.accept()
                        with connection, contextlib.suppress(OSError):
                            talk(connection)

            thread = threading.Thread(target=accept, daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"

        yield start


def ask(url, seconds=5.0):
    return exchange("POST", url, {"Connection": "close"}, b"a=b", seconds)


def listen(connection):
    """Read a whole request: who closes on unread bytes resets the connection."""
    request = b""
    while not request.endswith(b"a=b"):
        request += connection.recv(65536)
    return request


def answering(raw, heard):
    def talk(connection):
        heard.append(listen(connection))
        connection.sendall(raw)

    return talk


def test_answer_comes_whole_with_its_headers(serve):
    heard = []
    raw = b"HTTP/1.1 201 Created\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok"

    answer = ask(serve(answering(raw, heard)) + "/a?b=c")

    assert (answer.status, answer.body, answer.headers["x-one"]) == (201, b"ok", "1")
    assert heard[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert heard[0].endswith(b"a=b")


def test_address_without_a_path_asks_for_the_root(serve):
    heard = []

    ask(serve(answering(b"HTTP/1.1 204 No Content\r\n\r\n", heard)))

    assert heard[0].startswith(b"POST / HTTP/1.1\r\n")


def test_redirect_is_an_answer(serve):
    raw = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"

    assert ask(serve(answering(raw, []))).status == 302


@pytest.mark.parametrize(
    "raw",
    [b"", b"no HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"],
    ids=["closed", "not HTTP", "cut chunk"],
)
def test_answer_that_is_not_whole_may_have_been_read(serve, raw):
    with pytest.raises(MaybeRead):
        ask(serve(answering(raw, [])))


def test_status_that_had_arrived_is_told(serve):
    raw = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"

    with pytest.raises(MaybeRead) as lost:
        ask(serve(answering(raw, [])))

    assert lost.value.status == 201


def test_answer_that_drips_is_cut_at_the_deadline(serve):
    def drip(connection):
        listen(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            connection.sendall(b"x")
            time.sleep(0.02)

    begun = time.monotonic()
    answered = None
    with contextlib.suppress(MaybeRead):
        answered = ask(serve(drip), 0.4)

    assert time.monotonic() - begun < 2
    assert answered is None or len(answered.body) < 1000


def test_longer_exchange_is_not_cut_at_the_deadline_of_a_shorter_one(serve):
    def slowly(connection):
        listen(connection)
        time.sleep(0.5)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def silent(connection):
        listen(connection)
        connection.recv(65536)  # until the other side has had enough

    slow, never = serve(slowly), serve(silent)
    answers = []
    longer = threading.Thread(target=lambda: answers.append(ask(slow, 5.0)))
    longer.start()
    with pytest.raises(MaybeRead):
        ask(never, 0.2)
    longer.join(5)

    assert [answer.status for answer in answers] == [200]


def test_guard_remembers_nothing_of_exchanges_that_are_over(serve):
    url = serve(answering(b"HTTP/1.1 204 No Content\r\n\r\n", []))
    for _ in range(20):
        ask(url, 0.3)
    eventually(lambda: not http._guard._under_way)
    with http._guard._changed:
        http._guard._drop_finished()

    assert http._guard._deadlines == []


def test_cutting_what_is_closed_does_nothing():
    closed = socket.socket()
    closed.close()

    http._cut(closed)

    assert closed.fileno() == -1


def test_refused_connection_wrote_nothing():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotWritten):
        ask(f"http://127.0.0.1:{port}")


def test_connection_that_nobody_takes_wrote_nothing(monkeypatch):
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.2)
    with socket.socket() as full, contextlib.ExitStack() as stack:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):  # the backlog is full from now on
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())

        with pytest.raises(NotWritten, match="Timeout"):
            ask(f"http://127.0.0.1:{full.getsockname()[1]}")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody has a reason to trust."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    authority = x509.BasicConstraints(ca=True, path_length=None)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(here, critical=False)
        .add_extension(authority, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate").write_bytes(made.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(pem, *plain))
    return folder


def tls_answering(folder, raw, heard):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate", folder / "key")

    def talk(connection):
        with context.wrap_socket(connection, server_side=True) as secured:
            heard.append(listen(secured))
            secured.sendall(raw)

    return talk


def test_failed_hand_shake_wrote_nothing(serve, certificate):
    heard = []
    url = serve(tls_answering(certificate, b"", heard), "https")

    with pytest.raises(NotWritten, match="SSLCertVerificationError"):
        ask(url)

    assert heard == []


def test_trusted_certificate_is_answered(serve, certificate, monkeypatch):
    trusting = ssl.create_default_context(cafile=certificate / "certificate")
    monkeypatch.setattr(http, "_tls", lambda: trusting)
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    assert ask(serve(tls_answering(certificate, raw, []), "https")).body == b"ok"
