"""`python -m bench.crowd 1000000`: so many people in the opt-in queue, with lead and text.

For measures 2, 6, 7 and 8, and for looking at pages that are full. Takes the database of
DATABASE_URL, and the first account there is (`make run` has made one). All made up from a
seed: the numbers are valid, and none has a fate of its own in the simulator.
"""

import argparse
import os
import sys
import time
from typing import Any

import psycopg

from bench.people import AREAS, EXCHANGES, FIRST_LINE, LINES

BATCH = 20_000
FIRST_NAMES = (
    *("Ada", "Grace", "Jean", "Mary", "Alan", "Edsger", "Barbara", "Donald", "José", "Zoë"),
    *("Radia", "Frances", "Margaret", "Dennis", "Ken", "Hedy", "Annie", "Katherine", "Dorothy"),
)
LAST_NAMES = (
    *("Lovelace", "Hopper", "Bartik", "Jackson", "Turing", "Dijkstra", "Liskov", "Knuth"),
    *("Perlman", "Allen", "Hamilton", "Ritchie", "Thompson", "Lamarr", "Easley", "Johnson"),
    *("O'Neil", "Núñez", "Vaughan", "García", "Müller"),
)
#: Coprime to the number of all numbers there are: the walk meets each one once.
_STEP = 7_368_787
_ALL = len(AREAS) * len(EXCHANGES) * LINES


def fill(connection: "psycopg.Connection[Any]", many: int) -> None:
    """Put so many people behind those of an earlier call."""
    account, integration = _account(connection)
    known = connection.execute("SELECT count(*) FROM leads WHERE sender = 'crowd'").fetchone()
    begin = known[0] if known else 0
    for first in range(begin, begin + many, BATCH):
        given = {
            "account": account,
            "integration": integration,
            "first": first,
            "last": min(first + BATCH, begin + many) - 1,
            "step": _STEP,
            "all": _ALL,
            "areas": [*AREAS],
            "exchanges": [*EXCHANGES],
            "lines": LINES,
            "first_line": FIRST_LINE,
            "first_names": [*FIRST_NAMES],
            "last_names": [*LAST_NAMES],
        }
        connection.execute(_FILL, given)
        connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE contacts, leads, deliveries, contact_search")


def _account(connection: "psycopg.Connection[Any]") -> tuple[Any, Any]:
    found = connection.execute("""
        SELECT i.account_id, i.id FROM integrations i WHERE i.deleted_at IS NULL
        ORDER BY i.created_at LIMIT 1
    """).fetchone()
    if found is None:
        raise SystemExit("There is no integration yet: start the service once.")
    return found[0], found[1]


_FILL = """
WITH n AS (
  SELECT g, gen_random_uuid() AS lead_id, gen_random_uuid() AS contact_id,
         (g::bigint * %(step)s) %% %(all)s AS place,
         now() - interval '90 days' + g * interval '5 seconds' AS at,
         (%(first_names)s::text[])[1 + g * 7 %% cardinality(%(first_names)s::text[])] AS first,
         (%(last_names)s::text[])[1 + g * 11 %% cardinality(%(last_names)s::text[])] AS last
  FROM generate_series(%(first)s::int, %(last)s::int) AS g
), people AS (
  SELECT n.*, '+1' || (%(areas)s::int[])[1 + place / %(lines)s
                        / cardinality(%(exchanges)s::int[])]
    || (%(exchanges)s::int[])[1 + place / %(lines)s %% cardinality(%(exchanges)s::int[])]
    || lpad((place %% %(lines)s + %(first_line)s)::text, 4, '0') AS phone
  FROM n
), leads_made AS (
  INSERT INTO leads (id, account_id, integration_id, token_id, key_kind, status, first_name,
                     last_name, phone, sender, notes, extra, via, received_at, contact_id)
  SELECT lead_id, %(account)s, %(integration)s, %(integration)s, 'body', 'joined', first, last,
         phone, 'crowd', '{}', '{}', 'postgres', at, contact_id
  FROM people RETURNING id
), deliveries_made AS (
  INSERT INTO deliveries (lead_id, account_id, integration_id, contact_id, phone, from_number,
                          body, status, accepted_at, final_at, created_at)
  SELECT lead_id, %(account)s, %(integration)s, contact_id, phone, '+12025550100',
         'Reply HELP for help, STOP to opt out.', 'delivered', at, at, at
  FROM people JOIN leads_made ON leads_made.id = people.lead_id RETURNING lead_id
)
INSERT INTO contacts (id, account_id, phone, first_name, last_name, favorite, landline,
                      queued_at, queue_lead_id, first_seen_at)
SELECT contact_id, %(account)s, phone, first, last, g %% 50 = 0, g %% 97 = 0, at,
       people.lead_id, at
FROM people JOIN deliveries_made ON deliveries_made.lead_id = people.lead_id
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("many", type=int, help="how many people, such as 1000000")
    many = parser.parse_args().many
    began = time.monotonic()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        fill(connection, many)
    print(f"{many:,} people in {time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
