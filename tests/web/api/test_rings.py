from web.api import operations


def test_job_is_rung_for_only_after_its_row_is_committed(story, api, monkeypatch):
    """A worker that is faster than our commit would find no row, and let the job go."""
    found = []

    def press(message):
        [job_id] = message.args
        found.append(story.value("SELECT count(*) FROM jobs WHERE id = :id", id=job_id))

    monkeypatch.setattr(operations.doorbell, "press", press)

    answer = api.post("/integration/activate")

    assert answer.status_code == 200
    assert found == [1]
