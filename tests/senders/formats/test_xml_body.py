"""What an element that comes twice means."""

import pytest

from senders import ParseSettings, Unusable, parse

LEAD = "<lead><name>Jane Doe</name>{}</lead>"


def read(*phones):
    body = LEAD.format("".join(f"<phone>{phone}</phone>" for phone in phones))
    return parse(body.encode(), "text/xml", ParseSettings())


@pytest.mark.parametrize(
    "phones",
    [
        ("2125550123", "2125550123"),
        ("2125550123", "2125550123", "2125550123"),
        ("", "2125550123"),
        ("2125550123", "", ""),
    ],
)
def test_equal_and_empty_elements_are_forgotten(phones):
    assert read(*phones).phone == "+12125550123"


def test_nothing_but_empty_elements_is_missing():
    with pytest.raises(Unusable, match="missing"):
        read("", "")


@pytest.mark.parametrize("phones", [("2125550123", "2125550142"), ("1", "2", "2", "")])
def test_different_elements_of_one_name_are_no_number(phones):
    with pytest.raises(Unusable, match="invalid"):
        read(*phones)


def test_two_equal_leads_are_several():
    lead = LEAD.format("<phone>2125550123</phone>")

    with pytest.raises(Unusable, match="several-leads"):
        parse(f"<leads>{lead}{lead}</leads>".encode(), "text/xml", ParseSettings())
