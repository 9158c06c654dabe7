"""Two peers of measure 1, as their documentation shows them: Flask with RQ, Flask with Celery.

Both look the URL up in Redis, send the lead to a job and answer. bench/peers.py starts them, in
the environment of requirements-peers.txt.
"""

import os

import redis
from celery import Celery
from flask import Flask, abort, request
from rq import Queue

from bench.names import ANSWER, GATE

REDIS_URL = os.environ["BENCH_REDIS_URL"]

rq = Flask("rq")
celery = Flask("celery")

gate = redis.Redis.from_url(REDIS_URL)
queue = Queue("bench-rq", connection=redis.Redis.from_url(REDIS_URL))
tasks = Celery("bench", broker=REDIS_URL.replace("unix://", "redis+socket://"))
tasks.conf.task_default_queue = "bench-celery"
tasks.conf.task_ignore_result = True


def process_lead(lead: dict[str, str]) -> None:
    """Do nothing: what is measured is the way here."""


@tasks.task
def process_lead_by_celery(lead: dict[str, str]) -> None:
    process_lead(lead)


@rq.post("/hooks/<token>")
def enqueue(token: str) -> tuple[dict[str, str], int]:
    lead = request.get_json()
    if not gate.hexists(GATE, token):
        abort(404)
    queue.enqueue(process_lead, lead)
    return ANSWER, 202


@celery.post("/hooks/<token>")
def delay(token: str) -> tuple[dict[str, str], int]:
    lead = request.get_json()
    if not gate.hexists(GATE, token):
        abort(404)
    process_lead_by_celery.delay(lead)
    return ANSWER, 202
