"""I7: of two final receipts at once the first stands, and lead and queue agree with it.

And the two words that a person may send at nearly the same moment: STOP and START.
"""

from uuid import uuid4

from workers.inbound import follow_text
from workers.receipts import apply_receipts


def test_i7_of_two_final_receipts_at_once_one_stands(racing, person, tie):
    race = tie("delivered", "undelivered")
    for _ in race.rounds():
        lead_id = racing.texted(**person())

        def tell(status, lead_id=lead_id):
            racing.receipt(lead_id, status, code=30003 if status == "undelivered" else None)

        race.start(lambda: tell("delivered"), lambda: tell("undelivered"))
        apply_receipts(lead_id)

        stands = racing.stands(lead_id)
        assert stands in {
            ("delivered", "joined", True),
            ("undelivered", "needs_attention", False),
        }
        assert [each.applied_at is None for each in racing.receipts(lead_id)] == [False, False]
        race.won(stands[0])


def test_rule_27_stop_that_meets_the_start_before_it_is_honored(racing, person, tie):
    """START was sent first and is followed late: the STOP after it counts, whoever wins."""
    race = tie("start followed", "stop heard")
    for _ in race.rounds():
        phone = person()["phone"]
        racing.says("STOP", phone, sid=f"SM{uuid4().hex}")
        racing.says("START", phone, sid=f"SM{uuid4().hex}")
        start = racing.value(
            "SELECT id FROM texts WHERE phone = :p AND body = 'START'", p=phone
        )

        race.start(
            lambda: follow_text(str(start)),  # noqa: B023
            lambda: racing.says("STOP", phone, sid=f"SM{uuid4().hex}"),  # noqa: B023
        )

        live = [each for each in racing.suppressions(phone) if each.lifted_at is None]
        assert [str(each.kind) for each in live] == ["opted_out"]
        lifted = len(racing.suppressions(phone)) == 2
        race.won("start followed" if lifted else "stop heard")
