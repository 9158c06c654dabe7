"""The dashboard: one place a module, each with a blueprint `bp` of its own.

To add a place, import its module here and add it to PLACES. Its views are functions of a Visit
(web/pages/frame.py); what a page looks like is in web/templates.
"""

from flask import Flask

from web.pages import (
    assets,
    contacts,
    contacts_bulk,
    contacts_jobs,
    errors,
    groups,
    labels,
    places,
    queue,
    rendering,
    settings_sign_ins,
    sign_in,
    theme,
)

__all__ = ["register"]

PLACES = (
    assets,
    contacts,
    contacts_bulk,
    contacts_jobs,
    groups,
    labels,
    places,
    queue,
    settings_sign_ins,
    sign_in,
    theme,
)


def register(app: Flask) -> None:
    """Add every place, and what their templates may ask."""
    for place in PLACES:
        errors.show_as_pages(place.bp)
        app.register_blueprint(place.bp)
    app.register_error_handler(404, errors.answer_unknown_address)
    rendering.install(app)
