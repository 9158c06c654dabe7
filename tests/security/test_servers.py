"""A laptop's servers: another user of the same machine gets in at neither (ASVS 13.2.1)."""

import os
import socket
from urllib.parse import parse_qs, urlsplit

import pytest

NOBODY = 65_534


def _connect_as_nobody(path):
    """Try it in a child that has become somebody else; return its exit status: 0, it got in."""
    child = os.fork()
    if child == 0:
        status = 2
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY + 1)
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(path)
            status = 0
        except PermissionError:
            status = 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_another_user_of_the_machine_reaches_neither_server():
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else to try it")
    folder = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)["host"][0]
    redis = urlsplit(os.environ["REDIS_URL"]).path

    statuses = [_connect_as_nobody(path) for path in (f"{folder}/.s.PGSQL.5432", redis)]

    assert os.path.exists(redis)  # noqa: PTH110
    assert statuses == [1, 1]
