"""What a few operations take beside what the frame reads for every one of them."""

from dataclasses import dataclass

import msgspec

from web.api.operations import Spec


@dataclass(frozen=True)
class SpecOfMaybeBody(Spec):
    """`maybe_body`: a JSON body that may be left out. The view reads it by itself."""

    maybe_body: type[msgspec.Struct] | None = None


def maybe_body(spec: Spec) -> type[msgspec.Struct] | None:
    return spec.maybe_body if isinstance(spec, SpecOfMaybeBody) else None
