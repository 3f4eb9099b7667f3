"""A signal folder -> links, gangs, dens. The page that names the steps in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from fanzha.linking.case_traces import cases_of
from fanzha.linking.dens import locate
from fanzha.linking.folder import Folder, ready
from fanzha.linking.gangs import group
from fanzha.linking.links import link
from fanzha.linking.over_time import changes, seen, summary
from fanzha.linking.pieces import folder_of
from fanzha.linking.roles import roles
from fanzha.linking.scripts import similar_scripts
from fanzha.linking.series import propose_series
from fanzha.linking.signal_traces import traces_of
from fanzha.linking.suspects import suspects
from fanzha.signals import read_folder, read_parts


@dataclass(frozen=True)
class Networks:
    """All tables name identifiers as the folder spells them, sites by their registrable domain. `links`: a, b, strength, evidence, a_kind, b_kind (case for reports);
    `gangs`: identifier, kind, gang, role, also, key, first_seen, last_seen, fen, standing, because; `dens`: den, place, confidence,
    identifiers, evidence, gangs; `series`: of reports; `summary` and `changes` of gangs; `left_out`: traces and hubs that do not
    count, with reasons."""

    links: pl.DataFrame
    gangs: pl.DataFrame
    dens: pl.DataFrame
    series: pl.DataFrame
    summary: pl.DataFrame
    changes: pl.DataFrame
    left_out: pl.DataFrame


def networks(tables: Mapping[str, pl.DataFrame]) -> Networks:
    """Links, gangs and dens of a folder's tables (`fanzha.signals.read_folder`); whatever is missing tells nothing."""
    return _found(ready(tables))


def _found(folder: Folder) -> Networks:
    known = suspects(folder)
    traces = traces_of(folder, known)
    found = link(traces.kept)
    links = _doubted(found.links, known)
    gangs, laundering_shops = group(folder, known, traces.kept)
    gangs = gangs.join(roles(folder, known), on="identifier").join(seen(folder, gangs), on="identifier", how="left")
    gangs = gangs.join(known.select("identifier", "standing", "because"), on="identifier", how="left")
    gangs = gangs.sort("gang", "kind", "identifier")
    of_gangs = summary(gangs, links)
    gangs = gangs.with_columns(key=pl.col("identifier").is_in(of_gangs["key"].explode().drop_nulls().implode()))
    dens = locate(folder, known, gangs, laundering_shops)
    cases = cases_of(folder)
    alike = similar_scripts(folder["reports"].select(subject="report_id", text="narrative"))
    between_cases = link(cases.kept, alike)
    kinds = dict(known.select("identifier", "kind").iter_rows())
    both = pl.concat([_with_kinds(links, kinds), _with_kinds(between_cases.links, {})])
    return Networks(
        _spelled(both, ("a", "b"), folder),
        _spelled(gangs, ("identifier",), folder).select(
            "identifier", "kind", "gang", "role", "also", "key", "first_seen", "last_seen", "fen", "standing", "because"
        ),
        _spelled(dens, ("identifiers",), folder),
        propose_series(between_cases.links),
        _spelled(of_gangs, ("key",), folder),
        changes(gangs),
        _left_out(
            [*(one.excluded for one in (traces, cases))], [found.hubs, between_cases.hubs]
        ),
    )  # fmt: skip


def find_networks(
    signals: Path,
    out: Path,
    say: Callable[[str], None],
    first_day: date | None = None,
    register: Path | None = None,
) -> Networks:
    """Read a folder a piece at a time, find its networks and write them to `out`: links, gangs, dens, and series, gang_summary, gang_changes,
    left_out, all .parquet; what was refused is in `out/quarantine`. Truth is never read.

    `first_day`: of a lake, the first Shanghai day that is read; `register`: a folder whose tables stand for those of `signals`.
    """
    say("reading")
    told = register is None or any(signals.glob("*"))
    parts = read_parts(signals, out / "quarantine", first_day=first_day) if told else iter(())
    own = read_folder(register) if register is not None else {}
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="reading-", dir=out) as pieces:
        others = ((name, part) for name, part in parts if name not in own)
        folder, rows = folder_of(chain(others, own.items()), Path(pieces))
        say(f"{rows} rows; linking")
        found = _found(folder)
    for name, path in _files(out).items():
        part = path.with_suffix(".part")
        getattr(found, name).write_parquet(part, compression="zstd")
        part.replace(path)
    return found


def read_found(out: Path) -> Networks:
    """What `find_networks` wrote to `out`."""
    return Networks(**{name: pl.read_parquet(path, glob=False) for name, path in _files(out).items()})


def _files(out: Path) -> dict[str, Path]:
    names = {"summary": "gang_summary", "changes": "gang_changes"}
    return {one.name: out / f"{names.get(one.name, one.name)}.parquet" for one in fields(Networks)}


def _doubted(links: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """A link counts as much as the weaker standing of the two."""
    standing = known.select("identifier", "standing")
    joined = links.join(standing, left_on="a", right_on="identifier", how="left").join(
        standing, left_on="b", right_on="identifier", how="left", suffix="_b"
    )
    weaker = pl.min_horizontal("standing", "standing_b").fill_null(1.0)
    return (
        joined.with_columns((pl.col("strength") * weaker).round(6))
        .select(links.columns)
        .sort("strength", "a", "b", descending=[True, False, False])
    )


def _with_kinds(links: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    return links.with_columns(
        pl.col(side).replace_strict(kinds, default="case", return_dtype=pl.String).alias(f"{side}_kind")
        for side in ("a", "b")
    )


def _spelled(table: pl.DataFrame, columns: tuple[str, ...], folder: Folder) -> pl.DataFrame:
    words = dict(folder.spelled)
    swap = [
        pl.col(name).list.eval(pl.element().replace(words))
        if table.schema[name] == pl.List(pl.String)
        else pl.col(name).replace(words)
        for name in columns
    ]
    return table.with_columns(swap)


def _left_out(excluded: list[pl.DataFrame], hubs: list[pl.DataFrame]) -> pl.DataFrame:
    """`kind, value, reason, subjects`: what many share (reason hub), and what everybody shares (a key of EXCLUSIONS)."""
    counted = (
        pl.concat(excluded)
        .group_by("kind", "value", "reason")
        .agg(subjects=pl.col("subject").n_unique().cast(pl.Int64))
    )
    many = pl.concat(hubs).select("kind", "value", reason=pl.lit("hub"), subjects=pl.col("subjects").cast(pl.Int64))
    return pl.concat([counted, many]).sort("reason", "kind", "value")
