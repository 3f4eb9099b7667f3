"""Every column of every table as the contract promises it: what it takes, what it refuses, what must be there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from fanzha.signals import TABLES, validate

CONTRACT: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "contract.yaml").read_text(encoding="utf-8"))
NOON = datetime(2026, 1, 1, 4, tzinfo=UTC)
TAKEN: dict[str, tuple[str, Any]] = {
    "text": ("文字", "文字"), "identifier": ("x1", "x1"), "number": ("154 0000 0001", "154 0000 0001"), "place": ("451002001", "451002001"),
    "time": ("2026-01-01T12:00:00+08:00", NOON), "int": ("3", 3), "float": ("0.5", 0.5), "bool": ("true", True), "list": ('["a"]', ["a"]),
}  # fmt: skip
NOT_TAKEN = {
    "number": "call me",
    "place": "45100",
    "time": "2026-01-01 12:00:00",
    "int": "3.5",
    "float": "much",
    "bool": "yes",
    "choice": "?",
}
EXPECTED = {
    "text": "a text",
    "identifier": "an identifier",
    "number": "a phone number (digits, spaces, dashes, a leading + or country code)",
    "place": "a GB/T 2260 code of 6 or 9 digits, or two capital letters of ISO 3166",
    "time": "an RFC 3339 time with an offset, such as 2026-01-01T08:00:00+08:00",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}


@dataclass(frozen=True)
class Promised:
    """One column of contract.yaml."""

    table: str
    name: str
    required: bool
    kind: str
    choices: tuple[str, ...]
    least: int | None
    most: int | None
    of: str | None

    @property
    def taken(self) -> tuple[str, Any]:
        """A value as it is written, and as it is read."""
        if self.name in ("birth_year", "subject"):
            return ("1960", 1960) if self.name == "birth_year" else ("95588", "95588")
        return (self.choices[0], self.choices[0]) if self.choices else TAKEN[self.kind]

    @property
    def expected(self) -> str:
        words = f"one of {', '.join(self.choices)}" if self.choices else EXPECTED[self.kind]
        words += "" if self.least is None else f" of at least {self.least}"
        return words + ("" if self.most is None else f" and at most {self.most}")


def promised(table: str) -> list[Promised]:
    found = []
    for name, told in CONTRACT[table]["columns"].items():
        words, _, of = told.partition(" of ")
        kind, _, rest = words.partition(" ")
        choices = tuple(rest.split("|")) if kind == "choice" else ()
        least, most = [int(end) if end else None for end in rest.split("..")] if ".." in rest else (None, None)
        found.append(Promised(table, name.rstrip("!"), name.endswith("!"), kind, choices, least, most, of or None))
    return found


COLUMNS = [pytest.param(one, id=f"{one.table}.{one.name}") for table in CONTRACT for one in promised(table)]
WHOLE = {table: {one.name: one.taken[0] for one in promised(table)} for table in CONTRACT}


def checked(table: str, **change: str | None) -> tuple[dict[str, Any] | None, tuple[str, str, str] | None]:
    """A whole row but for `change`: as it was read, or the field, code and reason of its refusal."""
    row = {**WHOLE[table], **change}
    found = validate(table, pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)), source="a.csv", first_line=2)
    if found.good.height:
        return found.good.row(0, named=True), None
    (refused,) = found.refused.rows(named=True)
    assert (refused["file"], refused["line"], json.loads(refused["row"])) == ("a.csv", 2, row)
    return None, (refused["field"], refused["code"], refused["reason"])


def test_the_tables_are_those_of_the_contract() -> None:
    assert {*TABLES} == {*CONTRACT}


@pytest.mark.parametrize("table", CONTRACT)
def test_a_whole_row_is_good_and_read_in_the_order_of_the_contract(table: str) -> None:
    row, _ = checked(table)
    assert row == {one.name: one.taken[1] for one in promised(table)}
    assert list(row or ()) == [one.name for one in promised(table)]
    assert (TABLES[table].name, TABLES[table].key, TABLES[table].time) == (
        table, tuple(CONTRACT[table]["key"]), CONTRACT[table]["time"],
    )  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_what_is_not_there_is_refused_where_it_must_be_there_and_unknown_elsewhere(column: Promised) -> None:
    for nothing in (None, "", "  "):
        row, refusal = checked(column.table, **{column.name: nothing})
        if column.required:
            assert refusal == (column.name, "value.missing", f"expected {column.expected}, found nothing")
        else:
            assert row is not None
            assert row[column.name] is None


@pytest.mark.parametrize("column", COLUMNS)
def test_what_is_of_another_kind_is_refused_with_what_was_expected(column: Promised) -> None:
    for value in filter(None, [NOT_TAKEN.get(column.kind)]):
        _, refusal = checked(column.table, **{column.name: value})
        assert refusal == (column.name, "value.wrong", f"expected {column.expected}, found '{value}'")


@pytest.mark.parametrize("column", [one for one in COLUMNS if one.values[0].choices or one.values[0].least is not None])
def test_bounds_and_choices_are_what_is_promised(column: Promised) -> None:
    for value in filter(lambda end: end is not None, (column.least, column.most)):
        row, _ = checked(column.table, **{column.name: str(value)})
        assert row is not None
        assert row[column.name] == value
    beyond = [end + step for end, step in ((column.least, -1), (column.most, 1)) if end is not None]
    for value in beyond:
        _, refusal = checked(column.table, **{column.name: str(value)})
        assert refusal is not None
        assert refusal[:2] == (column.name, "value.wrong")
    for choice in column.choices:
        row, _ = checked(column.table, **{column.name: choice})
        assert row is not None
        assert row[column.name] == choice


@pytest.mark.parametrize("column", COLUMNS)
def test_an_identifier_names_what_is_promised(column: Promised) -> None:
    assert TABLES[column.table].column(column.name).identifies == column.of


def test_every_promise_can_be_read() -> None:
    kinds = {*TAKEN, "choice"}
    for table in CONTRACT:
        for told in CONTRACT[table]["columns"].values():
            assert re.fullmatch(rf"({'|'.join(kinds)})( \S+)?( of [a-z]+)?", told), told
