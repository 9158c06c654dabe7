"""What must stand in no log: looked for in all that the processes of a running copy have said.

The simulator is left out: it plays the carrier and the phones, and shows what they would see.
"""

import re

SPOKEN_BY = re.compile(r"^(\w+) *\| ")

PATTERNS = {
    "an API key": re.compile(r"\boak_(?!\[masked\])\w"),
    "a full phone number": re.compile(
        r"(?<![\w.-])(?:\+|%2B)?1?[2-9]\d{2}[2-9]\d{6}(?![\w.-])|\+\d{8,15}\b"
    ),
    "an endpoint URL": re.compile(r"/hooks/(?!\[masked\]|<)[\w-]"),
    # 43 letters of base64 hold 256 bits: a token of ours, whatever it opens.
    "a token": re.compile(
        r"(?<![\w/+=-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])"
    ),
    "a name of a lead": re.compile(r"\bJane\d+\b"),  # as tests/live/conftest.py names people
}


def leaks_in(lines, secrets=()):
    """Return what was found: of what kind, and the line without it."""
    found = []
    for line in lines:
        speaker = SPOKEN_BY.match(line)
        if speaker and speaker[1] == "simulator":
            continue
        kinds = [kind for kind, pattern in PATTERNS.items() if pattern.search(line)]
        kinds += ["a secret" for secret in secrets if secret in line]
        found += [(kind, line[:300]) for kind in kinds]
    return found
