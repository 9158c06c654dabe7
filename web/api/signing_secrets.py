"""The optional second lock of the endpoint URL: Standard Webhooks signatures.

As long as there is a secret, a body that none of the secrets signed is refused with 401.
"""

from uuid import UUID

import msgspec

from models import signing_secrets as secrets
from models.accounts import Account
from models.integrations import Integration
from models.signing_secrets import EnoughSecrets, SigningSecret
from web.api.auth import Call
from web.api.operations import Spec, operation
from web.api.replies import Reply
from web.api.schema import Time
from web.problems import Problem

PATH = "/integration/signing-secrets"


class SecretShape(msgspec.Struct, kw_only=True):
    id: UUID
    hint: str  # its last four letters
    created_at: Time


class SecretShown(SecretShape, kw_only=True):
    secret: str  # whsec_…, as libraries of Standard Webhooks take it


class Secrets(msgspec.Struct):
    items: list[SecretShape]


@operation("GET", PATH, Spec("List the signing secrets", {200: Secrets}, problems=(403, 404)))
def list_signing_secrets(call: Call) -> Secrets:
    call.owner_only()
    kept = secrets.signing_secrets(_found(call))
    return Secrets([_shape(each) for each in kept])


@operation(
    "POST",
    PATH,
    Spec(
        "Make a signing secret: from now on senders have to sign (owners)",
        {201: SecretShown},
        problems=(403, 404, 409),
        idempotent=True,
    ),
)
def make_signing_secret(call: Call) -> Reply:
    call.owner_only()
    integration = _found(call, lock=True)
    try:
        made, text = secrets.make_secret(integration)
    except EnoughSecrets as error:
        detail = f"There are {secrets.MOST} signing secrets. Remove one first."
        raise Problem(409, "conflict", detail) from error
    shown = SecretShown(**msgspec.structs.asdict(_shape(made)), secret=text)
    return Reply(shown, 201, f"/api/v1{PATH}/{made.id}")


@operation(
    "DELETE",
    f"{PATH}/<uuid:secret_id>",
    Spec(
        "Remove a signing secret; without any nothing has to be signed (owners)",
        {204: None},
        problems=(403, 404),
    ),
)
def delete_signing_secret(call: Call, secret_id: UUID) -> Reply:
    call.owner_only()
    if not secrets.remove_secret(_found(call, lock=True), secret_id):
        raise Problem(404, "not-found")
    return Reply(None, 204)


def _found(call: Call, *, lock: bool = False) -> Integration:
    if lock:
        Account.lock(call.session, call.account_id)
    integration = Integration.of_account(call.session, call.account_id, lock=lock)
    if integration is None:
        raise Problem(404, "not-found")
    return integration


def _shape(secret: SigningSecret) -> SecretShape:
    return SecretShape(id=secret.id, hint=secret.hint, created_at=secret.created_at)
