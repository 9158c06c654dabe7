"""F29, small: an import of suppressions against the texts to its numbers."""

import pytest

from tests.races.test_suppression import new_lead, stands, waiting_text
from workers.admin import run_job


@pytest.mark.parametrize("kind_of_lead", [new_lead, waiting_text])
def test_f29_no_text_goes_to_a_number_once_its_import_is_done(
    racing, api, carrier, person, tie, kind_of_lead
):
    race = tie("texts", "import")
    for _ in race.rounds(1 / 3):
        people = [person() for _ in range(4)]
        jobs = dict(kind_of_lead(racing, fields) for fields in people)  # by lead
        csv = "\n".join(["phone", *(fields["phone"] for fields in people)])
        asked = api.post(
            "/suppressions/import?kind=dnc", data=csv, headers={"Content-Type": "text/csv"}
        )
        job = asked.json["job"]["id"]

        def text_all(jobs=jobs):
            for lead_id, text in jobs.items():
                text(lead_id)

        race.start(text_all, lambda: run_job(job))  # noqa: B023
        run_job(job)

        texted = [lead_id for lead_id in jobs if lead_id in carrier.accepted]
        assert api.get(f"/jobs/{job}").json["status"] == "done"
        for lead_id in jobs:
            expected = ("sent", "texting") if lead_id in texted else ("suppressed",) * 2
            assert stands(racing, lead_id) == expected
        text_all()
        assert [lead_id for lead_id in jobs if lead_id in carrier.accepted] == texted
        race.won("texts" if len(texted) > 1 else "import")
