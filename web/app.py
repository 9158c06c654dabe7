"""Flask, with what every request pays for and nobody here uses taken out.

The way of a lead is short, so the frame around the view was most of its CPU time; the figures
are in docs/decisions/0002-safe-front.md. What a view may do is as in any Flask app.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SessionInterface
from werkzeug.exceptions import NotFound
from werkzeug.routing import MapAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

JSON_HEADERS = [("Content-Type", "application/json")]
HOOKS, LEAD_ENDPOINT = "/hooks/", "hooks.receive_lead"


class Answer(Response):
    """Written as it is when there is nothing to adapt: a body in memory, and no redirect."""

    def __call__(
        self, environ: dict[str, Any], start_response: "StartResponse"
    ) -> Iterable[bytes]:
        plain = environ["REQUEST_METHOD"] == "POST" and isinstance(self.response, list)
        if not plain or self.status_code in {204, 304} or "Location" in self.headers:
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return list(self.iter_encoded())


class Json(DefaultJSONProvider):
    """Dictionaries and lists become JSON in the order in which they were written."""

    def response(self, *args: Any, **kwargs: Any) -> Answer:
        written = msgspec.json.encode(self._prepare_response_obj(args, kwargs))
        return Answer(written, headers=JSON_HEADERS)


class NoCookie(SessionInterface):
    """Sign-ins live in the database: Flask's own cookie session stays closed."""

    def open_session(self, app: Flask, request: Request) -> None:  # noqa: ARG002
        return None


class LeadAdapter(MapAdapter):
    """Matches a POST to an endpoint URL, of which there is one: no walk through all rules."""

    def match(self, *_args: Any, **_options: Any) -> Any:
        rule = next(self.map.iter_rules(LEAD_ENDPOINT))
        return rule, {"token": self.path_info[len(HOOKS) :]}


class App(Flask):
    json_provider_class = Json
    response_class = Answer
    session_interface = NoCookie()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views are plain functions; asking that of each of them costs at every request."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Match by path and method alone: which hosts are ours, the front has checked."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        if environ["PATH_INFO"].startswith("//"):  # Werkzeug would take them for one slash
            raise NotFound
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        adapter = (
            LeadAdapter if self._takes_lead(environ["REQUEST_METHOD"], path) else MapAdapter
        )
        return adapter(
            self.url_map,
            server_name=str(environ.get("HTTP_HOST", "")),
            script_name="/",
            subdomain="",
            url_scheme=environ["wsgi.url_scheme"],
            path_info=path,
            default_method=environ["REQUEST_METHOD"],
            query_args=environ.get("QUERY_STRING", ""),
        )

    def _takes_lead(self, method: str, path: str) -> bool:
        return (
            method == "POST"
            and path.startswith(HOOKS)
            and path.find("/", len(HOOKS)) < 0
            and len(path) > len(HOOKS)
            and LEAD_ENDPOINT in self.view_functions
        )

    def make_default_options_response(self) -> Response:
        """Answer OPTIONS with Allow and nothing else: no body, and no CORS headers ever."""
        response = super().make_default_options_response()
        response.status_code = 204
        return response
