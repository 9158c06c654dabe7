"""Secrets: one key a purpose, and the previous key still opens what it sealed."""

import pytest
from cryptography.fernet import InvalidToken

from models import crypto


@pytest.fixture(autouse=True)
def fresh_keys():
    crypto._box.cache_clear()  # noqa: SLF001  (keys are derived once a process)
    yield
    crypto._box.cache_clear()  # noqa: SLF001


def change_key(monkeypatch, *, keep):
    import config  # noqa: PLC0415

    monkeypatch.setattr("config.SECRET_KEY_PREVIOUS", config.SECRET_KEY if keep else "")
    monkeypatch.setattr("config.SECRET_KEY", "another key, of no worth either")
    crypto._box.cache_clear()  # noqa: SLF001


def test_tokens_are_256_bits_that_never_repeat():
    tokens = {crypto.new_token() for _ in range(10_000)}

    assert len(tokens) == 10_000
    assert {len(token) for token in tokens} == {43}


def test_token_is_found_again_by_its_hash():
    token = crypto.new_token()

    assert crypto.token_hash(token) == crypto.token_hash(token)
    assert len(crypto.token_hash(token)) == 32
    assert token.encode() not in crypto.token_hash(token)


def test_what_is_sealed_can_be_shown_again_and_not_read():
    sealed = crypto.encrypt("secret")

    assert crypto.decrypt(sealed) == "secret"
    assert b"secret" not in sealed
    assert crypto.encrypt("secret") != sealed


def test_previous_key_still_opens(monkeypatch):
    sealed = crypto.encrypt("secret")

    change_key(monkeypatch, keep=True)

    assert crypto.decrypt(sealed) == "secret"


def test_no_other_key_opens(monkeypatch):
    sealed = crypto.encrypt("secret")

    change_key(monkeypatch, keep=False)

    with pytest.raises(InvalidToken):
        crypto.decrypt(sealed)


def test_signature_is_good_for_one_message_and_one_purpose():
    signature = crypto.sign("status-callback", "lead:1")

    assert crypto.is_signed("status-callback", "lead:1", signature)
    assert not crypto.is_signed("status-callback", "lead:2", signature)
    assert not crypto.is_signed("another purpose", "lead:1", signature)
    assert not crypto.is_signed("status-callback", "lead:1", "")
    assert not crypto.is_signed("status-callback", "lead:1", "\u00e9")


@pytest.mark.parametrize("keep", [True, False])
def test_signature_of_the_previous_key_is_good_as_long_as_that_is_set(monkeypatch, keep):
    signature = crypto.sign("status-callback", "lead:1")

    change_key(monkeypatch, keep=keep)

    assert crypto.is_signed("status-callback", "lead:1", signature) == keep
