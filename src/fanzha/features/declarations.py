"""The features as data: read once, checked, and laid out for the two executors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fanzha.vocabulary import Text, load_data, text_from

AGGREGATES = ("count", "sum", "max", "distinct", "recency")
MEASURES = ("value", "gap")
TIE_BITS = 20
"""A key is the millisecond when an event was known, shifted left by this, plus its rank among the touches of that millisecond."""
HEAD, LAST_KEY, TAILS = 0, 1, 2
"""The beginning of a block of state: newest entry, its key, then the oldest entry of each window and its key, then the aggregates."""
NO_LIMIT = 2**62
FIRST_US = 86_400 * 1_000_000
"""Two identifiers count as new to each other for a day after they first met."""
_UNITS = {"m": 60, "h": 3600, "d": 86_400}
EVENT_COLUMNS = ("value", "opened_days", "balance_fen")


@dataclass(frozen=True, slots=True)
class View:
    """Whose events are followed: `subject_kind` by the column `subject`, with whom by `counterparty`."""

    name: str
    table: str
    subject_kind: str
    subject: str
    counterparty: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature. `family` is window, memory, event or ratio; `window_s` seconds, strictly backwards.

    window: `view`, `aggregate`, `measure` and the filter. memory: `of` (subject, counterparty, pair) and `aggregate`.
    event: `of` is the column. ratio: `of` over `over`, 0 where there is nothing to divide by.
    """

    id: str
    name: Text
    family: str
    view: str | None = None
    aggregate: str = ""
    measure: str = "value"
    all_flags: int = 0
    any_flags: int = 0
    at_least: int = -NO_LIMIT
    below: int = NO_LIMIT
    window_s: int = 0
    of: str = ""
    over: str = ""


class Layout(NamedTuple):
    """The declarations as arrays for the kernel. One row of `rows` a windowed feature: aggregate, measure, all, any,
    at_least, below, window (in keys), place of its aggregate and of its window's oldest entry in the block."""

    rows: NDArray[np.int64]
    view_from: NDArray[np.int64]
    view_to: NDArray[np.int64]
    block_size: NDArray[np.int64]
    tails: NDArray[np.int64]  # (views, most windows of a view), lengths in keys; 0 for none
    window_from: NDArray[np.int64]  # (views, windows): the features of a window, which stand side by side
    window_to: NDArray[np.int64]
    memory: NDArray[
        np.int64
    ]  # place of each memory feature in the vector, in the order of _MEMORY; -1 when not declared
    event: NDArray[np.int64]  # place of each event column in the vector, in the order of EVENT_COLUMNS
    ratios: NDArray[np.int64]  # (ratios, 3): its place, of, over
    views_of_kind: NDArray[np.int64]  # kind of subject of each view, in the order of SUBJECT_KINDS
    absent: NDArray[np.float64]  # every feature of somebody of whom nothing is known
    listed: (
        int  # flags that the kernel puts; arguments, since compiled code would keep the bits of another features.yaml
    )
    suspected: int
    first: int
    rare: int


_DATA: dict[str, Any] = load_data("fanzha.features", "features.yaml")
FLAGS: dict[str, int] = {name: 1 << bit for bit, name in enumerate(_DATA["flags"])}
_MEMORY = (("subject", "age"), ("counterparty", "age"), ("counterparty", "count"), ("pair", "age"), ("pair", "count"), ("pair", "least"))  # fmt: skip


def _view(name: str, row: dict[str, Any]) -> View:
    ((kind, column),) = row["subject"].items()
    return View(name, row["table"], kind, column, row["counterparty"])


VIEWS: tuple[View, ...] = tuple(_view(name, row) for name, row in _DATA["views"].items())
VIEW_INDEX: dict[str, int] = {view.name: index for index, view in enumerate(VIEWS)}
SUBJECT_KINDS: tuple[str, ...] = tuple(dict.fromkeys(view.subject_kind for view in VIEWS))


def _mask(names: list[str]) -> int:
    return sum(FLAGS[name] for name in names)


