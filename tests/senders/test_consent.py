"""What a consent field says, however a form writes yes and no."""

import json

import pytest

from senders import ParseSettings, Unusable, parse
from senders.consent import is_ticked

LEAD = {"first_name": "Jane", "last_name": "Doe", "phone": "2025550142"}
LONG = (
    "By checking this box, I agree to receive SMS from Acme. Reply STOP to opt out. "
    "Message and data rates may apply. Message frequency varies."
)
DEMANDING = ParseSettings(consent_required=True)


def read(**fields):
    return parse(json.dumps(LEAD | fields).encode(), "application/json", DEMANDING)


@pytest.mark.parametrize(
    "value",
    [
        *("Opt Out", "opt_out", "OPTED OUT", "opted-out", "No.", "não", "Nein!", "I disagree"),
        *("I decline", "refused", "rejected", "denied", "revoked", "withdrawn", "F", "-"),
        *("unsubscribed", "pending", "[ ]", "N/A", "No thanks", "I don\u2019t agree", "\u2717"),
        *("I do not agree", "Não quero", "No, gracias", "0.0", "Non merci", "unknown"),
    ],
)
def test_consent_that_was_refused_is_none_82(value):
    with pytest.raises(Unusable) as refused:
        read(consent=value)

    assert [(each.field, each.code) for each in refused.value.errors] == [
        ("consent", "missing")
    ]


@pytest.mark.parametrize(
    "value",
    [
        *("Yes", "on", "1", "true", "Checked", "sí", "\u2713", "[x]", "\u306f\u3044", "Ja."),
        *("I agree to receive texts; reply STOP to opt out.", "Opted in", "November 3"),
    ],
)
def test_consent_that_was_given_counts(value):
    assert is_ticked(value)


@pytest.mark.parametrize(
    "label",
    [
        *("has_consent", "consent_given", "opted_in", "is_opted_in", "text_opt_in"),
        *("tcpa_opt_in", "I agree to receive text messages", "sms_consent_given"),
        LONG,
    ],
)
@pytest.mark.parametrize(("value", "counts"), [("yes", True), ("no", False)])
def test_label_that_speaks_of_consent_is_understood_as_it(label, value, counts):
    try:
        read(**{label: value})
    except Unusable:
        assert not counts
    else:
        assert counts


@pytest.mark.parametrize("group", [{"value": True}, {"value": True, "text": "I agree"}])
def test_consent_in_a_group_of_its_own_counts(group):
    assert read(consent=group).extra["consent"] == "true"


def test_wish_for_no_texts_is_no_consent():
    with pytest.raises(Unusable):
        read(**{"I do not agree to receive text messages": "yes"})
