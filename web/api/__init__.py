"""The management API under /api/v1: one noun a module, all on the frame of operations.py."""

from flask import Flask

from web.api import api_keys, folders, groups, integration, labels, phone_numbers
from web.api.operations import bp

__all__ = ["register"]

#: Importing a module registers its operations.
_NOUNS = (api_keys, folders, groups, integration, labels, phone_numbers)


def register(app: Flask) -> None:
    app.register_blueprint(bp)
