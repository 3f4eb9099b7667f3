"""How an identifier is shown to someone who has given no reason to see it.

>>> mask("number", "+8613800138000")
'138****8000'
>>> mask("account", "9999991234567890123")
'999999*********0123'
>>> mask("person", "P000123")
'P******'
>>> mask("domain", "pay.example.com")
'pay.example.com'

Source of the widths: domain page 10, masking conventions (common practice, a default).
"""

from __future__ import annotations


def mask(kind: str, value: str) -> str:
    """`value`, an identifier of `kind` (number, account, person, imei, ip, ...), with its middle hidden.

    Domains and apps are shown whole: they belong to the fraud, not to a person.
    """
    if kind in ("domain", "app"):
        return value
    if kind == "number":
        digits = value.split(":")[-1].removeprefix("+86")
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else digits
    if kind == "account":
        return f"{value[:6]}{'*' * (len(value) - 10)}{value[-4:]}" if len(value) >= 12 else _first(value, 2)
    if kind == "imei":
        return value[:8] + "******"
    if kind == "imsi":
        return value[:5] + "*" * (len(value) - 5)
    if kind == "ip":
        return value.rsplit(".", 1)[0] + ".x"
    return _first(value, 1)


def _first(value: str, shown: int) -> str:
    return value[:shown] + "*" * (len(value) - shown)
