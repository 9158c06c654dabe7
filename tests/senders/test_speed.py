"""What stands in the way of every lead is quick, and nothing makes it slow."""

import re
import time

import pytest

from senders import NotALead, ParseSettings, parse
from senders.compliance import lint, render
from senders.optout import classify

BODY = (
    b'{"first_name":"Jane","last_name":"Doe","phone":"(202) 555-0142",'
    b'"email":"jane@example.com","source":"landing page, spring campaign"}'
)
KIB_64 = 65_536

#: A traced process is twice as slow, and what is traced is not what runs in production.
pytestmark = [pytest.mark.alone, pytest.mark.no_cover]


def fastest(run, times=20):
    """CPU time of the fastest of some runs: what others do on the machine is not ours."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


#: On a slow machine, what as much plain work takes there.
PLAIN = fastest(lambda: re.findall(r"\S+", "a " * (KIB_64 // 2)))
#: The figure to reach is 100 microseconds; the machine that tests may be busy.
SLOWEST_PARSE = max(400e-6, PLAIN / 25)
SLOWEST_ANSWER = max(0.05, 5 * PLAIN)


def test_ordinary_lead_is_parsed_within_a_fraction_of_a_millisecond():
    settings = ParseSettings()

    def hundred():
        for _ in range(100):
            parse(BODY, "application/json", settings)

    assert fastest(hundred) / 100 < SLOWEST_PARSE


HOSTILE = ["a ", "s.t.o.p.", "stop ", "no ", "\u202e", "\ufdfa", "dont want these ", "s" * 9]
HOSTILE += ["remove me from ", "no quiero que me ", "stop a b c ", "<", "{first_name", "a.b@"]


@pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
def test_hostile_text_is_read_in_no_time_1_3_12(unit):
    text = (unit * KIB_64)[:KIB_64]

    assert fastest(lambda: classify(text), times=3) < SLOWEST_ANSWER


@pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
def test_hostile_name_and_template_are_rendered_in_no_time_1_3_12(unit):
    text = (unit * KIB_64)[:KIB_64]

    assert fastest(lambda: render("{first_name}", text, "", "Acme"), times=3) < SLOWEST_ANSWER
    assert fastest(lambda: lint(text[:1_600], "Acme"), times=3) < SLOWEST_ANSWER


HOSTILE_BODIES = {
    "email": b'{"email":"' + b"a@" * 32_000 + b'"}',
    "email-dots": b'{"email":"a@' + b"a." * 32_000 + b'"}',
    "phone": b'{"phone":"' + b"(1 " * 21_000 + b'"}',
    "phone-x": b'{"phone":"' + b"x1" * 32_000 + b'"}',
    "escapes": b'{"name":"' + b"\\u001b[" * 9_000 + b'"}',
    "label": b'{"' + b"aB1_" * 16_000 + b'":1}',
    "brackets": b"a" + b"[" * 65_000 + b"=1",
    "bracket-keys": b"&".join(b"a[%d][b][c]=1" % i for i in range(400)),
    "keys": b"{" + b",".join(b'"k%d":1' % i for i in range(6_000)) + b"}",
    "repeated": b"{" + b",".join(b'"k":%d' % i for i in range(6_500)) + b"}",
    "type": b"a=1",
    "elements": b"<r>" + b"<a/>" * 16_000 + b"</r>",
}


@pytest.mark.parametrize("body", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES)
def test_hostile_body_is_answered_in_no_time_1_3_12(body):
    def answer():
        try:
            parse(body, "application/" + ";charset=" * 900, ParseSettings())
        except NotALead:
            return

    assert fastest(answer, times=3) < SLOWEST_ANSWER
