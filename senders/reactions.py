"""What a phone writes when somebody reacts to a text: "Liked “…”", with our words in it.

They are our words and not the person's: that a text of ours says STOP is no wish to stop.
"""

import re

from senders.fold import LONGEST_TEXT

_FEWEST_WORDS = 4  # a reaction to the person's own "stop" quotes less

_REACTION = re.compile(
    r"\s*(?:Liked|Loved|Disliked|Laughed at|Emphasi[sz]ed|Questioned|Reacted .{1,12} to"
    r"|Removed an? [a-z ]{1,20} from|[^\w\s]{1,8} to)"
    r"\s(?:\u201c([^\u201d]+)\u201d|\"([^\"]+)\")\s*"
)


def is_reaction(text: str) -> bool:
    """Say whether a text is nothing but a reaction to another one."""
    found = _REACTION.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    return found is not None and len((found[1] or found[2]).split()) >= _FEWEST_WORDS
