"""What is read from wrk, and the file of requests that both generators send."""

from itertools import islice

import pytest

from bench.load import Load, Requests, read_wrk
from bench.people import people

TOLD = """Running 4s test @ http://127.0.0.1:8000/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    14.21ms    6.02ms  88.11ms   85.17%
    Req/Sec     2.30k   210.11     2.61k    72.50%
  Latency Distribution
     50%   13.02ms
     75%   15.90ms
     90%  950.00us
     99%    1.04s
  9150 requests in 4.00s, 2.52MB read
Requests/sec:   2287.11
Transfer/sec:    645.01KB
"""


@pytest.fixture
def requests(tmp_path):
    def write(count):
        url = ("127.0.0.1:8000", "/hooks/t")
        return Requests.write(tmp_path / "requests", url, islice(people(1), count))

    return write


def test_what_wrk_measured_is_read():
    assert read_wrk(TOLD) == Load(2287.5, 13.02, 1040.0, answered=9150, others=0)


def test_the_padding_wrk_gives_to_seconds_is_no_part_of_them():
    assert read_wrk(TOLD.replace("1.04s\n", "1.04s \n")).p99_ms == 1040


def test_refusals_and_broken_connections_are_others():
    told = TOLD + (
        "  Socket errors: connect 0, read 3, write 0, timeout 2\n"
        "  Non-2xx or 3xx responses: 10\n"
    )

    assert read_wrk(told).others == 15


def test_output_that_is_not_understood_ends_the_run():
    with pytest.raises(SystemExit, match="something else"):
        read_wrk("unable to connect to 127.0.0.1:1 Connection refused")


def test_all_requests_of_a_file_have_one_length(requests):
    written = requests(50)

    assert written.count == 50
    assert written.path.stat().st_size == 50 * written.length


def test_a_file_is_read_on_from_where_it_was_left(requests):
    written = requests(10)
    everything = list(islice(written.endlessly(), 10))

    written.sent = 4

    assert list(islice(written.endlessly(), 10)) == everything[4:] + everything[:4]
    assert len(set(everything)) == 10


def test_a_file_is_used_up_when_somebody_would_be_sent_twice(requests):
    written = requests(10)

    written.sent = 10
    just_enough = written.are_used_up
    written.sent = 11

    assert (just_enough, written.are_used_up) == (False, True)
