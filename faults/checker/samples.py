"""How large everything ever was."""

from dataclasses import dataclass, field

from faults.history import Entry

MIB = 1 << 20
#: The largest process of each role. PostgreSQL's count the memory they share each time.
MOST_MEMORY = {
    "web": 500 * MIB,
    "worker": 400 * MIB,
    "bulk": 400 * MIB,
    "clock": 300 * MIB,
    "postgres": 600 * MIB,
    "redis": 700 * MIB,  # the spool may hold 256 MiB
    "supervisor": 200 * MIB,
}
#: PostgreSQL keeps up to 1 GiB of write-ahead log; the rest grows with what is stored.
MOST_DISK, DISK_A_POST = 1536 * MIB, 32 * 1024


@dataclass
class Samples:
    count: int = 0
    memory: dict[str, int] = field(default_factory=dict)
    disk: int = 0
    first_disk: int = 0

    def noted(self, entry: Entry) -> None:
        if entry.f != "sample":
            return
        self.count += 1
        self.disk = max(self.disk, entry.value["disk"])
        self.first_disk = self.first_disk or entry.value["disk"]
        for role, size in entry.value["memory"].items():
            self.memory[role] = max(self.memory.get(role, 0), size)
