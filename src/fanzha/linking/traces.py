"""Traces as a table: who was seen with what. Brought to one spelling; what everybody shares is put aside with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from fanzha.linking.strengths import EXCLUSIONS, KINDS
from fanzha.refusal import Refusal
from fanzha.vocabulary import IMEI_DIGITS, address_of, is_nobodys, is_service_number, is_thousands, normal_number

TRACES: dict[str, pl.DataType] = {
    "subject": pl.String(),
    "kind": pl.String(),
    "value": pl.String(),
    "level": pl.Int8(),
    "at": pl.Datetime("us", "UTC"),
}
"""`subject`: a case or an identifier; `kind`: a key of KINDS; `level`: of an account in the chain, 0 elsewhere; `at`: UTC, may be null."""
_HOST = re.compile(r"^(?:[a-z]+://)?(?:[^/?#]*@)?(?:www\.)?(\[[^\]]*\]|[^/:?#]+)", re.I)
_SECOND_LEVEL = {"com", "net", "org", "gov", "edu", "co", "ac"}
_PROVINCE = re.compile(
    "bj|sh|tj|cq|he|sx|nm|ln|jl|hl|js|zj|ah|fj|jx|sd|ha|hb|hn|gd|gx|hi|sc|gz|yn|xz|sn|gs|qh|nx|xj|tw|hk|mo"
)
"""Second level of .cn for provinces, below which anybody registers (MIIT, structure of the Chinese domain name system, 2018)."""


@dataclass(frozen=True)
class Cleaned:
    """`kept`: traces with the columns of TRACES, each once; `excluded`: what was put aside, with `reason`, a key of EXCLUSIONS or "empty"."""

    kept: pl.DataFrame
    excluded: pl.DataFrame


def clean(traces: pl.DataFrame) -> Cleaned:
    """`subject, kind, value` (and `level, at`) in one spelling. Refusal for an unknown kind or a missing column.

    A fixed address also gives its /24 as a weaker trace. The first time a subject was seen with a trace counts.
    """
    missing = {"subject", "kind", "value"} - set(traces.columns)
    if missing:
        raise Refusal(f"traces need the columns {', '.join(sorted(missing))}", code="traces.columns")
    told = traces.with_columns(
        [pl.lit(None, dtype=dtype).alias(name) for name, dtype in TRACES.items() if name not in traces.columns]
    ).select(pl.col(name).cast(dtype) for name, dtype in TRACES.items())
    unknown = sorted(set(told["kind"].unique()) - set(KINDS), key=str)
    if unknown:
        raise Refusal(f"unknown kind of trace {unknown[0]!r}; known are {', '.join(KINDS)}", code="traces.kind")
    values = told.select("kind", "value").unique(maintain_order=True)
    cleaned = [_spelled(kind, value) for kind, value in values.iter_rows()]
    words = values.with_columns(
        pl.Series("spelled", [value for value, _ in cleaned], dtype=pl.String),
        pl.Series("reason", [reason for _, reason in cleaned], dtype=pl.String),
    )
    joined = told.join(words, on=["kind", "value"], how="left", maintain_order="left", nulls_equal=True)
    excluded = joined.filter(pl.col("reason") != "").select(*TRACES, "reason")
    kept = joined.filter(pl.col("reason") == "").with_columns(value=pl.col("spelled")).select(*TRACES)
    networks = kept.filter((pl.col("kind") == "ip") & pl.col("value").str.contains(".", literal=True)).with_columns(
        kind=pl.lit("ip_prefix"), value=pl.col("value").str.replace(r"\.\d+$", ".0/24")
    )
    kept = pl.concat([kept, networks]).with_columns(pl.col("level").fill_null(0))
    kept = kept.sort("at", "level", nulls_last=True, maintain_order=True)
    return Cleaned(kept.unique(["subject", "kind", "value"], keep="first", maintain_order=True), excluded)


def _spelled(kind: str, value: str | None) -> tuple[str, str]:
    if value is None or not value.strip():
        return "", "empty"
    return _SPELLING.get(kind, _as_told)(value.strip())


def _as_told(value: str) -> tuple[str, str]:
    return value, ""


def _phone(value: str) -> tuple[str, str]:
    # A token of the centre is no number; it is compared as it stands.
    normal = normal_number(value) or value
    return normal, "service_numbers" if is_worn(normal) or is_worn(value) else ""


def is_worn(number: str) -> bool:
    """Whether fraud wears a number (in the normal form of folder.py) by spoofing: one of a public service, or behind +00, which no country has.

    >>> is_worn("CN:96110"), is_worn("+008613800138000"), is_worn("+8613800138000")
    (True, True, False)
    """
    return is_service_number(number) or number.startswith("+00")


def _imei(value: str) -> tuple[str, str]:
    compact = re.sub(r"[\s-]", "", value)
    if not compact.isdecimal():
        return _device(value)
    wrong = is_nobodys(compact) or len(compact) < IMEI_DIGITS
    return compact[:IMEI_DIGITS], "imei" if wrong else ""


def _device(value: str) -> tuple[str, str]:
    return value, "imei" if is_nobodys(value) else ""


def _address(value: str) -> tuple[str, str]:
    address = address_of(value)
    return (value, "") if address is None else (str(address), "networks" if is_thousands(address) else "")


def _domain(value: str) -> tuple[str, str]:
    """The registrable domain: the last two labels, three below a general second level of a country (com.cn) or a
    province's (gx.cn). A site that is
    reached by its address has none, and is compared by the whole address."""
    found = _HOST.match(value)
    host = (found.group(1) if found else value).rstrip(".").lower()
    if address_of(host.strip("[]")) is not None:
        return _address(host.strip("[]"))
    labels = host.split(".")
    general = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    of_a_province = len(labels) > 2 and labels[-1] == "cn" and _PROVINCE.fullmatch(labels[-2])
    keep = 3 if general or of_a_province else 2
    registrable = ".".join(labels[-keep:])
    public = {host, registrable} & set(EXCLUSIONS["domains"]["values"])
    return registrable, "domains" if public else ""


def site_of(address: str) -> str:
    """The registrable domain of an address, or the address by numbers; empty for a public platform, whose subdomains belong to strangers.

    >>> site_of("https://Pay.A-B.top/x?y"), site_of("x.github.io")
    ('a-b.top', '')
    """
    found, reason = _domain(address.strip())
    return "" if reason else found


def is_platform(host: str) -> bool:
    """Whether a host is a public platform itself, and no stranger's on it."""
    return host.removeprefix("www.") in EXCLUSIONS["domains"]["values"]


