"""GET /metrics for Prometheus: the numbers of the worker dashboard, and a few more.

They are read from PostgreSQL and Redis at each request, so that every web process answers
alike. A store that does not answer in time is itself a number, `optin_up`, and what it would
have told is left out: nobody is told zero where nothing is known.
"""

import hmac
from collections.abc import Iterator

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import config
from web import metric_families as families
from web.breaker import breaker
from web.problems import Problem
from workers import gate
from workers.queues import look

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
def metrics() -> Response:
    _check_token()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Numbers())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Numbers(Collector):
    """All of it, in the order in which it is told."""

    def collect(self) -> Iterator[Metric]:
        remembered = families.remembered()
        seen = look()
        up = {"postgresql": remembered is not None, "redis": seen is not None}
        yield families.labeled("optin_up", "Whether a store answers in time.", "store", up)
        yield _intake(database=remembered is not None)
        yield GaugeMetricFamily(
            "optin_database_breaker_open",
            "Whether the web process that answers has stopped asking PostgreSQL.",
            value=breaker.is_open,
        )
        yield from remembered or ()
        if seen is not None:
            yield from families.of_redis(seen)


def _check_token() -> None:
    """Raise 404 where no token is set: then there is nothing here. Raise 401 for another."""
    if not config.METRICS_TOKEN:
        raise Problem(404, "not-found")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known = config.METRICS_TOKEN.encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), known):
        raise Problem(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def _intake(*, database: bool) -> Metric:
    path = "postgres" if database else "spool" if gate.is_open() else "closed"
    return families.labeled(
        "optin_intake",
        "Where new leads are stored now: 1 for the path they take.",
        "path",
        {each: each == path for each in ("postgres", "spool", "closed")},
    )
