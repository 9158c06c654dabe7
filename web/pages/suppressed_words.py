"""What the kinds of suppressions are called, and how each ends."""

from models.suppressions import SuppressionKind
from web.api.suppression_shapes import SuppressionShape
from web.pages.visit import Visit

#: Where it was asked for, as the timeline tells it.
SOURCE = "the dashboard"

KINDS = {
    SuppressionKind.OPTED_OUT: "Opted out",
    SuppressionKind.DNC: "Do-Not-Contact",
    SuppressionKind.COMPLIANCE: "Compliance",
    SuppressionKind.CARRIER: "Carrier",
}

LIFT = "lift"


def way_out(visit: Visit, suppression: SuppressionShape) -> str:
    """Return LIFT where this operator may lift it, else how it ends."""
    if suppression.kind is SuppressionKind.CARRIER:
        return "Leaves when a text gets through"
    if suppression.kind is SuppressionKind.OPTED_OUT:
        return LIFT if suppression.needs_review else "Only the person: START or UNSTOP"
    return LIFT if visit.is_owner else "An owner lifts it"
