"""The phrases by which phrases.py reads an opt-out, one language a file."""

from senders.phrasebook import english, innocent, spanish

CLASSES = english.CLASSES | spanish.CLASSES
INNOCENT = innocent.INNOCENT + spanish.INNOCENT
STOP = english.STOP | spanish.STOP
