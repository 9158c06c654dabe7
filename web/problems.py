"""Every error as RFC 9457 application/problem+json, from one place.

Views raise Problem; Flask's and our own surprises are turned into one here; the front, which
stands outside of Flask, renders with the same function. Nothing of the request is echoed:
the only thing of the caller's in an answer is the request id.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

import config
from web.problem_codes import CODES
from web.requests import request_id

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

CODE_OF_STATUS = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "body-too-slow",
    409: "conflict",
    410: "url-replaced",
    411: "length-required",
    413: "too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    417: "expectation-failed",
    422: "invalid",
    423: "url-paused",
    429: "rate-limited",
    431: "headers-too-large",
    501: "transfer-coding",
    503: "unavailable",
}


class Problem(Exception):
    """Raise it anywhere in web: it becomes the answer.

    `errors` is for 422: [{"field": "phone", "code": "missing", "detail": "…"}]. Further keyword
    arguments become members of the JSON object. A code that is not in CODES is a KeyError.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        **members: object,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.title = CODES[code].title
        self.detail = detail or CODES[code].advice
        self.headers = dict(headers or {})
        self.members = members | ({"errors": list(errors)} if errors else {})

    def body(self, instance: str) -> bytes:
        members = {
            "type": f"{config.PUBLIC_BASE_URL}/docs/errors/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
        }
        return json.dumps(members | self.members).encode()


def install(app: Flask) -> None:
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_surprise)


def answer(problem: Problem) -> Response:
    response = Response(
        problem.body(request_id()), status=problem.status, content_type=CONTENT_TYPE
    )
    response.headers.update(problem.headers)
    return response


def answer_http(error: HTTPException) -> Response | HTTPException:
    """Flask's own errors, such as no route (404) and wrong method (405 with Allow)."""
    status = error.code or 500
    if error.response is not None or status < 400:  # noqa: PLR2004  (a redirect is no error)
        return error
    code = CODE_OF_STATUS.get(status, "bad-request" if status < 500 else "internal-error")  # noqa: PLR2004
    return answer(Problem(status, code, headers=_kept(error.get_headers())))


def answer_surprise(error: Exception) -> Response:
    """A fault of ours: the log has the traceback, the caller only the request id."""
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return answer(Problem(500, "internal-error"))


def _kept(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    wanted = {"allow", "retry-after", "www-authenticate"}
    return {name: value for name, value in headers if name.lower() in wanted}
