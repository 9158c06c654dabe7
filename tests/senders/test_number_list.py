"""Lists of numbers by the million: what is read quickly is what the library would say."""

import io
import random

import phonenumbers
import pytest

from senders import number_list
from senders.errors import UnusableField
from senders.number_list import MOST_LINES, Bad, Good, Plain, read_numbers
from senders.phone import normalize
from senders.plain_numbers import ANYWHERE, PlainNumbers

CODES = [code for code in range(1, 999) if phonenumbers.region_codes_for_country_code(code)]


def read(body, region="US"):
    """Read a list; what came many at once is told one by one."""
    found = []
    for each in read_numbers(io.BytesIO(body.encode()), region):
        many = each.phones if isinstance(each, Plain) else ()
        found += [Good(phone, "") for phone in many] if many else [each]
    return found


@pytest.fixture
def one_by_one(monkeypatch):
    """Read a list as if no line of it could be taken with others."""

    def read_each(body, region="US"):
        with monkeypatch.context() as patched:
            patched.setattr(number_list.PlainList, "opened", lambda _file, _headers: None)
            return read(body, region)

    return read_each


def samples(lots):
    """Give numbers of every country and kind, some with digits changed, and mere digits."""
    for code in CODES:
        for region in phonenumbers.region_codes_for_country_code(code):
            kind = lots.randrange(11)
            example = phonenumbers.example_number_for_type(region, kind)
            if example is not None:
                e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
                yield e164
                at = lots.randrange(len(str(code)) + 1, len(e164))
                yield e164[:at] + lots.choice("0123456789") + e164[at + 1 :]
        yield f"+{code}" + "".join(lots.choices("0123456789", k=lots.randint(6, 11)))


def said(read, *given):
    try:
        return read(*given)
    except UnusableField as unusable:
        return unusable.error.code


@pytest.mark.parametrize("region", ["US", "GB", "IT", "BS"])
def test_quick_way_says_what_the_library_says(region):
    numbers = PlainNumbers(region)
    code = len(str(phonenumbers.country_code_for_region(region)))

    for e164 in samples(random.Random(region)):
        for typed in (e164, e164[1:], e164[code + 1 :]):
            assert said(numbers.read, typed) == said(normalize, typed, region, ANYWHERE), typed


def test_quoted_cell_may_hold_what_parts_cells_and_lines():
    found = read('phone,reason\n"+12025550142","asked, twice\nby ""mail"""\n+12025550143\n')

    assert found == [Good("+12025550142", 'asked, twice by "mail"'), Good("+12025550143", "")]


def test_quote_that_is_never_closed_spoils_its_own_line_alone():
    later = [f"+1202555{100 + n:04}" for n in range(MOST_LINES * 2)]

    found = read('"+12025550142\n' + "\n".join(later))

    assert found[0] == Bad(1, "A quote is opened here and never closed.")
    assert [each.phone for each in found[1:]] == later


def test_line_without_end_is_cut_and_the_next_one_read():
    found = read("+12025550142," + "x" * 50_000 + "\n+12025550143")

    assert [each.phone for each in found] == ["+12025550142", "+12025550143"]
    assert len(found[0].reason) == 200


@pytest.mark.parametrize(
    "body", ["", "\n\n", "phone\n", "phone,reason\n\n", "sep=;\n", "sep=;"]
)
def test_list_of_nobody_is_empty(body):
    assert read(body) == []


def test_no_header_is_taken_for_one():
    assert read("Jane\n+12025550142")[0] == Bad(
        1, "The phone number contains letters; write it in digits."
    )


def test_line_numbers_are_those_of_the_file():
    found = read("\nphone\n\n+12025550142\nx\n")

    assert [each.line for each in found if isinstance(each, Bad)] == [5]


def test_list_of_plain_numbers_is_read_many_at_once():
    body = "".join(f"+1202{2_000_000 + n}\n" for n in range(10_000))

    found = list(read_numbers(io.BytesIO(body.encode()), "US"))

    assert {type(each) for each in found} == {Plain}
    assert [phone for each in found for phone in each.phones] == body.split()


@pytest.mark.parametrize("code", CODES)
def test_many_at_once_says_what_one_by_one_says(code, one_by_one):
    lots = random.Random(code)
    numbers = [each for each in samples(lots) if each.startswith(f"+{code}")]
    plain = next((each for each in numbers if read(f"{each}\n{each}\n")[0][0] == each), "")
    lots.shuffle(numbers)
    body = "\n".join([plain, *numbers]) + "\n"

    assert read(body) == one_by_one(body)


@pytest.mark.parametrize(
    "odd",
    [
        *("", "202 555 0143", "(202) 555-0144", "+1202555014", "nobody", "\u00e9\u00e9", ",,"),
        *("+12025550145,asked to stop", '+12025550146,"asked, twice"', "'+12025550147"),
        *('"+12025550148', '"+12025550148"', '+12025550149,"two\nlines"', "+12025550150\r"),
        *("+12025550151\r+12025550152", " +12025550153", "+442079460018", "\0", "x" * 70_000),
    ],
)
@pytest.mark.parametrize(
    "head", ["", "phone\n", "\ufeff", "\ufeffPhone number\r\n", "phone,reason\n"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_odd_line_among_plain_ones_is_read_as_ever(one_by_one, odd, head, end):
    before, after = ["+12025550141", "+12025550142"], ["+12025550154", "+12025550155"]
    body = head + end.join([*before, odd, *after, odd])

    assert read(body) == one_by_one(body)
