"""Devices that are none, and addresses behind which thousands stand.

>>> shared_by_all("imei", "000000000000000"), shared_by_all("ip", "10.1.2.3"), shared_by_all("ip", "36.96.0.1")
(True, True, False)
"""

from __future__ import annotations

import ipaddress
import re

from fanzha.vocabulary.texts import load_data

_DATA = load_data("fanzha.vocabulary", "shared_by_all.yaml")
_NETWORKS = [ipaddress.ip_network(value) for value in _DATA["networks"]["values"]]
_DEVICE = re.compile(_DATA["devices"]["pattern"])
IMEI_DIGITS: int = _DATA["devices"]["digits"]
"""Digits of a handset's number without its check digit."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_nobodys(device: str) -> bool:
    """Whether what stands for a device's number tells none, whatever check digit or version follows.

    >>> is_nobodys("0000000000000001"), is_nobodys("00000000-0000-0000-0000-000000000000"), is_nobodys("350000000000012")
    (True, True, False)
    """
    compact = re.sub(r"[\W_]", "", device)
    return _DEVICE.search(compact[:IMEI_DIGITS] if compact.isdecimal() else compact) is not None


def address_of(written: str) -> Address | None:
    """The address that is written there, one of IPv4 inside IPv6 as that of IPv4; None where there is none.

    >>> address_of("::ffff:36.96.0.1"), address_of("r-abc") is None
    (IPv4Address('36.96.0.1'), True)
    """
    try:
        told = ipaddress.ip_address(written)
    except ValueError:
        return None
    return getattr(told, "ipv4_mapped", None) or told


def is_thousands(address: Address) -> bool:
    """Whether a carrier or a house shares an address among many."""
    return any(address.version == network.version and address in network for network in _NETWORKS)


def shared_by_all(kind: str, value: str) -> bool:
    """Whether an identifier of a kind (`imei`, `device`, `ip`; others never) is everybody's, so that it tells of nobody."""
    if kind in ("imei", "device"):
        return is_nobodys(value)
    address = address_of(value) if kind == "ip" else None
    return address is not None and is_thousands(address)
