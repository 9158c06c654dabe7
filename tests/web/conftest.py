"""One web process as it runs in production, on the tests' servers, asked over bare sockets.

What a client library would clean up reaches it as it is. Every test that uses it ends with an
ordinary lead: whatever came before, the process takes it.
"""

from urllib.parse import urlsplit

import pytest

from tests.web.raw import connect, receive, request, send
from tests.web.serving import web_processes

JSON = "Content-Type: application/json"
JANE = b'{"first_name": "Jane", "last_name": "Doe", "phone": "+1 202 555 0142"}'
JOHN = b'{"first_name": "John", "last_name": "Roe", "phone": "+1 202 555 0199"}'
#: Stands in what is sent, and may stand in no answer.
MARK = "evil-mark"


class Wire:
    """The process's port, and the URL of the account whose life `story` is."""

    def __init__(self, port, story):
        self.port = port
        self.story = story
        self.path = story.path
        self.token = story.path.rpartition("/")[2]

    def send(self, data, **how):
        return send(self.port, data, **how)

    def post(self, *lines, body=JANE, path=None, host="localhost"):
        """Send a request with these header lines to the URL, or to another path."""
        return self.send(request("POST", path or self.path, *lines, body=body, host=host))

    def lead(self, body, content_type="application/json"):
        return self.post(f"Content-Type: {content_type}", body=body)

    def then_lead(self, data):
        """Send something, and on the same connection an ordinary lead."""
        with connect(self.port) as sock:
            sock.sendall(data + request("POST", self.path, JSON, body=JOHN))
            return receive(sock), receive(sock)

    def leads(self):
        return self.story.value("SELECT count(*) FROM leads")

    def rejections(self):
        return self.story.value("SELECT count(*) FROM rejections")


def refused(reply, status, code=None):
    """Assert that an answer says no, why, and nothing of what was sent or of how we work."""
    assert reply.status == status, (reply.status, reply.body)
    assert MARK.encode() not in reply.body
    assert b"Traceback" not in reply.body
    assert b"File" not in reply.body
    if reply.body:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json["instance"] == reply.headers["x-request-id"]
    if code is not None:
        assert reply.json["code"] == code
    return True


@pytest.fixture(scope="module")
def web_port():
    """A process of its own for each module: it watches, and raises alarms after a while."""
    with web_processes(1) as [url]:
        yield urlsplit(url).port


@pytest.fixture
def wire(web_port, story):
    """The process and the URL. Afterwards an ordinary lead is taken."""
    made = Wire(web_port, story)
    yield made
    story.switch("active")
    story.change("UPDATE endpoint_tokens SET retired_at = NULL")
    story.change("UPDATE integrations SET deleted_at = NULL")
    assert made.lead(JOHN).status in {200, 202}
