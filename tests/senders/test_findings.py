"""What shaking the readers has found (`make fuzz`), one by one, so that it stays mended."""

import pytest

from senders import UnusableField
from senders.phone import normalize

EVERYWHERE = frozenset({"DE", "ES", "MX", "MM"})


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("01192957533386", "MX"),
        ("0\u202e1161869472077", "ES"),
        ("%00007121293308", "ES"),
        ("0007817552", "DE"),
        ("+34 1234567", "ES"),
        ("+34 600 000 00", "ES"),
        ("+52 000 000 0000", "MX"),
        ("+950 2000000", "MM"),
    ],
)
def test_row_63_number_that_cannot_be_is_none_in_a_country_with_a_code_of_its_own(raw, region):
    with pytest.raises(UnusableField):
        normalize(raw, region, EVERYWHERE)


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("0151 23456789", "DE", "+4915123456789"),
        ("612 34 56 78", "ES", "+34612345678"),
        ("55 1234 5678", "MX", "+525512345678"),
    ],
)
def test_ordinary_number_of_such_a_country_is_taken(raw, region, e164):
    assert normalize(raw, region, EVERYWHERE) == e164
