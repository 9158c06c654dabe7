"""The phrases by which phrases.py reads an opt-out, one language a file."""

from senders.phrasebook import english, spanish

CLASSES = english.CLASSES | spanish.CLASSES
INNOCENT = english.INNOCENT + spanish.INNOCENT
STOP = english.STOP | spanish.STOP
