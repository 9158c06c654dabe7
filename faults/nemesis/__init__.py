"""The faults of the table, each under its name, each with a beginning and an end.

    fault.py      what a fault is; `applied` begins one and ends it, whatever happens
    processes.py  killed, stopped, asked twice to end       redis.py     emptied, full
    postgres.py   a backend killed, no connection left      network.py   replies lost and late
    twilio.py     lies, refusals, callbacks                 disk.py      no room
    clocks.py     an hour off                               load.py      too much, too slow
    deploy.py     newer code beside older       poison.py    a lead that kills its worker
    failpoints.py a process killed at each step  between.py  a proxy put in, and taken out

F28 to F34 are races, which tests/races runs; F41, a power cut, needs a machine to cut from.
"""

from faults.nemesis import (
    clocks,
    deploy,
    disk,
    failpoints,
    load,
    network,
    poison,
    postgres,
    processes,
    redis,
    twilio,
)
from faults.nemesis.fault import Factory, Fault, NotHere, Unmet, applied

__all__ = ["Factory", "Fault", "NotHere", "TABLE", "Unmet", "applied"]

TABLE: dict[str, Factory] = {
    **processes.TABLE,
    **redis.TABLE,
    **postgres.TABLE,
    **network.TABLE,
    **twilio.TABLE,
    **disk.TABLE,
    **clocks.TABLE,
    **load.TABLE,
    **deploy.TABLE,
    **poison.TABLE,
    **failpoints.TABLE,
}