def _windowed(row: dict[str, Any]) -> Feature:
    where, measure = row.get("where", {}), row.get("measure", "value")
    if row["aggregate"] not in AGGREGATES or measure not in MEASURES or row["view"] not in VIEW_INDEX:
        raise ValueError(f"features.yaml: {row['id']}: no such view, aggregate or measure")
    return Feature(
        row["id"],
        text_from(row["name"]),
        "window",
        row["view"],
        row["aggregate"],
        measure,
        _mask(where.get("all", [])),
        _mask(where.get("any", [])),
        where.get("at_least", -NO_LIMIT),
        where.get("below", NO_LIMIT),
        int(row["window"][:-1]) * _UNITS[row["window"][-1]],
    )


def _others() -> list[Feature]:
    rows = [
        Feature(row["id"], text_from(row["name"]), "memory", of=row["of"], aggregate=row["aggregate"])
        for row in _DATA["memory"]
    ]
    rows += [Feature(row["id"], text_from(row["name"]), "event", of=row["column"]) for row in _DATA["event"]]
    return rows + [
        Feature(row["id"], text_from(row["name"]), "ratio", of=row["of"], over=row["over"]) for row in _DATA["ratios"]
    ]


WINDOWED: tuple[Feature, ...] = tuple(
    sorted((_windowed(row) for row in _DATA["features"]), key=lambda one: (VIEW_INDEX[str(one.view)], one.window_s))
)
FEATURES: tuple[Feature, ...] = (*WINDOWED, *_others())
FEATURE_INDEX: dict[str, int] = {feature.id: index for index, feature in enumerate(FEATURES)}


def in_keys(seconds: int) -> int:
    """A length of time as a difference of keys."""
    return seconds * 1000 << TIE_BITS


def layout(features: Sequence[Feature] = FEATURES) -> Layout:
    """The declarations as the kernel takes them; `features` in the order of FEATURES: windowed ones by view and window first."""
    windowed = [one for one in features if one.family == "window"]
    views, place_of = len(VIEWS), {one.id: place for place, one in enumerate(features)}
    windows = [sorted({f.window_s for f in windowed if f.view == view.name}) for view in VIEWS]
    tails = np.zeros((views, max(map(len, windows))), np.int64)
    window_from, window_to = np.zeros_like(tails), np.zeros_like(tails)
    for number, lengths in enumerate(windows):
        tails[number, : len(lengths)] = [in_keys(seconds) for seconds in lengths]
        for at, seconds in enumerate(lengths):
            within = [n for n, one in enumerate(windowed) if (one.view, one.window_s) == (VIEWS[number].name, seconds)]
            window_from[number, at], window_to[number, at] = within[0], within[-1] + 1
    rows = np.zeros((len(windowed), 9), np.int64)
    begins = np.zeros(views, np.int64)
    ends = np.zeros(views, np.int64)
    sizes = np.zeros(views, np.int64)
    for number, view in enumerate(VIEWS):
        of_view = [place for place, feature in enumerate(windowed) if feature.view == view.name]
        begins[number], ends[number] = (of_view[0], of_view[-1] + 1) if of_view else (0, 0)
        sizes[number] = TAILS + 2 * len(windows[number]) + len(of_view)
        for at, place in enumerate(of_view):
            one = windowed[place]
            rows[place] = (
                AGGREGATES.index(one.aggregate), MEASURES.index(one.measure), one.all_flags, one.any_flags, one.at_least,
                one.below, in_keys(one.window_s), TAILS + 2 * len(windows[number]) + at,
                TAILS + 2 * windows[number].index(one.window_s),
            )  # fmt: skip
    memory = {(one.of, one.aggregate): place for place, one in enumerate(features) if one.family == "memory"}
    event = {one.of: place for place, one in enumerate(features) if one.family == "event"}
    ratios = [
        (place, place_of[one.of], place_of[one.over]) for place, one in enumerate(features) if one.family == "ratio"
    ]
    return Layout(
        rows,
        begins,
        ends,
        sizes,
        tails,
        window_from,
        window_to,
        np.array([memory.get(name, -1) for name in _MEMORY], np.int64),
        np.array([event.get(name, -1) for name in EVENT_COLUMNS], np.int64),
        np.array(ratios, np.int64).reshape(-1, 3),
        np.array([SUBJECT_KINDS.index(view.subject_kind) for view in VIEWS], np.int64),
        np.array([float(one.window_s) if one.aggregate == "recency" else 0.0 for one in features]),
        *(FLAGS[name] for name in ("listed", "suspected", "first", "rare")),
    )
