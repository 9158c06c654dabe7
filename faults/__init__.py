"""The proof from outside: load, faults, and a judge that knows nothing of our code.

history.py     every operation, as it began and as it ended, on disk
senders.py     form tools that post leads and try again as real ones do
operators.py   what people at desks and phones do meanwhile
nemesis/       the faults
ending.py      what the service says when the faults are over, and the simulator's ledger
checker/       the ten promises, each judged over history and ending
run.py         all of it, one run

The service is driven over HTTP only; nothing of it is imported.
"""
