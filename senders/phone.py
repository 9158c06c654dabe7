"""Bring whatever a person typed to one E.164 form, or say why nobody may text it.

phonenumbers decides. Reading a number with it takes about 90 microseconds, so an ordinary
American number is matched against the library's own pattern for the United States first.
"""

import re
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberType

from senders.errors import UnusableField

LONGEST_TYPED = 64  # more than any number with all its decoration
LONGEST_SHORT_CODE = 6
LONGEST_E164 = 15
MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


def _american_pattern() -> str:
    metadata: Any = PhoneMetadata.metadata_for_region("US")
    return str(metadata.fixed_line.national_number_pattern)


_AMERICAN = re.compile(r"(\+?1)?[ .(-]{0,3}([0-9]{3})[ .)-]{0,3}([0-9]{3})[ .-]{0,3}([0-9]{4})")
_IN_SERVICE = re.compile(_american_pattern(), re.ASCII)
# An address book copies a number with marks of direction, a page with spaces of its own.
_UNSEEN = dict.fromkeys(
    [0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)]
) | dict.fromkeys([0xA0, 0x202F, 0x3000, *range(0x2000, 0x200B)], " ")
_PREFIX = re.compile(r"(?:p|tel):\s*", re.IGNORECASE)  # "p:" is Meta's, in its exports
_EXTENSION = re.compile(
    r"(?:;ext=|ext(?:ension|n)?[.:]?|x|#)[\s.:]{0,3}[0-9]{1,9}#?$", re.IGNORECASE
)


def normalize(raw: object, region: str, allowed: frozenset[str]) -> str:
    """Return the number in E.164. Raises `UnusableField` when it cannot be texted."""
    text = _as_text(raw)
    return _ordinary_american(text, region, allowed) or _any_number(text, region, allowed)


def _as_text(raw: object) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise _refused("invalid", "The phone number has to be text, such as +1 202 555 0142.")
    return raw.translate(_UNSEEN).strip()


def _ordinary_american(text: str, region: str, allowed: frozenset[str]) -> str | None:
    found = _AMERICAN.fullmatch(text)
    if not found or "US" not in allowed or not (region == "US" or text[0] == "+"):
        return None
    national = found[2] + found[3] + found[4]
    return f"+1{national}" if _IN_SERVICE.fullmatch(national) else None


def _any_number(text: str, region: str, allowed: frozenset[str]) -> str:
    text = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    _refuse_what_is_no_number(text)
    try:
        number = _of_own_code(text, region) or phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise _refused("invalid", "This is not a phone number that exists.") from error
    _refuse_what_nobody_may_text(number, allowed)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def whole_mobile(text: str) -> phonenumbers.PhoneNumber | None:
    """Return the number of a text that begins with "+", where it may be a mobile one."""
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        return None
    return number if phonenumbers.number_type(number) in MOBILE else None


def _of_own_code(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """Read "4915123456789" in Germany as what it is: a number that lost its "+".

    As a national number it would get its code twice. One that may be a mobile by itself
    stays national.
    """
    code = phonenumbers.country_code_for_region(region)
    if not code or not text.startswith(str(code)):
        return None
    national = phonenumbers.parse(text, region)
    if phonenumbers.number_type(national) in MOBILE:
        return None
    return whole_mobile(f"+{text}")


def _refuse_what_is_no_number(text: str) -> None:
    """phonenumbers reads letters as a keypad and keeps extensions: neither can be texted."""
    if not text.isprintable():
        raise _refused("control", "The phone number contains characters that cannot be shown.")
    if len(text) > LONGEST_TYPED:
        raise _refused("too-long", "The phone number is too long to be one.")
    if _EXTENSION.search(text):
        raise _refused("extension", "A number with an extension cannot be texted.")
    if any(character.isalpha() for character in text):
        raise _refused("letters", "The phone number contains letters; write it in digits.")
    digits = sum(character.isdecimal() for character in text)
    if digits > LONGEST_E164 + len("011"):
        raise _refused("too-long", "The phone number has too many digits.")
    if 0 < digits <= LONGEST_SHORT_CODE:
        raise _refused("short-code", "A short code or emergency number cannot be a lead.")


def _refuse_what_nobody_may_text(
    number: phonenumbers.PhoneNumber, allowed: frozenset[str]
) -> None:
    if number.extension:
        raise _refused("extension", "A number with an extension cannot be texted.")
    country = phonenumbers.region_code_for_number(number)
    if country is None and _is_certainly_abroad(number, allowed):
        raise _refused("country", "Numbers of this country are not taken here.")
    if country is None:
        raise _refused("invalid", "This is not a phone number that exists.")
    if phonenumbers.number_type(number) in COSTLY:
        raise _refused("premium", "Premium-rate numbers cannot be texted.")
    if country not in allowed:
        raise _refused("country", "Numbers of this country are not taken here.")
    # Of a calling code with one country alone, the library names it unasked.
    if not phonenumbers.is_valid_number_for_region(number, country):
        raise _refused("invalid", "This is not a phone number that exists.")


def _is_certainly_abroad(number: phonenumbers.PhoneNumber, allowed: frozenset[str]) -> bool:
    """Say whether no country of its calling code is allowed, whatever the rest is."""
    countries = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    return bool(countries) and not allowed.intersection(countries)


def _refused(code: str, detail: str) -> UnusableField:
    return UnusableField("phone", code, detail)
