"""Zapier's own example, and nothing else of it: its bodies hold whatever somebody put in them.

The help page of Webhooks by Zapier (help.zapier.com 8496326446989, "Send webhooks in Zaps")
shows one person in each payload type, and people post it to see whether a URL answers. A "Test
step" posts the data of the Zap's trigger instead: a real person's, or the trigger's own sample.
"""

EXAMPLE = {"first_name": "Bryan", "last_name": "Helmig", "age": "27"}


def is_example(tree: dict[str, object]) -> bool:
    """Say whether a body is that example, with nothing added to it."""
    return len(tree) == len(EXAMPLE) and all(
        str(tree.get(key)) == value for key, value in EXAMPLE.items()
    )
