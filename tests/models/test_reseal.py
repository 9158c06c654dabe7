"""A new SECRET_KEY: after sealing anew nothing needs the old one any more."""

import json

import pytest

import config
from models import crypto, reseal


@pytest.fixture(autouse=True)
def _fresh_keys():
    crypto._box.cache_clear()  # noqa: SLF001  (keys are derived once a process)
    yield
    crypto._box.cache_clear()  # noqa: SLF001


@pytest.fixture
def keys(monkeypatch):
    """Set the current key and the previous one."""

    def keys(current, previous):
        monkeypatch.setattr(config, "SECRET_KEY", current)
        monkeypatch.setattr(config, "SECRET_KEY_PREVIOUS", previous)
        crypto._box.cache_clear()  # noqa: SLF001

    return keys


def test_urls_and_signing_secrets_need_no_old_key_after_sealing_anew(story, api, keys, capsys):
    old, new = config.SECRET_KEY, "another key, of no worth either"
    secret = api.post("/integration/signing-secrets").json["secret"]
    url = api.get("/integration").json["endpoint_url"]

    keys(new, old)
    reseal.main()
    keys(new, "")

    assert json.loads(capsys.readouterr().out) == {"endpoint_urls": 1, "signing_secrets": 1}
    assert api.get("/integration").json["endpoint_url"] == url
    sealed = story.value("SELECT signing_secrets->0->>'sealed' FROM integrations")
    assert crypto.decrypt(sealed.encode()) == secret


def test_what_no_current_key_opens_stays_as_it_is(story, keys, capsys):
    before = story.value("SELECT sealed FROM endpoint_tokens")

    keys("another key, of no worth either", "")
    reseal.main()

    assert json.loads(capsys.readouterr().out) == {"endpoint_urls": 0, "signing_secrets": 0}
    assert story.value("SELECT sealed FROM endpoint_tokens") == before
