"""The phrases by which phrases.py reads an opt-out, one language a file."""

from senders.phrasebook import english, innocent, refusals, removal, spanish

CLASSES = english.CLASSES | removal.CLASSES | refusals.CLASSES | spanish.CLASSES
INNOCENT = innocent.INNOCENT + spanish.INNOCENT
STOP = english.STOP | removal.STOP | refusals.STOP | spanish.STOP
