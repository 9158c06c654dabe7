"""Throughput, durations and totals, from counts that were rolled up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from models import autocommit, transaction
from models.job_counts import BUCKETS_MS, Counted, keep_minutes
from models.job_figures import Window, by_actor, percentile, throughput, totals

SLOTS = len(BUCKETS_MS) + 1


@pytest.fixture
def keep(app):
    """Keep a minute of an actor, so many minutes ago."""

    def keep(minutes_ago, done, failed=0, actor="process_lead", bucket=3):
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        buckets = [0] * SLOTS
        buckets[bucket] = done + failed
        at = now - timedelta(minutes=minutes_ago)
        minute = Counted(at, actor, done, 0, failed, 40 * done, buckets)
        with autocommit() as connection:
            keep_minutes(connection, [minute])

    return keep


def read(ask, *given):
    with transaction() as session:
        return ask(session, *given)


@pytest.mark.parametrize(
    ("window", "points"), [(Window.HOUR, 60), (Window.DAY, 144), (Window.WEEK, 168)]
)
def test_graph_has_a_point_for_every_step_and_counts_all_within(keep, window, points):
    keep(0, done=3, failed=1)
    keep(20, done=5)
    keep(60 * 24 * 8, done=100)

    graph = read(throughput, window)

    assert len(graph) == points
    assert (sum(each.done for each in graph), sum(each.failed for each in graph)) == (8, 1)
    steps = {later.at - former.at for former, later in pairwise(graph)}
    assert steps == {timedelta(seconds=window.step)}


def test_graph_of_one_actor_leaves_out_the_others(keep):
    keep(1, done=3)
    keep(1, done=4, actor="send_text")

    graph = read(throughput, Window.HOUR, "send_text")

    assert sum(each.done for each in graph) == 4


def test_actors_have_their_durations(keep):
    keep(1, done=90, bucket=2)  # 10 to 25 ms
    keep(2, done=10, bucket=8)  # 1 to 2.5 s
    keep(1, done=1, actor="send_text", bucket=SLOTS - 1)

    lead, text = read(by_actor, Window.HOUR)

    assert (lead.actor, lead.runs, lead.mean_ms) == ("process_lead", 100, 40)
    assert 10 < lead.p50_ms < 25
    assert 1_000 < lead.p95_ms < 2_500
    assert text.p50_ms == BUCKETS_MS[-1]


def test_totals_hold_what_is_older_than_any_window(keep):
    keep(0, done=1)
    keep(60 * 24 * 20, done=10)

    (only,) = read(totals)

    assert (only.done, sum(only.buckets)) == (11, 11)


def test_percentile_of_nothing_is_unknown():
    assert percentile([0] * SLOTS, 0.5) is None
