"""`make demo`: the service with traffic of its own, stopped like any other."""

import pytest

from tests.conftest import free_port
from tests.live.conftest import Service


class Demo(Service):
    module = "dev.demo"


@pytest.fixture
def demo(tmp_path):
    service = Demo(tmp_path / "var", (free_port(), free_port()), {})
    service.start()
    yield service
    if service.process.poll() is None:
        service.stop()


def test_demo_fills_the_screens_and_stops_cleanly(demo, until):
    until(lambda: demo.get("/integration")["counts"]["leads_24h"] >= 120, seconds=60)
    retired = until(
        lambda: demo.get("/jobs")["items"] and demo.get("/jobs")["items"][-1], seconds=30
    )
    until(lambda: demo.queue_length() >= 50, seconds=60)
    worked = until(lambda: _worked(demo), seconds=60)

    demo.stop()

    assert worked >= {"done"}
    assert retired["kind"] == "regenerate_url"


def _worked(demo):
    """What became of what the team did to contacts, once anything has."""
    jobs = [job for job in demo.get("/jobs")["items"] if job["kind"] != "regenerate_url"]
    return {job["status"] for job in jobs} - {"queued", "running"}
