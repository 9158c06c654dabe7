"""Senders that post at a steady rate, whatever the answers.

They are a process of their own: in the one that runs the tests, under coverage, a hundred
requests a second would wait for each other, and that is no delay of the service's.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
MOST_CONNECTIONS = 400
PATIENCE_SECONDS = 10


class OpenLoop:
    """The senders, as the test sees them. Each answer is (status, due, seconds, phone).

    *due* is when the lead was to be posted, by time.monotonic; *seconds* count from then on.
    """

    def __init__(self, url, leads, rate):
        self._url, self._leads, self._rate = url, leads, rate
        self.answers = []

    def __enter__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.open_loop", self._url, str(self._rate)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threads = [threading.Thread(target=each) for each in (self._write, self._read)]
        for each in threads:
            each.start()
        self._threads = threads
        return self

    def __exit__(self, *_error):
        """Let what is under way be answered."""
        self._process.terminate()
        status = self._process.wait(2 * PATIENCE_SECONDS)
        for each in self._threads:
            each.join()
        self._process.stdout.close()
        assert status == 0

    def _write(self):
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            for lead in self._leads:
                pipe.write(json.dumps(lead) + "\n")

    def _read(self):
        for line in self._process.stdout:
            self.answers.append(tuple(json.loads(line)))

    def statuses(self):
        return {status for status, *_ in self.answers}

    def taken(self):
        return [phone for status, _, _, phone in self.answers if status == 202]

    def refused(self):
        return [phone for status, _, _, phone in self.answers if status == 503]

    def slowest_of_hundred(self):
        """Return the 99th percentile, in seconds."""
        times = sorted(seconds for _, _, seconds, _ in self.answers)
        return times[int(len(times) * 0.99)]


async def post_all(url, rate, leads):
    """Post until the leads or the process come to their end."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(15, over.set)
    connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        begun, posts = time.monotonic(), []
        for count, lead in enumerate(leads):
            due = begun + count / rate
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), max(0, due - time.monotonic()))
            if over.is_set():
                break
            posts.append(asyncio.create_task(post(session, url, lead, due)))
        await asyncio.gather(*posts)


async def post(session, url, lead, due):
    """Post one lead and say on a line what came of it; status 0 is no answer."""
    try:
        async with session.post(url, json=lead) as answer:
            await answer.read()
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        status = 0
    told = json.dumps([status, due, time.monotonic() - due, lead["phone"]])
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    address, per_second = sys.argv[1:]
    asyncio.run(post_all(address, float(per_second), map(json.loads, sys.stdin)))
