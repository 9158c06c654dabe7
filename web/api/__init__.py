"""The management API under /api/v1: one noun a module, all on the frame of operations.py."""

from flask import Flask

from web.api import (
    actions,
    alarms,
    api_keys,
    campaigns,
    consent,
    contacts,
    conversations,
    docs,
    eligibility,
    exports,
    field_mapping,
    folders,
    groups,
    imports,
    integration,
    job_files,
    jobs,
    labels,
    leads,
    phone_numbers,
    rejections,
    search,
    signing_secrets,
    suppressions,
    workers,
    workers_failure_acts,
    workers_failures,
    workers_schedules,
)
from web.api.operations import bp

__all__ = ["register"]

#: Importing a module registers its operations.
_NOUNS = (
    actions,
    alarms,
    api_keys,
    campaigns,
    consent,
    contacts,
    conversations,
    eligibility,
    exports,
    field_mapping,
    folders,
    groups,
    imports,
    integration,
    job_files,
    jobs,
    labels,
    leads,
    phone_numbers,
    rejections,
    search,
    signing_secrets,
    suppressions,
    workers,
    workers_failure_acts,
    workers_failures,
    workers_schedules,
)


def register(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(docs.bp)
