"""X-Twilio-Signature, as Twilio computes it and its client library checks it.

Base64 of HMAC-SHA1, keyed by the auth token, over the full URL followed by every field's name
and value, sorted by name. No field is sent twice here, so values need no sorting.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

HEADER = "X-Twilio-Signature"


def sign(auth_token: str, url: str, fields: Mapping[str, str]) -> str:
    """Sign one form-encoded POST to exactly this URL."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
