"""The HTTP side: endpoint URLs for senders, Twilio's callbacks, the API, the dashboard.

`create_app` is plain WSGI and connects to nothing. What stands before it: web/front.py.
"""

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider

from web import api, health, problem_pages, problems


class OrderedJson(DefaultJSONProvider):
    sort_keys = False  # answers read in the order in which they are written


class App(Flask):
    json_provider_class = OrderedJson

    def make_default_options_response(self) -> Response:
        """Answer OPTIONS with Allow and nothing else: no body, and no CORS headers ever."""
        response = super().make_default_options_response()
        response.status_code = 204
        return response


def create_app() -> Flask:
    app = App(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # a redirect would drop the body of a POST
    problems.install(app)
    for module in (health, problem_pages):
        app.register_blueprint(module.bp)
    api.register(app)
    return app
