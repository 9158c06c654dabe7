"""python -m models.reseal: seal anew, with today's SECRET_KEY, what an older key has sealed.

The second of three steps to a new key (docs/runbook.md): with the old one in
SECRET_KEY_PREVIOUS everything can be read; after this nothing needs it any more but what
expires by itself. May be run any number of times. What no current key opens stays as it is.
"""

import json

from cryptography.fernet import InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crypto import decrypt, encrypt
from models.db import transaction
from models.integrations import EndpointToken, Integration


def main() -> None:
    """Do it, and print how many secrets were sealed anew."""
    with transaction() as session:
        sealed = {"endpoint_urls": _urls(session), "signing_secrets": _secrets(session)}
    print(json.dumps(sealed))  # noqa: T201  (a command's answer)


def _urls(session: Session) -> int:
    done = 0
    for token in session.scalars(select(EndpointToken).with_for_update()):
        anew = _anew(token.sealed)
        token.sealed = anew or token.sealed
        done += anew is not None
    return done


def _secrets(session: Session) -> int:
    done = 0
    for each in session.scalars(select(Integration).with_for_update()):
        anew = [_anew(secret["sealed"].encode()) for secret in each.signing_secrets]
        kept = [
            secret | ({"sealed": sealed.decode()} if sealed else {})
            for secret, sealed in zip(each.signing_secrets, anew, strict=True)
        ]
        if any(anew):  # whoever remembers the integration's settings reads them again
            each.change({"signing_secrets": kept})
        done += sum(sealed is not None for sealed in anew)
    return done


def _anew(sealed: bytes) -> bytes | None:
    try:
        return encrypt(decrypt(sealed))
    except InvalidToken:
        return None


if __name__ == "__main__":
    main()
