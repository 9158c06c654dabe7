import random

import pytest

from faults import shapes
from faults.people import Person
from senders import NotALead, ParseSettings, parse

JANE = Person("Hrotsvit", "Quillfeather", "+12025550142")


@pytest.fixture
def settings():
    return ParseSettings(default_region="US", allowed_countries=frozenset({"US"}))


@pytest.mark.parametrize("shape", list(shapes.SHAPES))
def test_every_shape_is_read_as_the_same_person(shape, settings):
    body = shapes.write(shape, JANE, "lead-0000001")

    lead = parse(body.content, body.headers["Content-Type"], settings)

    assert (lead.first_name, lead.last_name, lead.phone) == JANE
    has_id = shape not in {"header", "no_key"}
    assert lead.sender_lead_id == ("lead-0000001" if has_id else None)


@pytest.mark.parametrize("shape", list(shapes.SHAPES))
def test_a_lead_sent_again_has_the_same_bytes_and_another_one_has_others(shape):
    first, again, other = (shapes.write(shape, JANE, key) for key in ("k1", "k1", "k2"))

    assert first == again
    assert (first.headers, first.content) != (other.headers, other.content)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_no_lead_is_none(seed, settings):
    body, expected = shapes.broken(random.Random(seed), JANE)

    assert expected in {400, 422}
    with pytest.raises(NotALead):
        parse(body.content, body.headers["Content-Type"], settings)


def test_lots_draw_every_shape():
    lots = random.Random(1)

    assert {shapes.draw(lots) for _ in range(500)} == set(shapes.SHAPES)
