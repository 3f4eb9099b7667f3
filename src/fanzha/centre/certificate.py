"""A certificate for a centre without one: an authority of its own that can speak for its own names alone, and a leaf under it.

Service workers and WebCrypto, which the officers' pages need, exist over HTTPS only (but for localhost). Both are made in
the home's secrets. The authority is limited to the names it was made for, so that a phone that trusts it trusts it with nothing else.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fanzha import durable
from fanzha.home import Home

ALWAYS = ("localhost", "127.0.0.1")
AUTHORITY_LASTS = timedelta(days=3650)
LEAF_LASTS = timedelta(days=397)
"""Phones refuse leaves that last longer than 825 days even under an authority of one's own; public ones last 398 at most."""
RENEW_BEFORE = timedelta(days=30)
_NAME = "fanzha local authority"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the parts lie: `authority` is what a phone is told to trust, `chain` and `key` are the server's."""

    authority: Path
    chain: Path
    key: Path


def ensure_certificate(home: Home, names: Iterable[str], now: datetime) -> Certificate:
    """The certificate for `names` (host names and addresses) beside ALWAYS; made anew when it is near its end or for other names.

    The authority stays as long as it covers the names and outlives a leaf; a new one has to be trusted again.
    """
    wanted = sorted({*ALWAYS, *names})
    folder = home.secrets / "tls"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = Certificate(folder / "authority.crt", folder / "chain.crt", folder / "leaf.key")
    authority_key = folder / "authority.key"
    if not _serves(found.authority, wanted, now, LEAF_LASTS):
        _make_authority(found.authority, authority_key, wanted, now)
        found.chain.unlink(missing_ok=True)
    if not _serves(found.chain, wanted, now, RENEW_BEFORE):
        _make_leaf(found, authority_key, wanted, now)
    return found


def fingerprint(path: Path) -> str:
    """The SHA-256 fingerprint of a certificate, as phones show it."""
    return x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA256()).hex(":").upper()


def _serves(path: Path, names: Sequence[str], now: datetime, at_least: timedelta) -> bool:
    """Whether a certificate is there, covers exactly these names (alternatives and limits are written alike) and lasts."""
    if not path.exists():
        return False
    one = x509.load_pem_x509_certificate(path.read_bytes())
    return one.not_valid_after_utc > now + at_least and _names_of(one) == list(names)


def _names_of(one: x509.Certificate) -> list[str]:
    if one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        limits = one.extensions.get_extension_for_class(x509.NameConstraints).value
        found = limits.permitted_subtrees or []
    else:
        found = list(one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    return sorted(str(name.value).split("/")[0] for name in found)


def _general(name: str, as_limit: bool) -> x509.GeneralName:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return x509.DNSName(name)
    return x509.IPAddress(ipaddress.ip_network(address) if as_limit else address)


def _make_authority(path: Path, key_path: Path, names: Sequence[str], now: datetime) -> None:
    path.unlink(missing_ok=True)  # so that a kill between the two writes leaves no certificate beside another key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{_NAME} {now:%Y-%m-%d}")])
    limits = x509.NameConstraints([_general(one, as_limit=True) for one in names], None)
    usage = _usage(signs=True)
    made = _begun(name, name, key, now, AUTHORITY_LASTS).add_extension(x509.BasicConstraints(True, 0), critical=True)
    made = made.add_extension(limits, critical=True).add_extension(usage, critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = made.add_extension(identifier, critical=False)
    _write(key_path, _private(key))
    _write(path, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_leaf(found: Certificate, authority_key: Path, names: Sequence[str], now: datetime) -> None:
    found.chain.unlink(missing_ok=True)
    authority = x509.load_pem_x509_certificate(found.authority.read_bytes())
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), password=None)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fanzha")])
    made = _begun(name, authority.subject, key, now, LEAF_LASTS)
    alternatives = x509.SubjectAlternativeName([_general(one, as_limit=False) for one in names])
    for extension, critical in (
        (x509.BasicConstraints(False, None), True),
        (alternatives, False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (_usage(signs=False), True),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False),  # type: ignore[arg-type]
    ):
        made = made.add_extension(extension, critical=critical)
    leaf = made.sign(signer, hashes.SHA256())  # type: ignore[arg-type]
    _write(found.key, _private(key))
    _write(found.chain, leaf.public_bytes(serialization.Encoding.PEM) + found.authority.read_bytes())


def _begun(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    begins = now - timedelta(hours=1)  # a phone whose clock is a little behind trusts it at once
    made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(begins).not_valid_after(begins + lasts)


def _usage(signs: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    used = {"key_cert_sign", "crl_sign"} if signs else {"digital_signature"}
    return x509.KeyUsage(**{name: name in used for name in names})


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and readable by the owner alone."""
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    durable.put(part, path)
