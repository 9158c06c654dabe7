"""The HTTP side: endpoint URLs for senders, Twilio's callbacks, the API, the dashboard.

`create_app` is plain WSGI and connects to nothing. What stands before it: web/front.py.
"""

from flask import Flask

from web import (
    api,
    health,
    hooks,
    metrics,
    pages,
    problem_pages,
    problems,
    readiness,
    twilio,
)
from web.app import App


def create_app() -> Flask:
    app = App(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # a redirect would drop the body of a POST
    problems.install(app)
    for module in (hooks, twilio, health, metrics, readiness, problem_pages):
        app.register_blueprint(module.bp)
    api.register(app)
    pages.register(app)
    return app