def site_or_host(address: str) -> str:
    """The site of an address; of one on a public platform, which is a stranger's own, it as it stands in small letters."""
    return site_of(address) or address.strip().lower()


def _digest(value: str) -> tuple[str, str]:
    return value.replace(":", "").lower(), ""


def _favicon(value: str) -> tuple[str, str]:
    spelled, _ = _digest(value)
    return spelled, "favicons" if spelled in EXCLUSIONS["favicons"]["values"] else ""


def _wallet(value: str) -> tuple[str, str]:
    # the capitals of 0x are a check sum (EIP-55), those of bc1 mean nothing (BIP-173); elsewhere they are part of the address
    spelled = value.lower() if value[:2].lower() == "0x" or value[:3].lower() == "bc1" else value
    return spelled, "wallets" if spelled in EXCLUSIONS["wallets"]["values"] else ""


def _account(value: str) -> tuple[str, str]:
    compact = value.replace(" ", "")
    return compact, "accounts" if compact.startswith(tuple(EXCLUSIONS["accounts"]["prefixes"])) else ""


_SPELLING: dict[str, Callable[[str], tuple[str, str]]] = {
    "phone": _phone,
    "imei": _imei,
    "device": _device,
    "ip": _address,
    "server": _address,
    "domain": _domain,
    "favicon": _favicon,
    "tls_certificate": _digest,
    "certificate": _digest,
    "wallet": _wallet,
    "payee_account": _account,
    "lower_account": _account,
}
