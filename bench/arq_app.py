"""A peer of measure 1, as its documentation shows it: FastAPI with arq.

It looks the URL up in Redis, sends the lead to a job and answers. bench/peers.py starts it, in
the environment of requirements-arq.txt.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arq import ArqRedis, create_pool
from arq.connections import RedisSettings
from fastapi import FastAPI, HTTPException, Request

from bench.names import ANSWER, GATE

SETTINGS = RedisSettings.from_dsn(os.environ["BENCH_REDIS_URL"])


@asynccontextmanager
async def connected(app: FastAPI) -> AsyncIterator[None]:
    pool = app.state.pool = await create_pool(SETTINGS, default_queue_name="bench-arq")
    yield
    await pool.aclose()


arq = FastAPI(lifespan=connected)


@arq.post("/hooks/{token}", status_code=202)
async def enqueue(token: str, request: Request) -> dict[str, str]:
    pool: ArqRedis = request.app.state.pool
    lead = await request.json()
    if not await pool.hexists(GATE, token):
        raise HTTPException(404)
    await pool.enqueue_job("process_lead", lead)
    return ANSWER
