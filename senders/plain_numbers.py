"""Numbers by the million: what senders/phone.py decides, quickly where it is plain.

phonenumbers takes up to 100 microseconds for a number. Most of a list are plain digits with
"+" before them, or plain digits of the list's own country. For these the library's own
patterns are asked directly, put together once for each calling code:

- no national prefix is at the beginning, so the library would strip nothing;
- the digits are those of an ordinary line of one of the code's countries;
- and of nothing costly in any of them.

Then the answer is "+" and the digits. Everything else goes the whole way.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata

from senders.phone import normalize

#: What is never texted may be suppressed all the same, whatever country it is in.
ANYWHERE = frozenset(phonenumbers.SUPPORTED_REGIONS)

_PLAIN = re.compile(r"\+([1-9][0-9]{7,14})")
_DIGITS = re.compile(r"[0-9]{7,14}")
_LONGEST_CODE = 3


@dataclass(frozen=True)
class _Patterns:
    """What the library knows of a calling code, as patterns to be matched in full."""

    prefix: re.Pattern[str]
    ordinary: re.Pattern[str]
    costly: re.Pattern[str]

    def take(self, digits: str) -> bool:
        return (
            self.ordinary.fullmatch(digits) is not None
            and self.prefix.match(digits) is None
            and self.costly.fullmatch(digits) is None
        )


class PlainNumbers:
    """The numbers of a list, read by the default region of its account."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._code: int = phonenumbers.country_code_for_region(region)
        self._own = _patterns_at_home(region) if self._code else None

    def read(self, raw: str) -> str:
        """Return the number in E.164. Raises `UnusableField` when there is none like it."""
        if found := _PLAIN.fullmatch(raw):
            digits = found[1]
            for length in range(1, _LONGEST_CODE + 1):
                patterns = _patterns(int(digits[:length]))
                if patterns is not None:
                    if patterns.take(digits[length:]):
                        return raw
                    break
        elif self._own is not None and _DIGITS.fullmatch(raw) and self._own.take(raw):
            return f"+{self._code}{raw}"
        return normalize(raw, self._region, ANYWHERE)


def plain_lines(digits: str) -> re.Pattern[bytes] | None:
    """Return what matches line after line of numbers that have the calling code of this one.

    Each is taken as `PlainNumbers` takes it: what this pattern leaves goes the whole way.
    """
    for length in range(1, _LONGEST_CODE + 1):
        if _patterns(int(digits[:length])) is not None:
            return _lines_of(int(digits[:length]))
    return None


@cache
def _lines_of(code: int) -> re.Pattern[bytes]:
    regions = phonenumbers.region_codes_for_country_code(code)
    countries = [_country(region) for region in regions]
    end = r"\r?\n"
    ordinary = (pair for country in countries for pair in _ordinary_pairs(country))
    lines = _any(rf"(?=(?:{whole}){end})(?:{each}){end}" for whole, each in ordinary)
    costly = _any(each for country in countries for each in _costly(country))
    prefix = _any([countries[0].national_prefix_for_parsing])
    left = 15 - len(str(code))  # of the digits that E.164 has at most, and 7 fewer at least
    digits = rf"(?=[0-9]{{{left - 7},{left}}}{end})"
    line = rf"\+{code}{digits}(?!{prefix})(?!(?:{costly}){end})(?:{lines})"
    # Not possessive: Python 3.11.4 and older lose their place in such a repetition.
    return re.compile(f"(?:{line})*".encode(), re.ASCII)


@cache
def _patterns(code: int) -> _Patterns | None:
    """Return what is known of a calling code, None if no country has it."""
    regions = phonenumbers.region_codes_for_country_code(code)
    if not regions or regions == ("001",):
        return None
    countries = [_country(region) for region in regions]
    return _Patterns(
        _any_of([countries[0].national_prefix_for_parsing]),
        _any_of([each for country in countries for each in _ordinary(country)]),
        _any_of([each for country in countries for each in _costly(country)]),
    )


@cache
def _patterns_at_home(region: str) -> _Patterns | None:
    """The same for numbers written without a code: they must not look like one with it."""
    code: int = phonenumbers.country_code_for_region(region)
    everywhere = _patterns(code)
    if everywhere is None:
        return None
    home = _country(region)
    dialed = (str(code), home.international_prefix, home.national_prefix_for_parsing)
    return _Patterns(_any_of(dialed), everywhere.ordinary, everywhere.costly)


def _country(region: str) -> Any:
    return PhoneMetadata.metadata_for_region(region)


def _ordinary(country: Any) -> list[str]:
    """Both have to fit: the pattern of all its numbers, and one of an ordinary line."""
    return [rf"(?=(?:{whole})\Z)(?:{each})" for whole, each in _ordinary_pairs(country)]


def _ordinary_pairs(country: Any) -> list[tuple[str, str]]:
    whole = country.general_desc.national_number_pattern
    kinds = (country.fixed_line, country.mobile)
    return [(whole, each) for kind in kinds if (each := kind and kind.national_number_pattern)]


def _costly(country: Any) -> list[str]:
    kinds = (country.premium_rate, country.shared_cost)
    return [each for kind in kinds if (each := kind and kind.national_number_pattern)]


def _any_of(patterns: Iterable[str | None]) -> re.Pattern[str]:
    return re.compile(_any(patterns), re.ASCII)


def _any(patterns: Iterable[str | None]) -> str:
    """One pattern that fits where any does, none where there is none."""
    known = dict.fromkeys(each for each in patterns if each)
    return "|".join(f"(?:{each})" for each in known) or r"(?!)"
