"""Phone numbers in normal form: what two spellings of one number have in common.

E.164 where the number is valid, else the country and the digits, so that service numbers keep an identity:

>>> normal_number("138 0013 8000")
'+8613800138000'
>>> normal_number("0086-13800138000")
'+8613800138000'
>>> normal_number("95588")
'CN:95588'
>>> normal_number("0776-96110"), normal_number("010 95588")
('CN:96110', 'CN:95588')
>>> normal_number("13800138000.0")
'+8613800138000'
>>> normal_number("+86 15400000001")
'CN:15400000001'
>>> normal_number("tok-abc") is None
True

Source of the form: contract 1, "Numbers". Numbers of the synthetic range begin with 154, a prefix that is
allocated to nobody, so they never are valid and never reach a telephone.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

SYNTHETIC_NUMBER_PREFIX = "+86154"
"""Every number the simulated city makes up begins so; no operator has been given the prefix."""

SYNTHETIC_CARD_PREFIX = "999999"
"""Every card the simulated city makes up begins so: major industry 9 with country 999, which is no country."""

_SERVICE = re.compile(r"CN:(1\d{2,4}|9\d{4,5})")
_WITH_AREA = re.compile(r"\+86(?:10|2\d|[3-9]\d\d)(9[56]\d{3,4})")
"""A short number behind an area code, as 96110 shows itself when it calls (domain page 3, P20): shorter than any subscriber's."""
_NOISE = re.compile(r"[\s\-().\u2010-\u2015]+")
_AS_FLOAT = re.compile(r"(?<=\d{5})\.0$")
"""What is behind a number that was kept as one among missing ones: the point would be taken for a blank, and the nought for a digit."""
_MOBILE = re.compile(r"(?:\+?86|0086)?(1\d{10})$")


@lru_cache(maxsize=200_000)
def _mobile_prefix_is_valid(prefix: str) -> bool:
    # Validity of a mainland mobile number rests on its first five digits alone, so one look-up serves 10^6 numbers.
    return phonenumbers.is_valid_number(phonenumbers.parse("+86" + prefix + "000000", None))


@lru_cache(maxsize=200_000)
def normal_number(spelled: str, country: str = "CN") -> str | None:
    """The normal form of a number as it was spelled, or None when it is empty or has other characters than a number's.

    `country` is the ISO 3166 alpha-2 code that a number without a country code belongs to.
    """
    compact = _NOISE.sub("", _AS_FLOAT.sub("", spelled.strip()))
    if compact[:3] == country + ":" and compact[3:].isdecimal():
        return compact
    mobile = _MOBILE.match(compact) if country == "CN" else None
    if mobile:
        digits = mobile.group(1)
        return "+86" + digits if _mobile_prefix_is_valid(digits[:5]) else "CN:" + digits
    if not compact or not compact.lstrip("+").isdecimal() or compact.count("+") > 1 or not compact.isascii():
        return None
    try:
        parsed = phonenumbers.parse("+" + compact[2:] if compact.startswith("00") else compact, country)
    except phonenumbers.NumberParseException:
        return f"{country}:{compact.lstrip('+')}"
    if phonenumbers.is_valid_number(parsed):
        valid = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
        short = _WITH_AREA.fullmatch(valid)
        return f"CN:{short.group(1)}" if short else valid
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 86)
    return f"{region}:{parsed.national_number}"


def is_service_number(normal: str) -> bool:
    """Whether a number in normal form is a public short number (110, 96110, 95588, 10086, 12381...).

    Fraud wears them by spoofing, so what is done in their name is not held against them (domain page 7.2).
    """
    return _SERVICE.fullmatch(normal) is not None
