"""`fanzha networks` on a small city: gangs, dens and links that hold against the truth, which linking never sees."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from fanzha.cli import app
from fanzha.evaluation import evaluate_networks
from fanzha.linking import find_networks, networks, pieces
from fanzha.signals import append_to_lake, read_folder
from fanzha.simulation import simulate


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("linked")
    list(simulate(out, people=4000, days=6, seed=12, start=date(2026, 3, 2), inflation=800))
    told = CliRunner().invoke(app, ["networks", str(out / "signals"), "--out", str(out / "found"), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["gangs"] > 5
    return out


def test_gangs_and_dens_hold_against_the_truth_and_no_lookalike_is_linked(city: Path) -> None:
    measured = evaluate_networks(city / "found", city / "truth")
    assert measured["gangs"]["adjusted_rand_index"] > 0.75, "a small city of few days; bars are measured on larger ones"
    assert measured["lookalikes"]["wrong"] == 0
    assert measured["dens"]["place_right"] == measured["dens"]["found"] >= 2


def test_a_lake_that_is_read_in_pieces_gives_what_its_tables_give_whole(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = read_folder(city / "signals")
    for name, table in tables.items():
        for part in range(3):
            append_to_lake(tmp_path / "lake", name, table.gather_every(3, part), f"{part:010d}")
    # every seventh call was told before it ended as well, in a file of its own
    begun = tables["calls"].gather_every(7).with_columns(duration_s=pl.lit(0, dtype=pl.Int64))
    append_to_lake(tmp_path / "lake", "calls", begun, "9999999999")
    monkeypatch.setattr(pieces, "ROWS", 3000)
    in_pieces = find_networks(tmp_path / "lake", tmp_path / "found", print)
    whole = networks(tables)
    for one in fields(whole):
        assert getattr(in_pieces, one.name).equals(getattr(whole, one.name)), one.name
    assert not list((tmp_path / "found").glob("reading-*")), "what was set down is taken away"


def test_the_tables_have_the_columns_of_the_contract(city: Path) -> None:
    columns = {
        "links": {"a", "b", "strength", "evidence"},
        "gangs": {"identifier", "kind", "gang", "role"},
        "dens": {"den", "place", "confidence", "identifiers", "evidence"},
    }
    tables = {name: pl.read_parquet(city / "found" / f"{name}.parquet") for name in columns}
    for name, table in tables.items():
        assert columns[name] <= set(table.columns)
        assert table.height > 0
    assert tables["links"]["strength"].is_between(0, 1).all()
    assert tables["links"]["evidence"].list.len().min() == 1
    assert tables["dens"]["confidence"].is_between(0, 1).all()
    assert set(tables["gangs"]["role"]) <= {"luring", "cards", "technical", "operators", "money", "cash_out"}
    written = set(read_folder(city / "signals", tables=["numbers"])["numbers"]["number"])
    numbers = tables["gangs"].filter(pl.col("identifier").str.starts_with("+86"))["identifier"]
    assert set(numbers) <= written, "identifiers come out as they are spelled"


def test_a_folder_of_reports_alone_links_its_cases() -> None:
    row = {
        "reported_at": date(2026, 3, 2),
        "narrative": "x",
        "occurred_at": None,
        "loss_fen": 1,
        "place": None,
        "case_class": "AB",
    }
    rows = [
        {**row, "report_id": f"r{n}", "person": f"p{n}", "payee": ["999999000000001"], "number": [number], "url": None}
        for n, number in enumerate(["13800138000", "138-0013-8000", "+8613800138000"])
    ]
    reports = pl.DataFrame(rows).with_columns(
        pl.col("reported_at").cast(pl.Datetime("us", "UTC")), pl.col("url").cast(pl.List(pl.String))
    )
    found = networks({"reports": reports})
    cases = found.links.filter(pl.col("a_kind") == "case")
    assert cases["strength"].to_list() == [1.0, 1.0, 1.0]
    assert found.series["cases"].to_list() == [["r0", "r1", "r2"]]
    assert found.dens.is_empty()


def test_a_folder_without_anything_suspected_gives_empty_tables() -> None:
    found = networks({})
    assert [found.links.height, found.gangs.height, found.dens.height, found.series.height] == [0, 0, 0, 0]
