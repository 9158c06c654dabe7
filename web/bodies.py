"""Reading a body before the application starts, under a deadline and a cap.

Granian has neither for bodies. A lead's body is held in memory; the CSV of numbers, which may
have 128 MiB, goes to a temporary file. A body that ends before its announced length or its
last chunk is never taken for a whole one.
"""

import asyncio
import io
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO

from web.checks import BODY_BYTES, Environ, body_limit, too_large
from web.deadlines import Deadlines
from web.requests import Refusal
from web.rsgi import Closed, Incoming

DEADLINE_SECONDS = 10.0
#: A large body gets a second more for each of these.
BYTES_PER_FURTHER_SECOND = 1024 * 1024
#: So much of a refused body is read all the same: its sender is to see an answer, no reset.
DISCARDED_BYTES = 1024 * 1024
DISCARD_SECONDS = 2.0

INCOMPLETE = Refusal(400, "incomplete", "The body ended before all of it had arrived.")
TOO_SLOW = Refusal(408, "body-too-slow", "The body did not arrive in time.")

_deadlines = Deadlines()


async def read(environ: Environ, incoming: Incoming) -> IO[bytes] | Refusal:
    """Return the body in full, to be read from its start, or why it cannot be had."""
    length = environ.get("CONTENT_LENGTH")
    if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
        return io.BytesIO()
    further = (body_limit(environ) - BODY_BYTES) / BYTES_PER_FURTHER_SECOND
    try:
        if length is not None and int(length) <= BODY_BYTES:
            # raises when the body is cut
            return io.BytesIO(await _deadlines.keep(incoming(), DEADLINE_SECONDS))
        async with asyncio.timeout(DEADLINE_SECONDS + further):
            return await _spool(environ, incoming)
    except TimeoutError:
        return TOO_SLOW
    except Closed:
        return INCOMPLETE


async def discard(environ: Environ, incoming: Incoming) -> None:
    """Read what a refused sender is sending anyway, unless it waits for our word or is huge."""
    length = int(environ.get("CONTENT_LENGTH", 0))
    if "HTTP_EXPECT" in environ or not 0 < length <= DISCARDED_BYTES:
        return
    with suppress(TimeoutError, Closed):
        async with asyncio.timeout(DISCARD_SECONDS):
            await incoming()


async def _spool(environ: Environ, incoming: Incoming) -> IO[bytes] | Refusal:
    """Keep what arrives up to the cap.

    The stream's end is one empty chunk. A broken stream has another before it: that is all
    Granian tells of a connection that was closed in the middle.
    """
    limit = body_limit(environ)
    kept: IO[bytes] = SpooledTemporaryFile(max_size=BODY_BYTES)  # noqa: SIM115  (the view's)
    arrived = empty = 0
    async for chunk in incoming:
        empty += not chunk
        arrived += len(chunk)
        if arrived <= limit:
            kept.write(chunk)
        elif arrived > limit + DISCARDED_BYTES:
            break
    if arrived > limit:
        return too_large(environ)
    if empty > 1:
        return INCOMPLETE
    kept.seek(0)
    return kept
