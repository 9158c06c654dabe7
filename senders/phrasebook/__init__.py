"""The phrases by which phrases.py reads an opt-out, one language a file."""

from senders.phrasebook import (
    english,
    french,
    german,
    innocent,
    portuguese,
    refusals,
    removal,
    spanish,
)

_LANGUAGES = (english, removal, refusals, spanish, french, german, portuguese)
CLASSES = {name: block for each in _LANGUAGES for name, block in each.CLASSES.items()}
INNOCENT = innocent.INNOCENT + spanish.INNOCENT + french.INNOCENT + german.INNOCENT
STOP = {reason: block for each in _LANGUAGES for reason, block in each.STOP.items()}
