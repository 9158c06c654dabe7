"""A full opt-in queue for measuring lists: people of many names, some labels, SQL alone.

The numbers are those of bench/people.py: valid, no two alike, none with a fixed fate. Every
name is common at its beginning and rare at its end, as names are.
"""

import itertools
from collections.abc import Iterator

import psycopg

from bench.people import Person, people

_SYLLABLES = ("ba", "chi", "do", "el", "fa", "gri", "ho", "jan", "ki", "lo", "mar", "nu")
_CHUNK = 50_000

_STAGE = """
    CREATE TEMPORARY TABLE staged (
      n bigint, first_name text, last_name text, phone text,
      lead_id uuid DEFAULT gen_random_uuid(), contact_id uuid DEFAULT gen_random_uuid()
    )
"""
_LEADS = """
    INSERT INTO leads (id, account_id, integration_id, token_id, key_kind, status, contact_id,
                       first_name, last_name, phone, sender, notes, extra, via, received_at)
    SELECT lead_id, %(account)s, gen_random_uuid(), gen_random_uuid(), 'body', 'joined',
           contact_id, first_name, last_name, phone, 'json', '{}', '{}', 'postgres',
           now() - make_interval(secs => n)
    FROM staged
"""
# One in fifty is a favorite, one in a hundred a landline.
_CONTACTS = """
    INSERT INTO contacts (id, account_id, phone, first_name, last_name, favorite, landline,
                          queued_at, queue_lead_id, first_seen_at)
    SELECT contact_id, %(account)s, phone, first_name, last_name, n %% 50 = 0, n %% 100 = 7,
           now() - make_interval(secs => n), lead_id, now() - make_interval(secs => n)
    FROM staged
"""
_LABEL = (
    "INSERT INTO labels (id, account_id, name) VALUES (gen_random_uuid(), %s, %s) RETURNING id"
)
_LABELED = """
    INSERT INTO contact_labels (label_id, contact_id)
    SELECT %s, id FROM contacts WHERE account_id = %s AND abs(hashtext(id::text)) %% %s = 0
"""
#: Labels, and one of how many people has each.
LABELS = {"Half": 2, "One percent": 100, "Rare": 20_000}
#: A label that one of so many has, all of whom came first: a list begins with the newest.
FAR, FAR_OF = "Far end", 20
_LABELED_FAR = """
    INSERT INTO contact_labels (label_id, contact_id)
    SELECT %s, id FROM contacts WHERE account_id = %s ORDER BY queued_at LIMIT %s
"""


def fill(database_url: str, many: int) -> dict[str, str]:
    """Put so many people into the opt-in queue of the first account; return its labels' ids."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        row = connection.execute(
            "SELECT id FROM accounts ORDER BY created_at LIMIT 1"
        ).fetchone()
        account = row[0] if row else None
        crowd = enumerate(_named(people(seed=6)))
        connection.execute(_STAGE)
        for at in range(0, many, _CHUNK):
            chunk = list(itertools.islice(crowd, min(_CHUNK, many - at)))
            _insert(connection, str(account), chunk)
        labels = {name: _labeled(connection, str(account), name) for name in LABELS}
        labels[FAR] = _made(connection, str(account), FAR)
        connection.execute(_LABELED_FAR, (labels[FAR], account, many // FAR_OF))
        connection.execute("VACUUM ANALYZE")
    return labels


def _named(crowd: Iterator[Person]) -> Iterator[Person]:
    for number, person in enumerate(crowd):
        name, rest = "", number * 7_919 % 20_736
        for _ in range(4):
            rest, at = divmod(rest, len(_SYLLABLES))
            name += _SYLLABLES[at]
        yield person._replace(last_name=name.capitalize())


def _insert(
    connection: "psycopg.Connection[tuple[object, ...]]",
    account: str,
    chunk: list[tuple[int, Person]],
) -> None:
    connection.execute("TRUNCATE staged")
    copy = "COPY staged (n, first_name, last_name, phone) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as rows:
        for number, person in chunk:
            rows.write_row((number, person.first_name, person.last_name, person.phone))
    connection.execute(_LEADS, {"account": account})
    connection.execute(_CONTACTS, {"account": account})


def _labeled(
    connection: "psycopg.Connection[tuple[object, ...]]", account: str, name: str
) -> str:
    label = _made(connection, account, name)
    connection.execute(_LABELED, (label, account, LABELS[name]))
    return label


def _made(connection: "psycopg.Connection[tuple[object, ...]]", account: str, name: str) -> str:
    made = connection.execute(_LABEL, (account, name)).fetchone()
    return str(made[0]) if made else ""
