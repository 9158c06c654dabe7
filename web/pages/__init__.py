"""The dashboard: one place a module, each with a blueprint `bp` of its own.

To add a place, import its module here and add it to PLACES. Its views are functions of a Visit
(web/pages/frame.py); what a page looks like is in web/templates.
"""

from flask import Flask

from web.pages import (
    assets,
    audit,
    campaign_people,
    campaigns,
    contact,
    contact_actions,
    contacts,
    contacts_bulk,
    contacts_jobs,
    errors,
    groups,
    home,
    integration_checks,
    integration_edit,
    integration_mapping,
    integration_signing,
    integration_test_lead,
    integration_url,
    integrations,
    invitations,
    jobs,
    labels,
    lead,
    leads,
    places,
    queue,
    rejections,
    rendering,
    search,
    settings_account,
    settings_api_keys,
    settings_phone_numbers,
    settings_sign_ins,
    settings_team,
    setup,
    sign_in,
    suppressed,
    suppressed_lists,
    theme,
    workers,
    workers_failures,
    workers_schedules,
)

__all__ = ["register"]

PLACES = (
    assets,
    audit,
    campaign_people,
    campaigns,
    contact,
    contact_actions,
    contacts,
    contacts_bulk,
    contacts_jobs,
    groups,
    home,
    integration_checks,
    integration_edit,
    integration_mapping,
    integration_signing,
    integration_test_lead,
    integration_url,
    integrations,
    invitations,
    jobs,
    labels,
    lead,
    leads,
    places,
    queue,
    rejections,
    search,
    settings_account,
    settings_api_keys,
    settings_phone_numbers,
    settings_sign_ins,
    settings_team,
    setup,
    sign_in,
    suppressed,
    suppressed_lists,
    theme,
    workers,
    workers_failures,
    workers_schedules,
)

for _place in PLACES:  # here, once: a blueprint that was registered takes no more handlers
    errors.show_as_pages(_place.bp)


def register(app: Flask) -> None:
    """Add every place, and what their templates may ask."""
    for place in PLACES:
        app.register_blueprint(place.bp)
    app.register_error_handler(404, errors.answer_unknown_address)
    rendering.install(app)
