"""Rates: what climbs far above the account's own weeks before is found, few people are not."""

import pytest

from models import AlarmKind, transaction
from models.rates import climbing


@pytest.fixture
def leads(story):
    """Put in leads of a status, all received so long ago."""

    def leads(count, status, ago):
        story.change(
            """
            INSERT INTO leads (id, account_id, integration_id, token_id, key_kind, status,
                first_name, last_name, phone, sender, notes, extra, via, received_at)
            SELECT gen_random_uuid(), :account, :integration, gen_random_uuid(), 'body',
                :status, 'Jane', 'Doe', '+12025550142', 'json', '{}', '{}', 'postgres',
                now() - CAST(:ago AS interval)
            FROM generate_series(1, :count)
            """,
            account=story.account,
            integration=story.integration,
            count=count,
            status=status,
            ago=ago,
        )

    return leads


@pytest.fixture
def opt_outs(story):
    def opt_outs(count, ago):
        story.change(
            """
            INSERT INTO suppressions (id, account_id, phone, kind, source, created_at)
            SELECT gen_random_uuid(), :account,
                   '+1' || (2015550100 + extract(epoch FROM CAST(:ago AS interval)) + n)::text,
                   'opted_out', 'inbound text', now() - CAST(:ago AS interval)
            FROM generate_series(1, :count) AS n
            """,
            account=story.account,
            count=count,
            ago=ago,
        )

    return opt_outs


def found():
    with transaction() as session:
        return {finding.kind: finding.detail for finding in climbing(session)}


def test_opt_outs_that_climb_are_noticed(leads, opt_outs):
    leads(1000, "joined", "3 days")
    leads(100, "joined", "1 hour")
    opt_outs(10, "3 days")
    opt_outs(8, "1 hour")

    assert found() == {
        AlarmKind.OPT_OUTS: "In the last 24 hours 8 of 100 people opted out (8.0%); "
        "in the two weeks before it was 1.0%."
    }


@pytest.mark.parametrize("now", [4, 2])
def test_few_opt_outs_are_no_climb(leads, opt_outs, now):
    leads(1000, "joined", "3 days")
    leads(20, "joined", "1 hour")
    opt_outs(now, "1 hour")

    assert found() == {}


def test_opt_outs_as_usual_are_no_climb(leads, opt_outs):
    leads(1000, "joined", "3 days")
    leads(100, "joined", "1 hour")
    opt_outs(60, "3 days")
    opt_outs(8, "1 hour")

    assert found() == {}


def test_texts_that_fail_more_than_usual_are_noticed(leads):
    leads(300, "joined", "2 days")
    leads(6, "needs_attention", "2 days")
    leads(40, "joined", "1 hour")
    leads(20, "needs_attention", "1 hour")

    detail = found()[AlarmKind.FAILURES]

    assert detail.startswith("In the last 2 hours 20 of 60 leads could not be texted (33.3%)")


def test_account_without_a_past_has_no_usual_share(leads, opt_outs):
    leads(40, "joined", "1 hour")
    leads(20, "needs_attention", "1 hour")
    opt_outs(20, "1 hour")

    assert found() == {}
