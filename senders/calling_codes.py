"""The country or area of a number, where a form has a field of its own for it.

`{"country_code": "+52", "phone": "5512345678"}` read without the first is somebody in Texas.
"""

import phonenumbers

from senders.answers import Found, Sorted
from senders.names import squeezed
from senders.phone import whole_mobile

_CODES = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
_LONGEST_CODE = 3
_AREA, _SUBSCRIBER = 3, 7  # digits of an American number
_COUNTRY_NAME = 2  # letters


def calling_code(country: object) -> str | None:
    """Return "52" of "+52", 52, "0052", "MX" or "Mexico (+52)"; None of anything else."""
    if isinstance(country, bool) or not isinstance(country, str | int):
        return None
    text = str(country).strip()
    digits = _digits(text).lstrip("0")
    if digits:
        known = len(digits) <= _LONGEST_CODE and int(digits) in _CODES
        return digits if known else None
    if len(text) == _COUNTRY_NAME and text.isascii():
        return str(phonenumbers.country_code_for_region(text.upper()) or "") or None
    return None


def completed(given: list[Found], found: Sorted) -> list[Found]:
    """Return the numbers with the code that stands beside them, where they lack one."""
    code, area = _code_beside(found), _area_beside(found)
    if not code and not area:
        return given
    return [Found(item.label, _complete(item.value, code, area)) for item in given]


def _code_beside(found: Sorted) -> str | None:
    """Letters count only where the label says "phone": else it is an address's country."""
    for item in found.get("calling_code", ()):
        is_of_a_phone = any(
            word in squeezed(item.label) for word in ("phone", "mobile", "dial")
        )
        if is_of_a_phone or not str(item.value).strip().isalpha():
            code = calling_code(item.value)
            if code:
                return code
    return None


def _area_beside(found: Sorted) -> str | None:
    for item in found.get("area_code", ()):
        digits = _digits(str(item.value))
        if len(digits) == _AREA:
            return digits
    return None


def _complete(value: object, code: str | None, area: str | None) -> object:
    """Write the code before the digits, unless they show that they have it."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    digits = _digits(text)
    if not digits or text.startswith(("+", "00")) or not _is_plain(text):
        return value
    if area and len(digits) == _SUBSCRIBER and code in {None, "1"}:
        text = area + text
    if not code:
        return text
    has_code = digits.startswith(code) and whole_mobile(f"+{digits}")
    return f"+{digits}" if has_code else f"+{code} {text}"


def _is_plain(text: str) -> bool:
    """What is no number stays as it is, so that it is refused for what it is."""
    return not any(character.isalpha() for character in text)


def _digits(text: str) -> str:
    return "".join(str(int(character)) for character in text if character.isdecimal())
