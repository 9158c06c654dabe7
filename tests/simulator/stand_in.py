"""A stand-in for the service that the simulator calls back."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass
class Received:
    path: str
    headers: dict
    fields: dict
    at: float = field(default_factory=time.monotonic)


class Service:
    """Stands in for the service: notes what Twilio posts and answers as told."""

    def __init__(self):
        self.received = []
        self.status, self.body = 204, b""
        self.to_drop = 0  # posts to leave unanswered, the connection closed
        self.answering = threading.Event()
        self.answering.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.status_url = f"{self.url}/twilio/status?delivery=d1&mac=a%2Fb"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def forget(self):
        self.received.clear()
        self.status, self.body = 204, b""
        self.to_drop = 0
        self.answering.set()

    def statuses(self):
        return [post.fields["MessageStatus"] for post in list(self.received)]

    def stop(self):
        self.answering.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(service):  # noqa: N805  (the handler inside is the one called self)
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = dict(parse_qsl(body, keep_blank_values=True))
                service.received.append(Received(self.path, dict(self.headers), fields))
                service.answering.wait(20)
                if service.to_drop:
                    service.to_drop -= 1
                    self.close_connection = True
                    return
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(service.body)))
                self.end_headers()
                self.wfile.write(service.body)

            def log_message(self, *_):
                pass

        return Handler
