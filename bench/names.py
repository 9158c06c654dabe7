"""What the peers have in common. Some run where no package of ours is: this imports none."""

#: What stock Dramatiq and the gate before it are called in Redis.
NAMESPACE, GATE, HOPS = "stock", "bench:gate", "bench:hops"
ANSWER = {"status": "accepted"}
