"""Input that nobody sends: real bodies and texts, shaken; everything follows from a seed.

What is drawn is mostly right: only a body that is nearly one gets past the first door.
"""

import json
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

SENDERS = Path(__file__).parents[1] / "senders"
LARGEST = 65_536

KINDS = [
    None,
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=----XyZ",
    "multipart/form-data",
    "text/xml",
    "text/plain; charset=latin-1",
    "application/json; charset=utf-16",
    'text/plain; charset="',
    "image/png",
]
KEYS = """
    first_name last_name name full_name phone Phone mobile tel email consent lead_id id data
    lead payload form_response answers definition fields field_data properties vid rawRequest
    formID submissionID q3_name data.json contact triggerType event_type 1.3 object entry value
    values label question answer zip state time_zone created_at __proto__
""".split()  # noqa: SIM905  (a list of keys reads better without quotes)
PLAIN = [
    *("Jane", "Doe", "Jane Doe", "Doe, Jane", "2025550142", "+1 (202) 555-0142", "911", "yes"),
    *("", " ", "\0", "\u200b", "\u202ex", "\x1b[31m", "a" * 201, "\ufdfa" * 60, "{}", "[[]]"),
    *(
        '{"phone": 1}',
        "p:+12025550142",
        "1-800-FLOWERS",
        "=1+1",
        "{first_name}",
        "\N{PILE OF POO}",
    ),
    *(0, -1, 2025550142, 10**30, 1.5, True, False, None),
]
SIGNS = [
    *("\0", "\n", "\r\n", "\t", " ", "+", "-", "(", ")", ".", ",", ";", "#", "x", "ext", '"'),
    *("'", "\\", "{", "}", "[", "]", "<", ">", "&", "=", "%", "%00", "%ff", "\u0661", "\uff11"),
    *(
        "\u0301",
        "\u200b",
        "\u202e",
        "\u00df",
        "\u0130",
        "\ufdfa",
        "\u337f",
        "\U0001f6d1",
        "\ufeff",
    ),
]
#: What breaks readers: put anywhere into bytes.
SHARDS = [
    *(b"\0", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\u0000", b"\\ud800"),
    *(b"[" * 200, b'{"a":' * 80, b"1" * 400, b"1e400", b"NaN", b"<!DOCTYPE a>", b"&a;", b"]]>"),
    *(b"\r\n", b"------XyZ\r\n", b"------XyZ--", b"&&", b"%", b"%u0041", b"[][", b"a[b][c]=1&"),
]


@cache
def real_bodies():
    """The bodies that form tools send: tests/senders/bodies."""
    files = sorted(SENDERS.glob("bodies/*/*"))
    found = [file.read_bytes() for file in files if ".expected." not in file.name]
    assert len(found) > 20
    return found


@cache
def real_texts():
    """Texts as people send them: tests/senders/opt_outs.tsv."""
    lines = (SENDERS / "opt_outs.tsv").read_text().splitlines()
    return [line.partition("\t")[2] for line in lines[1:]]


def body(rng):
    """A body and what it is called."""
    made = rng.choice([_real, _json, _form, _parts, _xml, _noise])(rng)
    for _ in range(rng.choice([0, 0, 1, 1, 2, 8])):
        made = shaken(rng, made)
    return made[: LARGEST + 1], rng.choice(KINDS)


def shaken(rng, made):
    """Change bytes somewhere: flip, cut, double, move, or put a shard in."""
    at = rng.randrange(len(made) + 1)
    to = min(len(made), at + rng.choice([1, 4, 40, 400]))
    what = rng.randrange(6)
    if what == 0 and at < len(made):
        return made[:at] + bytes([made[at] ^ 1 << rng.randrange(8)]) + made[at + 1 :]
    if what == 1:
        return made[:at] + made[to:]
    if what == 2:
        return made[:to] + made[at:to] * rng.choice([1, 3, 30]) + made[to:]
    if what == 3:
        return made[to:] + made[:at]
    return made[:at] + rng.choice(SHARDS) * rng.choice([1, 1, 5]) + made[at:]


def text(rng):
    """A text that is nearly one of those that people send."""
    said = rng.choice(real_texts()) if rng.random() < 0.8 else ""
    for _ in range(rng.choice([0, 1, 1, 2, 5])):
        at = rng.randrange(len(said) + 1)
        said = said[:at] + rng.choice([*SIGNS, chr(rng.randrange(0x20, 0xD800))]) + said[at:]
    return said * (300 if rng.random() < 0.02 else 1)


def number(rng):
    """A phone number as somebody may type it."""
    digits = "".join(
        rng.choice("0123456789") for _ in range(rng.choice([0, 3, 7, 10, 10, 11, 30]))
    )
    said = rng.choice(["", "+", "+1", "1", "00", "011", "+44", "tel:", "p:"]) + digits
    for _ in range(rng.choice([0, 0, 1, 3, 9])):
        at = rng.randrange(len(said) + 1)
        said = said[:at] + rng.choice(SIGNS) + said[at:]
    return said


def lines(rng):
    """A list of numbers as some program saves it."""
    end = rng.choice(["\n", "\r\n", "\r"])
    head = rng.choice(
        ["", "", "phone", "Phone,Reason", "sep=;", "a;phone", '"phone"', "phone,phone"]
    )
    cells = [number(rng) for _ in range(rng.choice([0, 1, 5, 60]))]
    made = [
        rng.choice(["{}", '"{}"', '"{}', "{},asked", ";{};x", "'{}"]).format(c) for c in cells
    ]
    whole = end.join([head, *made] if head else made)
    found = whole.encode(rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"]), "replace")
    return shaken(rng, found) if rng.random() < 0.5 else found


def tree(rng, depth=0):
    draw = rng.random()
    if depth > 4 or draw < 0.5:
        return rng.choice(PLAIN)
    inner = range(rng.randrange(5))
    if draw < 0.9:
        return {rng.choice(KEYS): tree(rng, depth + 1) for _ in inner}
    return [tree(rng, depth + 1) for _ in inner]


def _real(rng):
    return rng.choice(real_bodies())


def _json(rng):
    person = {"first_name": "Jane", "last_name": "Doe", "phone": "2025550142"}
    made = {**person, **{rng.choice(KEYS): tree(rng) for _ in range(3)}}
    return json.dumps(rng.choice([made, tree(rng), [made], {"data": made}])).encode()


def _form(rng):
    name = rng.choice(["{}", "{}", "lead[{}]", "{}[]", "a[{}][0]"])
    pairs = [(name.format(rng.choice(KEYS)), str(rng.choice(PLAIN))) for _ in range(6)]
    return urlencode(pairs).encode()


def _parts(rng):
    head = '------XyZ\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    more = ["", "; filename=a", "\r\nContent-Type: text/plain; charset=latin-1"]
    parts = [
        head.format(rng.choice(KEYS), rng.choice(more), rng.choice(PLAIN)) for _ in range(5)
    ]
    return ("".join(parts) + "------XyZ--\r\n").encode()


def _xml(rng):
    parts = [(rng.choice(KEYS), rng.choice(PLAIN)) for _ in range(5)]
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in parts)
    return f"<lead a='{rng.choice(SIGNS)}'>{inner}</lead>".encode()


def _noise(rng):
    return rng.randbytes(rng.choice([0, 1, 40, 4_000]))
