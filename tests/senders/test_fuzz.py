"""Whatever bytes come, there is a lead or one of the named errors, and nothing unstorable."""

import json
from dataclasses import asdict

from hypothesis import example, given, settings
from hypothesis import strategies as st

from senders import NotALead, ParseSettings, parse

TYPES = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "text/xml",
            "text/plain; charset=latin-1",
            "image/png",
        ]
    ),
    st.text(max_size=40),
)
KEYS = st.sampled_from(
    """
    first_name last_name name phone Phone mobile email consent lead_id data lead payload
    form_response answers definition fields field_data properties vid rawRequest submissionID
    formID q3_name data.json contact contact_profile triggerType form form_id date_created
    1.3 1.6 3 5.1 5.2 object entry title type value values _wpcf7 websiteId topic event_id
    event_type meta source_url id label
    """.split()  # noqa: SIM905  (a list of keys reads better without quotes)
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["Jane", "Doe", "2025550142", "page", "{}", "[[]]", '{"phone":1}', "a\0"]),
)
TREES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS | st.text(max_size=5), inner)
    ),
    max_leaves=20,
)
STRICT = ParseSettings(
    mapping={"phone": "data.0.phone", "full_name": "name", "lead_id": "1.3"},
    consent_required=True,
)


def lead_or_named_error(body, content_type):
    for parse_settings in (ParseSettings(), STRICT):
        outcome = outcome_of(body, content_type, parse_settings)
        if isinstance(outcome, NotALead):
            assert outcome.code
            assert outcome.detail
            continue
        stored = json.dumps(asdict(outcome), ensure_ascii=False, allow_nan=False).encode()
        assert b"\\u0000" not in stored
        assert outcome.phone or outcome.is_test or outcome.unfinished


def outcome_of(body, content_type, parse_settings):
    try:
        return parse(body, content_type, parse_settings)
    except NotALead as error:
        return error


@given(body=st.binary(max_size=300), content_type=TYPES)
@example(body=b"\xff\xfe", content_type="application/json; charset=utf-16")
@example(body=b'{"form_response": {"answers": [{"field": 1}]}}', content_type=None)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_lead_or_a_named_error(body, content_type):
    lead_or_named_error(body, content_type)


@given(tree=TREES)
@settings(max_examples=800, deadline=None)
def test_any_json_is_a_lead_or_a_named_error(tree):
    lead_or_named_error(json.dumps(tree).encode(), "application/json")


@given(
    pairs=st.lists(
        st.tuples(
            st.one_of(KEYS, st.from_regex(r"[a-z0-9]{1,3}(\[[a-z0-9]{0,2}\]){0,3}")),
            st.one_of(st.text(max_size=10), st.just("2025550142")),
        ),
        max_size=8,
    )
)
@settings(max_examples=400, deadline=None)
def test_any_form_is_a_lead_or_a_named_error(pairs):
    body = "&".join(f"{name}={value}" for name, value in pairs)

    lead_or_named_error(body.encode("utf-8", "surrogatepass"), None)


@given(
    pairs=st.lists(st.tuples(KEYS, st.binary(max_size=20)), max_size=5),
    head=st.sampled_from(["", "; charset=utf-8", '; filename="a"', "\r\nContent-Type: a"]),
    cut=st.integers(min_value=0, max_value=40),
)
@settings(max_examples=300, deadline=None)
def test_any_multipart_is_a_lead_or_a_named_error(pairs, head, cut):
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"{head}\r\n\r\n'.encode() + value
        for name, value in pairs
    ]
    body = b"\r\n".join([*parts, b"--b--\r\n"])

    lead_or_named_error(body[: len(body) - cut], "multipart/form-data; boundary=b")


@given(text=st.text(max_size=60), name=KEYS.filter(str.isalpha))
@settings(max_examples=300, deadline=None)
def test_any_xml_is_a_lead_or_a_named_error(text, name):
    body = f"<lead><{name}>{text}</{name}><phone>2025550142</phone></lead>"

    lead_or_named_error(body.encode("utf-8", "surrogatepass"), "text/xml")
