"""A lead that kills whichever worker works on it, until it is set aside: F35.

A trigger has the database dawdle over that one person; that is when the workers are killed,
after the claim. Its leases, a minute each, and the ten seconds between two rings are cut short:
nobody has six minutes.
"""

import signal
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg

from faults.nemesis.fault import POLL_SECONDS, Factory, NotHere, Unmet
from faults.nemesis.signals import go_on, send, stopped
from faults.service import Service

GATHER_SECONDS = 10.0
POISON_SECONDS = 180.0
#: After so many claims, each the death of a worker, a lead is set aside.
CLAIMS = 5
ARM = (
    "CREATE TABLE faults_poison (phone text PRIMARY KEY)",
    """CREATE FUNCTION faults_dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF EXISTS (SELECT 1 FROM faults_poison p WHERE p.phone = NEW.phone) THEN
           PERFORM pg_sleep(15);
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER faults_dawdle BEFORE INSERT OR UPDATE ON contacts
         FOR EACH ROW EXECUTE FUNCTION faults_dawdle()""",
)
DISARM = (
    "DROP TRIGGER IF EXISTS faults_dawdle ON contacts",
    "DROP FUNCTION IF EXISTS faults_dawdle",
    "DROP TABLE IF EXISTS faults_poison",
)
CANDIDATE = """
    SELECT phone FROM leads l WHERE status = 'received' AND claims = 0 AND phone IS NOT NULL
      AND lease_until IS NULL AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.phone = l.phone)
      AND (SELECT count(*) FROM leads o WHERE o.phone = l.phone) = 1
    ORDER BY received_at DESC LIMIT 1
"""
IS_POISON = "INSERT INTO faults_poison VALUES (%s)"
IS_OPEN = "SELECT 1 FROM leads WHERE phone = %s AND status = 'received'"
DAWDLING = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
END_DAWDLING = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'
"""
SHORTEN = """
    UPDATE leads SET lease_until = now(), rung_at = NULL
    WHERE phone = %s AND status = 'received'
"""
OUTCOME = "SELECT status FROM leads WHERE phone = %s AND duplicate_of IS NULL"


@dataclass
class PoisonLead:
    """The next lead that comes in is the poison."""

    name: str = "poison-lead"
    seconds: float = 1.0
    _phone: str = field(default="", init=False)
    _kills: int = field(default=0, init=False)

    def begin(self, service: Service) -> None:
        with psycopg.connect(service.database_url, autocommit=True) as connection:
            _arm(connection)
            self._phone = _choose(service, connection)
            deadline = time.monotonic() + POISON_SECONDS
            while _is_open(connection, self._phone) and time.monotonic() < deadline:
                if connection.execute(DAWDLING).fetchone():
                    send(service.pids("worker"), signal.SIGKILL)
                    self._kills += 1
                    connection.execute(END_DAWDLING)
                    connection.execute(SHORTEN, [self._phone])
                time.sleep(POLL_SECONDS)

    def end(self, service: Service) -> None:
        """Disarm it. Raises Unmet where the lead was never set aside, or too late."""
        go_on("worker")(service)
        with psycopg.connect(service.database_url, autocommit=True) as connection:
            for statement in DISARM:
                connection.execute(statement)
            found = connection.execute(OUTCOME, [self._phone]).fetchone()
        if self._phone and (found != ("needs_attention",) or self._kills != CLAIMS):
            raise Unmet(f"the poison lead was {found} after {self._kills} workers")


def _arm(connection: psycopg.Connection[Any]) -> None:
    for statement in (*DISARM, *ARM):
        connection.execute(statement)


def _choose(service: Service, connection: psycopg.Connection[Any]) -> str:
    """Take a lead that no worker has seen: they are stopped until there is one."""
    stopped("worker")(service)
    try:
        deadline = time.monotonic() + GATHER_SECONDS
        while (found := connection.execute(CANDIDATE).fetchone()) is None:
            if time.monotonic() > deadline:
                raise NotHere("no lead came to be the poison")
            time.sleep(POLL_SECONDS)
        connection.execute(IS_POISON, found)
        return str(found[0])
    finally:
        go_on("worker")(service)


def _is_open(connection: psycopg.Connection[Any], phone: str) -> bool:
    return connection.execute(IS_OPEN, [phone]).fetchone() is not None


TABLE: dict[str, Factory] = {"poison-lead": lambda _draw: PoisonLead()}
