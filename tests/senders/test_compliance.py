"""What a template has to say, and what of a lead's name goes out under our own."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senders.compliance import DEFAULT_TEMPLATE, lint, render, segments

BRAND = "Acme Homes"
GOOD = "{brand}: you joined our updates. Reply HELP for help, STOP to end."


def problems(template, brand=BRAND):
    return {problem.code for problem in lint(template, brand).problems}


def warnings(template, brand=BRAND):
    return {problem.code for problem in lint(template, brand).warnings}


def test_default_template_says_all_that_is_asked_in_one_segment():
    result = lint(DEFAULT_TEMPLATE, BRAND)

    assert (result.problems, result.warnings) == ((), ())
    assert (result.segments.encoding, result.segments.segments) == ("GSM-7", 1)
    assert "Msg & data rates may apply" in render(DEFAULT_TEMPLATE, "Jane", "Doe", BRAND)


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("You joined our updates. Reply HELP for help, STOP to end.", "no-brand"),
        ("{brand}: you joined. Reply STOP to end.", "no-help"),
        ("{brand}: you joined. Reply HELPLINE, STOP to end.", "no-help"),
        ("{brand}: you joined. Reply HELP for help.", "no-stop"),
        ("{brand}: UNSTOPPABLE offers. Reply HELP for help.", "no-stop"),
        ("{brand}: NON-STOP offers. Reply HELP for help.", "no-stop"),
        ("{brand}: we can't stop. Reply HELP for help.", "no-stop"),
        ("{brand} HELP STOP", "too-short"),
        (GOOD + "x" * 300, "too-long"),
        (GOOD + " {first_name}" * 10, "too-long"),
        (GOOD + "\0", "control"),
        (GOOD + "\u202e", "control"),
    ],
)
def test_template_that_lacks_something_cannot_be_saved_11(template, problem):
    assert problem in problems(template, "AB" if problem == "too-short" else BRAND)


def test_brand_may_be_named_literally():
    assert problems("ACME HOMES: you joined. Reply HELP for help, STOP to end.") == set()


def test_brand_with_the_words_in_its_name_explains_nothing():
    template = "{brand}: you joined our updates today."

    assert problems(template, "HELP STOP Inc") == {"no-help", "no-stop"}


def test_template_without_a_brand_to_name_is_refused():
    assert problems(GOOD, " ") == {"no-brand"}


@pytest.mark.parametrize(
    ("addition", "warning"),
    [
        (" \u2014 caf\u00e9", "ucs-2"),
        (" \U0001f3e0", "ucs-2"),
        (" See bit.ly/x", "short-link"),
        (" {frist_name}", "unknown-placeholder"),
        (" " + "x" * 120, "segments"),
    ],
)
def test_costly_or_doubtful_template_is_warned_about_11(addition, warning):
    assert warning in warnings(GOOD + addition)
    assert not problems(GOOD + addition)


@pytest.mark.parametrize(
    "literal", ["{0.__class__}", "{{7*7}}", "%s%n", "${jndi:..}", "{phone}", "{", "}{"]
)
def test_other_braces_stay_as_they_are_1_3_7(literal):
    assert render(f"{{brand}} {literal}", "J", "D", BRAND) == f"{BRAND} {literal}"


def test_placeholder_in_a_name_or_brand_is_not_replaced_again():
    assert render("{brand} {first_name}", "{brand}", "", "{last_name}") == "{last_name} brand"


@pytest.mark.parametrize(
    ("name", "texted"),
    [
        ("Jane", "Jane"),
        ("Mary Ann", "Mary Ann"),
        ("O\u2019Neil-Smith", "O'Neil-Smith"),
        ("J.R.", "J. R."),
        ("Jos\u00e9", "Jos\u00e9"),
        ("Jose\u0301", "Jos\u00e9"),
        ("\u7530\u4e2d", "\u7530\u4e2d"),
        ("<script>alert(1)</script>", "alert"),
        ("<b>Jane</b>", "Jane"),
        ("Win $$ http://evil.tld", "Win"),
        ("www.evil.tld Jane", "Jane"),
        ("Jane evil.tld", "Jane"),
        ("jane@example.com", ""),
        ("@a", ""),
        ("Call 202-555-0142", "Call"),
        ('=HYPERLINK("http://x")', ""),
        ("{0.__class__}", "class"),
        ("Ja\r\nne", "Ja ne"),
        ("\x1b[31mJane", "mJane"),
        ("\u202eJane\u202c", "Jane"),
        ("Jane \U0001f600", "Jane"),
        ("a" * 40, "a" * 30),
        ("Z" + "\u0301" * 50, "\u0179\u0301\u0301\u0301"),
    ],
)
def test_name_is_reduced_to_a_name_before_it_is_texted(name, texted):
    assert render("Hi {first_name}!", name, "", BRAND) == f"Hi {texted}!".replace(" !", "!")


def test_sentence_stays_whole_without_a_usable_name():
    template = "Hi {first_name} {last_name}, it is {brand}"

    assert render(template, "$$$", "@", BRAND) == "Hi, it is Acme Homes"
    assert render("{first_name}, welcome", "", "", BRAND) == "welcome"


@given(name=st.text())
def test_whatever_the_name_only_letters_and_their_marks_are_texted(name):
    texted = render("{first_name}", name, "", BRAND)

    kinds = {unicodedata.category(c)[0] for c in texted if c not in " '-."}
    assert kinds <= {"L", "M"}
    assert sum(unicodedata.category(c)[0] != "M" for c in texted) <= 60


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "count"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("\u20ac" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "\u20ac" + "a" * 152, "GSM-7", 306, 3),
        ("[]{}\\^~|\u20ac\f", "GSM-7", 20, 1),
        ("@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r", "GSM-7", 14, 1),
        ("\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e", "GSM-7", 11, 1),
        ("\u00e1", "UCS-2", 1, 1),
        ("\u00e7", "UCS-2", 1, 1),
        ("`", "UCS-2", 1, 1),
        ("\t", "UCS-2", 1, 1),
        ("\u2019" + "a" * 69, "UCS-2", 70, 1),
        ("\u2019" + "a" * 70, "UCS-2", 71, 2),
        ("\u2019" + "a" * 134, "UCS-2", 135, 3),
        ("\U0001f600" * 35, "UCS-2", 70, 1),
        ("a" * 66 + "\U0001f600" + "a" * 66, "UCS-2", 134, 3),
    ],
)
def test_segments_are_counted_as_carriers_do(text, encoding, characters, count):
    found = segments(text)

    assert (found.encoding, found.characters, found.segments) == (encoding, characters, count)


def test_characters_that_make_a_text_dear_are_named_once_each():
    assert segments("\u2019a\u2019\u00ed\u20ac").offending == ("\u2019", "\u00ed")


def test_basic_alphabet_has_its_127_characters_and_no_more():
    fit = [chr(code) for code in range(0x10000) if segments(chr(code)).encoding == "GSM-7"]

    assert len(fit) == 127 + 10
