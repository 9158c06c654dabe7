"""The search for leaks finds them: without this the live tests' logs might only seem clean."""

import pytest

from models.crypto import new_token
from tests.security.leaks import leaks_in


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("an API key", "refused oak_Zx3"),
        ("a full phone number", "to +12025550142."),
        ("a full phone number", "To=%2B12025550142&x"),
        ("a full phone number", "from 2025550142"),
        ("a full phone number", "from 12025550142"),
        ("an endpoint URL", "POST /hooks/Zx3"),
        ("a token", "cookie TOKEN"),
        ("a name of a lead", "lead Jane12: held"),
        ("a secret", "the password is hunter2"),
    ],
)
def test_leak_is_found(kind, words):
    words = words.replace("TOKEN", new_token())
    line = f'web      | {{"message": "{words}"}}\n'

    assert kind in {found for found, _ in leaks_in([line], ["hunter2"])}


@pytest.mark.parametrize(
    "line",
    [
        'worker   | {"message": "lead 0d4bd9a2-0000-4000-8000-123456789012: 0142-1a2b3c4d"}',
        'web      | {"message": "POST /hooks/[masked] 404 by oak_[masked]"}',
        'simulator| {"message": "created SM1 to +12025550142"}',
        'web      | {"time": "2026-11-22T16:17:58.123+00:00", "number": 1763828278123456}',
        "ready: http://127.0.0.1:8000",
    ],
)
def test_what_is_no_leak_is_let_pass(line):
    assert leaks_in([line], ["hunter2"]) == []
