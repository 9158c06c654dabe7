"""What each form tool does when it is refused, and how the endpoint URL gets into it.

Told where somebody is about to switch off or replace the URL: what follows differs from tool to
tool. docs/senders.md tells where it is known from.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    """A tool that sends leads, in words for whoever looks after it."""

    title: str
    when_paused: str  # at 423
    when_replaced: str  # at 410
    setup: str


_STEP = "the step fails in its own log; paste the new URL into it"
_NO_RETRY = "is not known to try again: replay what was refused from the rejections"
_PASTE = "is not known to try again; paste the new URL into it"

TOOLS = {
    "zapier": Tool(
        "Zapier",
        "the step fails and is not tried again by itself: replay from the rejections",
        f"{_STEP}. A Zap that fails nearly always is switched off by Zapier",
        "Step “Webhooks by Zapier”, event POST: paste the URL. Payload type Form or JSON.",
    ),
    "make": Tool(
        "Make",
        "goes on as if nothing were wrong unless “Evaluate all states as errors” is on",
        "goes on as if nothing were wrong; paste the new URL into its HTTP module",
        "Module “HTTP: Make a request”, method POST, body type urlencoded: paste the URL.",
    ),
    "typeform": Tool(
        "Typeform",
        "tries again every 2 to 3 minutes for 10 hours: a short pause loses nothing",
        "switches its webhook off at once: paste the new URL and switch it on again",
        "Connect > Webhooks > Add a webhook: paste the URL and switch it on.",
    ),
    "meta": Tool(
        "Facebook and Instagram lead ads",
        "comes through Zapier or Make: what these do counts",
        "comes through Zapier or Make: paste the new URL there",
        "Connect lead ads to Zapier or Make, and send on from there to the URL.",
    ),
    "jotform": Tool(
        "Jotform", _NO_RETRY, _PASTE, "Settings > Integrations > WebHooks: paste the URL."
    ),
    "hubspot": Tool(
        "HubSpot",
        "does not try again: replay what was refused from the rejections",
        "does not try again; paste the new URL into the workflow's webhook",
        "Workflow > Send a webhook, method POST: paste the URL.",
    ),
    "gravity": Tool(
        "Gravity Forms", _NO_RETRY, _PASTE, "Settings > Webhooks > Add new: paste the URL."
    ),
    "webflow": Tool(
        "Webflow",
        _NO_RETRY,
        _PASTE,
        "Apps & integrations > Webhooks, trigger “Form submission”: paste the URL.",
    ),
    "contact-form-7": Tool(
        "Contact Form 7", _NO_RETRY, _PASTE, "Paste the URL into your webhook plug-in."
    ),
    "elementor": Tool("Elementor", _NO_RETRY, _PASTE, "Actions after submit > Webhook: paste."),
    "wpforms": Tool("WPForms", _NO_RETRY, _PASTE, "Settings > Webhooks: paste the URL."),
    "unbounce": Tool("Unbounce", _NO_RETRY, _PASTE, "Integrations > Webhooks: paste the URL."),
    "squarespace": Tool("Squarespace", _NO_RETRY, _PASTE, "Send it through Zapier."),
    "clickfunnels": Tool("ClickFunnels", _NO_RETRY, _PASTE, "Settings > Webhooks: paste."),
    "clickfunnels-classic": Tool(
        "ClickFunnels Classic", _NO_RETRY, _PASTE, "Settings > Webhooks: paste the URL."
    ),
}
#: What came as bare JSON or as a form may be a script as well as Zapier or Make.
_ANYTHING = Tool(
    "A script, Zapier or Make ({sender})",
    "gets 423 with Retry-After: whether it tries again is up to it",
    "gets 410: put the new URL into it",
    "",
)

#: Whose set-up is shown beside the URL, in this order.
SHOWN = ("zapier", "make", "typeform", "meta", "jotform", "gravity", "webflow", "hubspot")


@dataclass(frozen=True)
class Seen:
    """A tool that has sent lately, and how many of the latest leads came from it."""

    tool: Tool
    leads: int


def tools_seen(senders: dict[str, int]) -> list[Seen]:
    """Name the tools behind the formats that came in, most leads first."""
    return [Seen(_tool(sender), leads) for sender, leads in senders.items()]


def _tool(sender: str) -> Tool:
    known = TOOLS.get(sender)
    if known is not None:
        return known
    title = _ANYTHING.title.format(sender=sender)
    return Tool(title, _ANYTHING.when_paused, _ANYTHING.when_replaced, "")
