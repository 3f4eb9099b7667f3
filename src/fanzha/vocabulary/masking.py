"""How an identifier is shown to someone who has given no reason to see it. Who may see it in clear: centre/access/permissions.py.

>>> mask("number", "+8613800138000")
'138****8000'
>>> mask("number", "CN:2824110")
'28****10'
>>> mask("account", "9999991234567890123")
'999999*********0123'
>>> mask("person", "P000123")
'P******'
>>> mask("domain", "pay.example.com")
'pay.example.com'
>>> mask("ip", "198.18.0.7"), mask("ip", "2001:db8:1234:5678::9")
('198.18.0.x', '2001:db8:1234:x')

Source of the widths: domain page 10, masking conventions (common practice, a default).
"""

from __future__ import annotations

import ipaddress


def mask(kind: str, value: str) -> str:
    """`value`, an identifier of `kind` (number, account, person, imei, ip, ...), with its middle hidden.

    Domains and apps are shown whole: they belong to the fraud, not to a person.
    """
    if kind in ("domain", "app"):
        return value
    if kind == "number":
        digits = value.split(":")[-1].removeprefix("+86")
        if len(digits) >= 10:
            return f"{digits[:3]}****{digits[-4:]}"
        return f"{digits[:2]}****{digits[-2:]}" if len(digits) >= 6 else digits
    if kind == "account":
        return f"{value[:6]}{'*' * (len(value) - 10)}{value[-4:]}" if len(value) >= 12 else _first(value, 2)
    if kind == "imei":
        return value[:8] + "******"
    if kind == "imsi":
        return value[:5] + "*" * (len(value) - 5)
    if kind == "ip":
        return _network(value)
    return _first(value, 1)


def _network(address: str) -> str:
    """The /24 of an address, of IPv6 the /48: what a line's holder shares with others."""
    try:
        parts = ipaddress.ip_address(address).exploded
    except ValueError:
        return _first(address, 1)
    if "." in parts:
        return parts.rsplit(".", 1)[0] + ".x"
    return ":".join(f"{int(part, 16):x}" for part in parts.split(":")[:3]) + ":x"


def _first(value: str, shown: int) -> str:
    return value[:shown] + "*" * (len(value) - shown)
