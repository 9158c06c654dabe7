"""The request a job works for: from the message into the log, and on to the jobs it sends."""
# ruff: noqa: ARG002  (a hook takes all that Dramatiq hands it)

from dramatiq import Broker, Message, Middleware
from dramatiq.broker import MessageProxy

import logs


class RequestContext(Middleware):
    """Carries the request id along, so that one lead can be followed through all processes."""

    def before_enqueue(self, broker: Broker, message: Message[object], delay: int) -> None:
        if request_id := logs.request_id.get():
            message.options.setdefault("request_id", request_id)

    # What Dramatiq logs of a job after its end belongs to the request as well, so that only
    # the next job of the thread takes its place.
    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        logs.request_id.set(message.options.get("request_id"))
