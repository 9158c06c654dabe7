"""How a number begins, where it is one whose texts are capped by the hour."""

import phonenumbers

DIGITS_AFTER_COUNTRY = 3


def capped_prefix(phone: str, default_region: str) -> str | None:
    """Return "+61491" of "+61491570156": country code and three digits.

    Ranges of numbers are handed out by about so many digits. None for a number of the
    default region: those are the business's own people, and not capped.
    """
    number = phonenumbers.parse(phone)
    if phonenumbers.region_code_for_number(number) == default_region:
        return None
    return phone[: len(f"+{number.country_code}") + DIGITS_AFTER_COUNTRY]
