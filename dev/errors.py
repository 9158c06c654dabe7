"""The one error of this folder."""


class CannotRun(Exception):
    """Nothing can be started so: the message says why, and what to do about it."""
