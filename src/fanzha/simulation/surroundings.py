"""Where honest events come from: the cell of a call, the address and telephone of a payment, the server of a site.

No chance is used: who lives where decides. Families share an address, children pay with a parent's telephone, mobile networks put
thousands behind one address, most sites stand behind a content network. Source of the shares: rates.yaml `traces`, ours.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from fanzha.simulation.population import RATES, Ints, Population
from fanzha.simulation.traces import CONTENT_NETWORK, PROXIES, cells_of

_RATES = RATES["traces"]
_TENANTS = 25
_HOUSE = 200


def tenants(city: Population) -> Ints:
    """People whose account is registered with the landlord's telephone: some of those who pay rent."""
    rows = np.arange(city.people)
    return np.flatnonzero((rows % _TENANTS == 3) & (rows % _HOUSE != 0))


def children(city: Population) -> Ints:
    """People under age who pay with the telephone of somebody of the family."""
    own = city.family[city.contacts[:, 0]] == city.family
    return np.flatnonzero((city.age < 18) & own)


def registered_phone(city: Population) -> list[str | None]:
    """By row of `accounts`: the number that an account is registered with; None where it is not a person of the city's."""
    whose = np.arange(city.people)
    kids, renters = children(city), tenants(city)
    whose[kids] = city.contacts[kids, 0]
    whose[renters] = renters - renters % _HOUSE
    return [*city.numbers[whose].tolist(), *([None] * (len(city.accounts) - city.people))]


class Surroundings:
    """The fixed places of a city's people, as tables to join."""

    def __init__(self, city: Population) -> None:
        rows = np.arange(len(city.numbers))
        cells = {place: cells_of(city, place) for place in np.unique(city.place).tolist()}
        home = [
            f"{place}-{row * 31 % cells[place] + 1:04d}" for row, place in zip(rows, city.place.tolist(), strict=True)
        ]
        self._cells = pl.DataFrame({"caller": city.numbers, "caller_cell": home})
        phone = city.imei[: city.people].copy()
        kids = children(city)
        phone[kids] = city.imei[city.contacts[kids, 0]]
        at_home = city.family % 10 < 10 * _RATES["at_home"]
        through = np.where(city.family % 50 == 0, len(PROXIES), 0)
        addresses = [
            PROXIES[family % len(PROXIES)] if proxy
            else f"198.19.{family // 254 % 256}.{family % 254 + 1}" if home_line
            else f"100.64.{family % 4}.{family % 16 + 1}"
            for family, home_line, proxy in zip(city.family.tolist(), at_home.tolist(), through.tolist(), strict=True)
        ]  # fmt: skip
        self._payers = pl.DataFrame(
            {
                "payer": city.accounts[: city.people], "device": phone, "ip": addresses, "payer_place": city.county,
            }
        )  # fmt: skip

    def fill(self, name: str, table: pl.DataFrame) -> pl.DataFrame:
        """A day's table with what is known of where its honest events came from."""
        if name == "calls":
            away = pl.when(pl.col("caller_place") == "VN").then(pl.lit("VN-0001")).otherwise(pl.col("of"))
            return _filled(table, self._cells.rename({"caller_cell": "of"}), "caller", {"caller_cell": away})
        if name == "visits":
            sites = table.select(pl.col("domain").unique(maintain_order=True))
            digits = pl.col("domain").str.extract(r"(\d+)").cast(pl.Int64).fill_null(0)
            known = sites.with_columns(digits.alias("n")).with_columns(
                pl.when(pl.col("n") % 10 < 10 * _RATES["behind_a_content_network"])
                .then(pl.format("198.18.1.{}", pl.col("n") % len(CONTENT_NETWORK) + 1))
                .otherwise(pl.format("198.19.{}.{}", pl.col("n") // 200 % 256, pl.col("n") % 200 + 1))
                .alias("of_ip")
            )
            return _filled(table, known.drop("n"), "domain", {"ip": pl.col("of_ip")})
        if name == "payments":
            mobile = pl.col("channel") == "mobile"
            names = ("device", "ip", "payer_place")
            of = self._payers.rename({one: f"of_{one}" for one in names})
            return _filled(
                table, of, "payer", {one: pl.when(mobile).then(pl.col(f"of_{one}")) for one in names}, "fixed"
            )
        return table


def _filled(
    table: pl.DataFrame, known: pl.DataFrame, key: str, columns: dict[str, pl.Expr], unless: str = ""
) -> pl.DataFrame:
    """`table` with empty columns filled; a row of fraud (with a `device` of its own) stays as it is."""
    own = [pl.lit(None, dtype=pl.String).alias(name) for name in columns if name not in table.columns]
    joined = table.with_columns(own).join(known, on=key, how="left", maintain_order="left")
    if unless:
        fraud = pl.col("device").is_not_null()
        filled = [pl.when(fraud).then(pl.col(name)).otherwise(value).alias(name) for name, value in columns.items()]
    else:
        filled = [pl.coalesce(pl.col(name), value).alias(name) for name, value in columns.items()]
    return joined.with_columns(filled).select(
        [*table.columns, *(name for name in columns if name not in table.columns)]
    )
