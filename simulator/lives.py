"""The life of an accepted text: the statuses it goes through, and who is told of each.

`sent` comes 20 ms after the create call's answer, the final status `callback_ms` later. What a
text still owes its status callback stands in the ledger until it is paid, so that a killed
simulator takes up every life where it ended: a callback may then come twice, as Twilio's may.
"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime

from simulator import texts
from simulator.callbacks import Courier
from simulator.fates import DELIVERED, SENT, Fate, fate_of
from simulator.faults import Faults
from simulator.ledger import Ledger, now
from simulator.resources import API_VERSION
from simulator.texts import Text

SENT_AFTER = 0.02


class Lives:
    def __init__(
        self, account_sid: str, ledger: Ledger, faults: Faults, courier: Courier
    ) -> None:
        self._account_sid = account_sid
        self._ledger = ledger
        self._faults = faults
        self._courier = courier
        self._tasks: set[asyncio.Task[None]] = set()

    def plan(self, fate: Fate) -> str:
        """Plan the callbacks of a new text by the dial, in the order they are to go out."""
        kind = self._faults.dials.callbacks
        if kind == "none":
            return ""
        order = fate.statuses[::-1] if kind == "reversed" else fate.statuses
        times = 2 if kind == "duplicate" else 1
        return " ".join(status for status in order for _ in range(times))

    def begin(self, text: Text, *, after: float = 0.0) -> None:
        """Let a text live, from `after` seconds on; this returns at once."""
        self._start(self._live(text, after, self._faults.dials.callback_ms / 1000))

    async def hurry(self, text: Text) -> None:
        """Let a text live its whole life now: its callbacks overtake the create's answer."""
        for status in fate_of(text.recipient).statuses:
            await self._reach(text, status)
        await self._call_back(text, text.owed.split())

    async def resume(self) -> None:
        """Go on with every life that ended with the process before this one."""
        for text in await self._ledger.run(texts.unfinished):
            self.begin(text)

    async def end(self) -> None:
        """Stop all lives where they are; the ledger knows what is still owed."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, life: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _live(self, text: Text, after: float, to_final: float) -> None:
        statuses = fate_of(text.recipient).statuses
        reached = statuses.index(text.status) + 1 if text.status in statuses else 0
        to_call = text.owed.split()
        self._call_due(text, to_call, statuses[:reached])
        for place in range(reached, len(statuses)):
            await asyncio.sleep(after + (to_final if place else SENT_AFTER))
            after = 0
            await self._reach(text, statuses[place])
            self._call_due(text, to_call, statuses[: place + 1])

    async def _reach(self, text: Text, status: str) -> None:
        text.status = status
        fate, at = fate_of(text.recipient), now()
        await self._ledger.run(lambda connection: texts.reach(connection, text, fate, at))

    def _call_due(self, text: Text, to_call: list[str], reached: tuple[str, ...]) -> None:
        """Make the callbacks whose turn has come: reached themselves, none before them waits.

        The life does not wait for them: the receiver may be slow.
        """
        due: list[str] = []
        while to_call and to_call[0] in reached:
            due.append(to_call.pop(0))
        if due:
            self._start(self._call_back(text, due))

    async def _call_back(self, text: Text, statuses: list[str]) -> None:
        for status in statuses:
            if text.status_callback:
                fields = _receipt(self._account_sid, text, status)
                await self._courier.post(text.status_callback, fields, signed=text.signed)
            owed = text.owed.split()
            owed.remove(status)
            text.owed = " ".join(owed)
            self._ledger.run(lambda connection: texts.note_owed(connection, text))


def _receipt(account_sid: str, text: Text, status: str) -> dict[str, str]:
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": text.sender or "",
        "MessageSid": text.sid,
        "MessageStatus": status,
        "SmsSid": text.sid,
        "SmsStatus": status,
        "To": text.recipient,
    }
    if text.service_sid:
        fields["MessagingServiceSid"] = text.service_sid
    if text.error_code and status != SENT:
        fields["ErrorCode"] = str(text.error_code)
    if status == DELIVERED:
        fields["RawDlrDoneDate"] = datetime.now(UTC).strftime("%y%m%d%H%M")
    return fields
