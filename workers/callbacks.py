"""The address Twilio reports to. It names the delivery and the attempt, under our signature,
so that a receipt finds its text even when it comes before the create call has answered.
"""

from urllib.parse import urlencode
from uuid import UUID

import config
from models.crypto import is_signed, sign

STATUS_PATH = "/twilio/status"


def status_callback(lead_id: UUID, attempt: int) -> str:
    """Return the address for the receipts of one attempt at a lead's text."""
    query = {"lead": str(lead_id), "attempt": attempt, "sig": sign(*_signed(lead_id, attempt))}
    return f"{config.PUBLIC_BASE_URL}{STATUS_PATH}?{urlencode(query)}"


def is_ours(lead_id: UUID, attempt: int, signature: str) -> bool:
    """Say whether `status_callback` made this address."""
    return is_signed(*_signed(lead_id, attempt), signature)


def _signed(lead_id: UUID, attempt: int) -> tuple[str, str]:
    return "status-callback", f"{lead_id}:{attempt}"
