"""How texts of people are read, against a labeled set of several hundred."""

import csv
from pathlib import Path

import pytest

from senders.optout import Intent, classify, twilio_answers_itself

FILE = Path(__file__).parent / "opt_outs.tsv"
STOPS = {"stop_word", "stop_free_text"}
LOWEST_PRECISION = 0.98
LOWEST_RECALL = 0.98


def labeled():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    # Invisible characters are written as escapes, so that the file can be read.
    return [(row["intent"], _unescaped(row["text"])) for row in rows]


def _unescaped(text):
    return text.replace("\\u200b", "\u200b").replace("\\u202e", "\u202e")


def exactly(intent):
    return [text for label, text in labeled() if label == intent]


def test_labeled_set_is_large_and_says_nothing_twice():
    rows = labeled()

    assert len(rows) >= 300
    assert len(set(rows)) == len(rows)


def test_stops_are_found_and_nothing_else_is_taken_for_one_27(capsys):
    rows = labeled()

    read = [(label in STOPS, classify(text).is_stop) for label, text in rows]

    hits = read.count((True, True))
    precision = hits / (hits + read.count((False, True)))
    recall = hits / (hits + read.count((True, False)))
    with capsys.disabled():
        print(f"\n{len(rows)} texts: precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201
    assert precision >= LOWEST_PRECISION
    assert recall >= LOWEST_RECALL


@pytest.mark.parametrize("text", exactly("stop_word"), ids=ascii)
def test_stop_word_in_any_dress_is_a_stop_word_27(text):
    assert classify(text).intent is Intent.STOP_WORD


@pytest.mark.parametrize("text", exactly("stop_free_text"), ids=ascii)
def test_free_text_is_never_read_as_a_stop_word(text):
    assert classify(text).intent is not Intent.STOP_WORD


@pytest.mark.parametrize("text", exactly("start"), ids=ascii)
def test_start_and_unstop_start(text):
    assert classify(text).intent is Intent.START


@pytest.mark.parametrize("text", exactly("help"), ids=ascii)
def test_help_and_info_ask_for_help(text):
    assert classify(text).intent is Intent.HELP


@pytest.mark.parametrize("text", ["YES", "Yes!", "yes please", "", " ", "\U0001f44d", "2"])
def test_yes_and_what_says_nothing_lifts_nothing(text):
    assert classify(text).intent is Intent.NONE


@pytest.mark.parametrize(
    ("told", "intent"), [("STOP", Intent.STOP_WORD), ("HELP", Intent.HELP)]
)
def test_what_twilio_has_read_stands(told, intent):
    assert classify("what is this", told).intent is intent


@pytest.mark.parametrize("text", ["Yes", "YES!", "JOIN", "Sure, go ahead"])
def test_start_word_of_twilio_alone_lifts_nothing_23(text):
    assert classify(text, "START").intent is Intent.NONE
    assert classify("START", "START").intent is Intent.START


@pytest.mark.parametrize("told", ["START", "HELP"])
def test_stop_is_one_whatever_twilio_has_read(told):
    assert classify("help, stop texting me", told).is_stop


@pytest.mark.parametrize("text", [text for _, text in labeled()[::25]], ids=ascii)
def test_every_reading_has_a_reason_in_plain_words(text):
    assert classify(text).reason.endswith(".")


@pytest.mark.parametrize(
    "text",
    ["STOP", " stop ", "UNSUBSCRIBE", "End", "QUIT", "STOPALL", "CANCEL", "revoke", "OPTOUT"],
)
def test_twilio_confirms_its_own_words_itself_24(text):
    assert twilio_answers_itself(text)


@pytest.mark.parametrize(
    "text", ["opt out", "stop please", "stop texting me", "parar", "hello"]
)
def test_twilio_confirms_nothing_else_itself_24(text):
    assert not twilio_answers_itself(text)


def test_twilio_confirms_what_it_has_read_itself_24():
    assert twilio_answers_itself("parar", "STOP")
