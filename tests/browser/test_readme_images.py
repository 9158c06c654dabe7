"""The README's two pictures: the opt-in queue with a morning's people in it, light and dark.

`make screenshots` sets README_IMAGES to the folder in which they are kept; without it they are
made all the same, and thrown away.
"""

import os
import random
from pathlib import Path

import requests

from dev.traffic import forms
from dev.traffic.people import people

PEOPLE = 14
MOST_BYTES = 150_000
SIZE = {"width": 1280, "height": 760}


def test_opt_in_queue_in_light_and_dark(page, service, until, tmp_path):
    morning(service, until)
    folder = Path(os.environ.get("README_IMAGES") or tmp_path)
    page.set_viewport_size(SIZE)
    page.goto("/contacts/opt-in-queue")

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        picture = page.screenshot(path=folder / f"opt-in-queue-{scheme}.png")

        assert len(picture) < MOST_BYTES


def morning(service, until):
    """Have people join by several senders, and a team that has begun its work."""
    chance = random.Random(11)
    before = len(service.queue())
    everybody = people(chance)
    for count in range(PEOPLE):
        body = forms.FORMS[count % len(forms.FORMS)](next(everybody))
        headers = {"Content-Type": body.content_type}
        requests.post(service.endpoint_url, body.content, headers=headers, timeout=10)
    until(lambda: service.queue_length() >= before + PEOPLE, seconds=60)
    joined = [contact["id"] for contact in service.queue()]
    act(service, until, "favorite", joined[1:8:3])
    act(service, until, "add_label", joined[0:6:2], label=label(service, "Call back"))
    act(service, until, "add_label", joined[2:9:3], label=label(service, "Spanish"))
    act(service, until, "move_to_group", joined[10:12], new_group="Spring list")


def label(service, name):
    return service.api("POST", "/labels", json={"name": name}).json()["id"]


def act(service, until, kind, ids, **what):
    asked = {"kind": kind, "contacts": {"ids": ids}} | what
    answer = service.api("POST", "/actions", json=asked)
    job = f"/jobs/{answer.json()['job']['id']}"
    until(lambda: service.get(job)["status"] == "done")
