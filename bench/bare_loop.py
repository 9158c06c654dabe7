"""python -m bench.bare_loop: Twilio's client in a loop, in threads, without any queue.

What measure 4 is compared with: nothing is stored, nothing is retried. Says when it is
up, reads the account's token and the numbers to text from its input, and prints when it began
and ended.
"""

import json
import sys
import threading
import time
from collections import deque
from typing import Any

from twilio.rest import Client

BODY = (
    "Acme: thank you, we will be in touch. Msg & data rates may apply. Reply STOP to opt out."
)


def main() -> None:
    """Run one process of the loop."""
    print("up", flush=True)
    told = json.loads(sys.stdin.readline())
    numbers = deque(told["numbers"])
    threads = [
        threading.Thread(target=_text_all, args=(told, numbers)) for _ in range(told["threads"])
    ]
    began = time.time()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(json.dumps({"began": began, "ended": time.time()}))


def _text_all(told: dict[str, Any], numbers: deque[str]) -> None:
    client = Client(told["account_sid"], told["auth_token"])  # a client is for one thread
    client.api.base_url = told["base_url"]
    while True:
        try:
            number = numbers.popleft()
        except IndexError:
            return
        client.messages.create(to=number, from_=told["from_number"], body=BODY)


if __name__ == "__main__":
    main()
