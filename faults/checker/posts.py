"""Who posted what, and which lead it became."""

from dataclasses import dataclass, field

from faults.history import OK, Entry

#: PostgreSQL has so long to take a lead; what was answered later came by way of the spool.
DATABASE_SECONDS = 0.7

#: A tool of this shape has no key but the bytes, which count within the duplicate window only,
#: and only while the lead they made counts as the first of its person.
BYTES_ARE_THE_KEY = "no_key"


@dataclass(slots=True)
class Key:
    """One key, whatever came of posting it."""

    phone: str
    shape: str
    highest_url: int
    tries: int = 0
    is_lead: bool = True
    ids: dict[str, int] = field(default_factory=dict)  # lead id: the operation that told it


@dataclass
class Posts:
    """`taken`: each lead id that was ever answered with 2xx, and the operation that told it."""

    keys: dict[str, Key] = field(default_factory=dict)
    by_phone: dict[str, list[Key]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    late: dict[str, float] = field(default_factory=dict)  # lead id: when, if it took long
    accepted: int = 0
    duplicates: int = 0
    nameless: list[int] = field(default_factory=list)  # 2xx without a lead id

    def began(self, entry: Entry) -> None:
        if entry.f != "post":
            return
        value = entry.value
        key = self.keys.get(value["key"])
        if key is None:
            key = Key(value["phone"], value["shape"], value["url"])
            key.is_lead = "expects" not in value
            self.keys[value["key"]] = key
            if key.phone:
                self.by_phone.setdefault(key.phone, []).append(key)
        key.tries += 1
        key.highest_url = max(key.highest_url, value["url"])

    def ended(self, begun: Entry, entry: Entry) -> None:
        if begun.f != "post" or entry.type != OK:
            return
        lead_id = entry.value.get("lead_id")
        if not isinstance(lead_id, str):
            self.nameless.append(entry.op)
            return
        self.keys[begun.value["key"]].ids.setdefault(lead_id, entry.op)
        if lead_id not in self.taken and entry.time - begun.time > DATABASE_SECONDS:
            self.late[lead_id] = entry.time
        self.taken.setdefault(lead_id, entry.op)
        if entry.value.get("word") == "accepted":
            self.accepted += 1
        else:
            self.duplicates += 1

    def ops_of(self, phone: str | None) -> tuple[int, ...]:
        """The operations that were answered with a lead of this number."""
        keys = self.by_phone.get(phone or "", [])
        return tuple(sorted(op for key in keys for op in key.ids.values()))
