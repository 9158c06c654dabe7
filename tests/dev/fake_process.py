"""A small process in the place of one of the service's: answers HTTP, or just lives.

`python fake_process.py web` listens on $PORT, `simulator` on $SIMULATOR_PORT.
"""

import http.server
import json
import os
import signal
import sys
import threading
from pathlib import Path

SAID = ("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "HOST", "PORT", "RATE_LIMIT")
SAID += ("TWILIO_BASE_URL", "TWILIO_EDGE", "TWILIO_REGION", "SIMULATOR_INBOUND_URL")


ACCOUNT = {
    "email": "owner@example.com",
    "password": "long enough",
    "api_key": "oak_1",
    "endpoint_path": "/hooks/token",
    "from_number": "+12025550142",
}


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(
            {"pid": os.getpid(), "env": {name: os.environ.get(name) for name in SAID}}
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


def main():
    name = sys.argv[1]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if name == "account":
        made = Path(os.environ["OPTIN_HOME"], "account-made")
        if not made.exists():
            made.touch()
            say('{"level": "info", "message": "a log line"}')
            say(json.dumps(ACCOUNT))
        return
    if name in {"web", "simulator"}:
        port = int(os.environ["PORT" if name == "web" else "SIMULATOR_PORT"])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"{name} lives as {os.getpid()}")
    while True:
        signal.pause()


main()
