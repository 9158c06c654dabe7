"""Facebook and Instagram Lead Ads, directly or through Zapier, Make and exports.

Meta's own notice names a lead without any data of it. What holds data is either the answer
of its Graph API (`field_data`) or a row of an export, where ids and numbers carry a letter:
`l:` before a lead's id, `p:` before a phone number.
"""

from senders.answers import Answers
from senders.consent import is_ticked
from senders.document import one_or_repeated
from senders.errors import Unusable
from senders.words import words

_COLUMNS = words("""
    leadgen_id ad_id ad_name adset_id adset_name campaign_id campaign_name is_organic
    platform form_name form_id
""")
_ENOUGH_COLUMNS = 2
MARKS = words("object field_data") | _COLUMNS


def recognize(tree: dict[str, object]) -> Answers | None:
    """Read a Meta lead. Raises `Unusable` for the notice that has no data."""
    if tree.get("object") == "page" and isinstance(tree.get("entry"), list):
        raise Unusable(
            (),
            "no-personal-data",
            "Meta's own notice holds no name and no number: send the lead through "
            "Zapier, Make or another tool that fetches it.",
        )
    if isinstance(tree.get("field_data"), list):
        return Answers("meta", _field_data(tree), lead_id=tree.get("id"))
    columns = {key.lower() for key in tree} & _COLUMNS
    if len(columns) >= _ENOUGH_COLUMNS and columns & {"is_organic", "leadgen_id", "platform"}:
        return Answers("meta", tree, lead_id=_row_id(tree))
    return None


def _field_data(tree: dict[str, object]) -> dict[str, object]:
    fields: dict[str, object] = {"created_time": tree.get("created_time")}
    for field in _dictionaries(tree["field_data"]):
        values = field.get("values")
        value = one_or_repeated(values) if isinstance(values, list) and values else values
        fields[str(field.get("name"))] = value
    ticks = _dictionaries(tree.get("custom_disclaimer_responses"))
    if ticks:
        fields["consent"] = all(is_ticked(tick.get("is_checked")) for tick in ticks)
    return fields


def _dictionaries(nodes: object) -> list[dict[str, object]]:
    return [n for n in nodes if isinstance(n, dict)] if isinstance(nodes, list) else []


def _row_id(tree: dict[str, object]) -> object:
    row = tree.get("id")
    return row if isinstance(row, str) and row.startswith("l:") else tree.get("leadgen_id")
