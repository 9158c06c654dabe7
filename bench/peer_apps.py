"""The first peers: what a team would have without this service. bench/peers.py starts them.

`empty` reads a lead and drops it: what Flask costs alone. `stock` is Flask with Dramatiq as
its documentation shows it: look the URL up in Redis, send the lead to an actor, answer.
"""

import os
import time

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from flask import Flask, abort, request

from bench.names import ANSWER, GATE, HOPS, NAMESPACE

REDIS_URL = os.environ["BENCH_REDIS_URL"]

empty = Flask("empty")
stock = Flask("stock")

gate = redis.Redis.from_url(REDIS_URL)
broker = RedisBroker(url=REDIS_URL, namespace=NAMESPACE)
dramatiq.set_broker(broker)


@dramatiq.actor
def process_lead(lead: dict[str, str]) -> None:
    """Do nothing: what is measured is the way here."""


@dramatiq.actor
def tell_hop(sent_at: float) -> None:
    """Note when a job arrived: how long a hop takes."""
    gate.rpush(HOPS, time.time() - sent_at)


@empty.post("/hooks/<token>")
def drop(token: str) -> tuple[dict[str, str], int]:  # noqa: ARG001
    request.get_data(cache=False)
    return ANSWER, 202


@stock.post("/hooks/<token>")
def enqueue(token: str) -> tuple[dict[str, str], int]:
    lead = request.get_json()
    if not gate.hexists(GATE, token):
        abort(404)
    process_lead.send(lead)
    return ANSWER, 202
