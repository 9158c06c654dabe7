"""F42: PostgreSQL comes back from a backup, by real processes and a real copy of its data."""

import subprocess

import pytest
import requests

pytestmark = pytest.mark.timeout(600)  # it starts a copy three times


def readiness(service):
    return requests.get(f"{service.base_url}/readyz", timeout=10).json()


def copy(source, target):
    """Copy a stopped server's data with owners and modes, as a backup of its disk does."""
    subprocess.run(["rm", "-rf", target], check=True)
    subprocess.run(["cp", "-a", source, target], check=True)


@pytest.fixture
def service(_start):
    return _start()


def test_f42_people_whom_a_backup_has_forgotten_are_not_texted_again(
    service, crowd, until, tmp_path
):
    known, lost, never_again, new = crowd(4)
    service.lead_reaches(service.post(known).json()["lead_id"], "joined")
    service.stop()
    copy(service.home / "postgres", tmp_path / "postgres")
    service.start()
    for person in (lost, never_again):
        service.lead_reaches(service.post(person).json()["lead_id"], "joined")
    service.text_back(known["phone"], "STOP")
    service.stop()

    copy(tmp_path / "postgres", service.home / "postgres")
    service.environment["RESTORED"] = "1"
    service.start()
    again, first = service.post(lost), service.post(new)
    until(lambda: readiness(service)["restored"] == "open", 60)
    leads = [
        service.lead_reaches(answer.json()["lead_id"], "joined", seconds=60)
        for answer in (again, first)
    ]
    told = service.get("/integration")["restored"]
    stopped = [each["phone"] for each in service.everything("/suppressions")]
    texts = {
        each["phone"]: len(service.texts(each["phone"])) for each in (lost, never_again, new)
    }
    service.stop()

    assert (again.status_code, first.status_code) == (202, 202)
    assert list(texts.values()) == [1, 1, 1]
    assert [lead["phone"] for lead in leads] == [lost["phone"], new["phone"]]
    assert stopped == [known["phone"]]
    assert (told["status"], told["unknown"], told["attached"]) == ("open", 2, 1)
