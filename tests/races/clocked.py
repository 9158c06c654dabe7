"""A Twilio in this process that notes when it took each text."""

import threading
import time

from tests.machine.carrier import Carrier


class Clocked(Carrier):
    """Notes for each text when it was accepted. May be asked by many threads."""

    def __init__(self):
        super().__init__()
        self.accepted = {}  # lead -> the times of its texts
        self._one = threading.Lock()

    def _accept(self, fields):
        with self._one:
            sent = super()._accept(fields)
            self.accepted.setdefault(sent.lead_id, []).append(time.monotonic())
        return sent
