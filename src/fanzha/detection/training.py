"""Training of the detection models from a signal log and what is known of it: split by time, never by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fanzha.detection.engine import Engine
from fanzha.detection.indicator import GRADING
from fanzha.detection.kernel import YOUNG_S
from fanzha.detection.samples import Rows, Sample, joined
from fanzha.detection.scoring import COLUMNS, DetectionModel
from fanzha.detection.subjects import Subjects
from fanzha.detection.touches import Judge
from fanzha.features import AT, FEATURES, FLAGS, SUBJECT
from fanzha.refusal import Refusal
from fanzha.signals import SignalLog
from fanzha.vocabulary import WARNING_KINDS, normal_number

if TYPE_CHECKING:
    import lightgbm  # at run time only where it is used: it brings scikit-learn along, which a page never needs

Ints = NDArray[np.int64]
VALIDATED_FROM = 0.7
"""What the card says of quality was measured on the last 30 % of the time, by models that learned from the time before."""
FOLDS = 2
MOST_ROWS = 300_000
"""Ordinary moments of one log and kind that are learned from, about; beyond, subjects are left out by lot."""
_DAY_US = 86_400 * 1_000_000
_NEVER = 2**62
_CHUNK = 65_536
ROUNDS = 220
_SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 24,
    "max_depth": 7,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "use_missing": False,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "num_threads": 2,
    "verbosity": -1,
}
_WORSE = {"story_score", "is_listed", "is_suspected", "is_fraud_text", "is_risky_delivery", "is_refusal"}
"""Columns of which more can only make a warning likelier; so are all features over listed, suspected and fraud texts."""
_WORSE_FLAGS = sum(FLAGS[name] for name in ("listed", "suspected", "fraud_text", "risky_delivery", "refusal"))


@dataclass(frozen=True)
class Known:
    """What is known of a time: (subject's kind and identifier) -> since when and until when (microseconds) it was so.

    victims: people while they were deceived, until their last payment; numbers and accounts: while they worked for fraud.
    """

    victims: dict[str, list[tuple[int, int]]]
    numbers: dict[str, int]
    accounts: dict[str, int]


def known_from(truth: Mapping[str, pl.DataFrame]) -> Known:
    """The truth tables of contract 1 (or outcomes written in their form) as Known. Times UTC.

    `truth_unsettled` (kind, person, number, account, since): warnings that nobody has settled yet. Of such a person nothing is
    learned from then on, of such a number or account nothing at all: neither that they are right nor that they are wrong.
    """
    victims: dict[str, list[tuple[int, int]]] = {}

    def put(frame: pl.DataFrame, until: str) -> None:
        for row in frame.iter_rows(named=True):
            begin = _us(row["first_contact_at"])
            end = _us(row[until]) if row.get(until) else begin + 2 * _DAY_US
            for kind in ("person", "number", "account"):
                if row.get(kind):
                    victims.setdefault(_named(kind, row[kind]), []).append((begin, end))

    if "truth_victims" in truth:
        put(truth["truth_victims"], "last_payment_at")
    if "truth_approached" in truth:
        put(truth["truth_approached"], "would_pay_at")
    since: dict[str, dict[str, int]] = {"number": {}, "account": {}}
    for kind, found in since.items():
        table = truth.get(f"truth_{kind}s")
        if table is not None and not table.is_empty():
            found |= {_named(kind, row[kind]): _us(row["since"]) for row in table.iter_rows(named=True)}
    for row in truth.get("truth_unsettled", pl.DataFrame()).iter_rows(named=True):
        begin = _us(row["since"])
        for kind in ("person", "number", "account"):
            if row[kind] and row["kind"] == "victim":
                victims.setdefault(_named(kind, row[kind]), []).append((begin, begin - 1))  # no moment is in it
            elif row[kind] and kind in since:
                since[kind].setdefault(_named(kind, row[kind]), _NEVER)
    return Known(victims, since["number"], since["account"])


def _us(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000)


def _named(kind: str, identifier: str) -> str:
    return f"{kind}:{(normal_number(identifier) or identifier) if kind == 'number' else identifier}"


def _spread(subjects: Ints) -> Ints:
    return np.asarray((subjects * 0x9E3779B1) >> 12 & 0xFFFFF)


@dataclass(frozen=True)
class Lived:
    """What one log gives to learn from. `people`: how many live there, for rates."""

    samples: dict[int, Sample]
    people: int


def collect(log: SignalLog, known: Known, judge: Judge, people: int, most: int = MOST_ROWS) -> Lived:
    """Every moment of a log (whole, in order) at which something is judged, with what is known of it; `most` as MOST_ROWS."""
    return Lived(_collect(log, Engine(judge, {}, collect=_CHUNK), known, most), people)


def train(
    lived: Sequence[Lived], say: Callable[[str], None] = lambda _: None, about: Mapping[str, Any] | None = None
) -> DetectionModel:
    """The models of one or more logs; of several cities a model learns what they have in common. `about`: kept in the card.

    Raises Refusal when there is nothing to learn from.
    """
    import lightgbm

    samples = {
        kind: joined([one.samples[kind] for one in lived if kind in one.samples]) for kind in range(len(WARNING_KINDS))
    }
    samples = {kind: sample for kind, sample in samples.items() if len(sample.at)}
    if not samples:
        raise Refusal("there is no moment in these signals at which anything is judged", code="train.nothing")
    people_days = sum(one.people * _days(one.samples) for one in lived)
    card: dict[str, Any] = {"budget": {}, "calibration": {}, "cut": {}, "usual": {}, "metrics": {}, "rows": {}}
    boosters: dict[str, lightgbm.Booster] = {}
    for kind, sample in samples.items():
        name = WARNING_KINDS[kind]
        lacks = _lacking(sample)
        if lacks is not None:
            say(f"{name}: left to the rules, {lacks}")
            continue
        card["metrics"][name] = _metrics(sample)
        _calibrate(card, kind, sample, _held_out(sample), people_days, sum(one.people for one in lived))
        boosters[name] = _boosted(sample, sample.labels >= 0)
        say(f"{name}: {card['metrics'][name]}")
    if not boosters:
        raise Refusal("nothing could be learned; see what was said of each kind", code="train.nothing")
    card |= {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "people": sum(one.people for one in lived),
        "logs": len(lived),
        "lightgbm": lightgbm.__version__,
        **(about or {}),
    }
    return DetectionModel(boosters, card)


def _days(samples: Mapping[int, Sample]) -> float:
    begin = min((int(sample.at.min()) for sample in samples.values()), default=0)
    end = max((int(sample.at.max()) for sample in samples.values()), default=0)
    return max((end - begin) / _DAY_US, 1e-6)


def _collect(log: SignalLog, engine: Engine, known: Known, most: int) -> dict[int, Sample]:
    kinds = range(len(WARNING_KINDS))
    parts: dict[int, list[tuple[Ints, Ints, Rows]]] = {kind: [] for kind in kinds}
    held = dict.fromkeys(kinds, 0)
    thinned = dict.fromkeys(kinds, 1)
    marks = _Marks(known, engine.subjects)
    position = 0
    while batches := log.read(position, limit=2):
        for batch in batches:
            position = batch.position
            for touches, of_kind, rows in engine.moments(batch):
                marks.bring_up()
                for kind in kinds:
                    chosen = np.flatnonzero(of_kind == kind)
                    subjects = touches[chosen, SUBJECT]
                    keep = marks.known[kind][subjects] | (_spread(subjects) % thinned[kind] == 0)
                    chosen = chosen[keep]
                    parts[kind].append((touches[chosen, SUBJECT], touches[chosen, AT], rows[chosen].copy()))
                    held[kind] += len(chosen)
        for kind in kinds:
            while held[kind] > 2 * most:
                thinned[kind] *= 2
                parts[kind] = [_thinner(part, marks.known[kind], thinned[kind]) for part in parts[kind]]
                held[kind] = sum(len(part[0]) for part in parts[kind])
    found = {
        kind: [np.concatenate([part[n] for part in of]) for n in range(3)] for kind, of in parts.items() if held[kind]
    }
    begin = min((int(at.min()) for _, at, _ in found.values()), default=0)
    end = max((int(at.max()) for _, at, _ in found.values()), default=0)
    cut_at = begin + int((end - begin) * VALIDATED_FROM)
    return {
        kind: Sample(
            subjects, at, rows, marks.labels(kind, subjects, at), np.full(len(at), thinned[kind]), at >= cut_at
        )
        for kind, (subjects, at, rows) in found.items()
    }


def _thinner(part: tuple[Ints, Ints, Rows], known: NDArray[np.bool_], thinned: int) -> tuple[Ints, Ints, Rows]:
    keep = known[part[0]] | (_spread(part[0]) % thinned == 0)
    return part[0][keep], part[1][keep], part[2][keep]


class _Marks:
    """What is known, by the engine's integers."""

    def __init__(self, known: Known, subjects: Subjects) -> None:
        self._known, self._subjects, self._done = known, subjects, 0
        self.known = {kind: np.zeros(0, np.bool_) for kind in range(3)}
        self._since = {kind: np.zeros(0, np.int64) for kind in (1, 2)}
        self._times: dict[int, list[tuple[int, int]]] = {}

    def bring_up(self) -> None:
        names, kinds = self._subjects.names, self._subjects.kinds
        count = len(names)
        if count > len(self.known[0]):
            room = max(2 * count, 1 << 16)
            for kind in range(3):
                self.known[kind] = np.append(self.known[kind], np.zeros(room - len(self.known[kind]), np.bool_))
            for kind in (1, 2):
                more = np.full(room - len(self._since[kind]), _NEVER, np.int64)
                self._since[kind] = np.append(self._since[kind], more)
        for one in range(self._done, count):
            if kinds[one] not in ("person", "number", "account"):
                continue
            named = _named(kinds[one], names[one])
            times = self._known.victims.get(named)
            if times is not None:
                self.known[0][one], self._times[one] = True, times
            for kind, since in ((1, self._known.numbers), (2, self._known.accounts)):
                if named in since:
                    self.known[kind][one], self._since[kind][one] = True, since[named]
        self._done = count

    def labels(self, kind: int, subjects: Ints, at: Ints) -> NDArray[np.int8]:
        if kind:
            since = self._since[kind][subjects]
            return np.where(at >= since, 1, np.where(self.known[kind][subjects], -1, 0)).astype(np.int8)
        labels = np.zeros(len(subjects), np.int8)
        for n in np.flatnonzero(self.known[0][subjects]):
            times = self._times[int(subjects[n])]
            inside = any(begin <= at[n] <= end for begin, end in times)
            before = all(at[n] < begin for begin, _ in times)
            labels[n] = 1 if inside else 0 if before else -1
        return labels


def _constraints() -> list[int]:
    worse = []
    for n, column in enumerate(COLUMNS):
        feature = FEATURES[n] if n < len(FEATURES) else None
        over = feature is not None and bool((feature.all_flags | feature.any_flags) & _WORSE_FLAGS)
        worse.append(1 if column in _WORSE or (over and feature is not None and feature.aggregate != "recency") else 0)
    return worse


def _boosted(sample: Sample, chosen: NDArray[np.bool_]) -> lightgbm.Booster:
    import lightgbm

    labels, weights = sample.labels[chosen].astype(float), sample.weights()[chosen]
    true = labels == 1
    weights[true] *= 0.05 * weights[~true].sum() / weights[true].sum()
    data = lightgbm.Dataset(sample.rows[chosen], labels, weight=weights / weights.mean())
    return lightgbm.train({**_SETTINGS, "monotone_constraints": _constraints()}, data, num_boost_round=ROUNDS)


def _lacking(sample: Sample) -> str | None:
    """What is missing to learn from, None when nothing is: both labels in both parts of the time and in every fold."""
    told, early, fold = sample.labels >= 0, ~sample.late, _fold(sample)
    parts = [told & early, told & ~early, *(told & (fold != held) for held in range(FOLDS))]
    if all(len(np.unique(sample.labels[part])) == 2 for part in parts):
        return None
    return "expected true and ordinary moments in both the first 70 % of the time and the rest, of several subjects"


def _metrics(sample: Sample) -> dict[str, float]:
    """What a model of the first part of the time is worth in the last."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    told = sample.labels >= 0
    before, after = told & ~sample.late, told & sample.late
    margins = np.asarray(_boosted(sample, before).predict(sample.rows[after], raw_score=True))
    labels = sample.labels[after]
    weight = np.where(labels == 0, sample.thinned[after], 1)
    return {
        "auc": round(float(roc_auc_score(labels, margins, sample_weight=weight)), 4),
        "average_precision": round(float(average_precision_score(labels, margins, sample_weight=weight)), 4),
    }


def _fold(sample: Sample) -> Ints:
    return (_spread(sample.subjects) >> 8) % FOLDS


def _held_out(sample: Sample) -> NDArray[np.float64]:
    """The margin of every row by a model that never saw its subject; over the whole time, its empty beginning included."""
    fold = _fold(sample)
    margins = np.zeros(len(sample.subjects))
    for held in range(FOLDS):
        booster = _boosted(sample, (fold != held) & (sample.labels >= 0))
        margins[fold == held] = np.asarray(booster.predict(sample.rows[fold == held], raw_score=True))
    return margins


def _calibrate(
    card: dict[str, Any], kind: int, sample: Sample, margins: NDArray[np.float64], people_days: float, people: int
) -> None:
    """Write what margins mean into the card: probabilities and false stories a day. `people`: in all logs together."""
    from sklearn.linear_model import LogisticRegression

    name, told = WARNING_KINDS[kind], sample.labels >= 0
    labels, margin = sample.labels[told], margins[told]
    weight = np.where(labels == 0, sample.thinned[told], 1)
    line = LogisticRegression(C=100.0).fit(margin.reshape(-1, 1), labels, sample_weight=weight)
    card["calibration"][name] = [float(line.coef_[0, 0]), float(line.intercept_[0])]
    card["usual"][name] = np.quantile(sample.rows[sample.labels == 0], [0.05, 0.5, 0.95], axis=0).T.tolist()
    card["rows"][name] = {
        "true": int((labels == 1).sum()),
        "ordinary": int((labels == 0).sum()),
        "one_of": int(sample.thinned.max()),
    }
    if kind == 0:
        card["budget"][name] = _budget(sample, told, margins, people_days)
        return
    allowed, young = GRADING["budget"]["wrongly"][name], sample.rows[:, COLUMNS.index("state_age_s")] < YOUNG_S
    first_day, later = told & young, told & ~young
    days = people_days - people if later.any() and people_days > people else people_days
    usual = later if later.any() else told
    cut = _cut(sample, usual, margins, allowed["later"] * days / 1e5)
    sure = _cut(sample, usual, margins, allowed["sure"] * days / 1e5)
    cautious = _cut(sample, first_day, margins, allowed["first_day"] * people / 1e5) if first_day.any() else cut
    card["cut"][name] = {"margin": cut, "sure": max(sure, cut), "caution": max(cautious - cut, 0.0)}


def _budget(
    sample: Sample, told: NDArray[np.bool_], margins: NDArray[np.float64], people_days: float
) -> dict[str, list[float]]:
    """Margins, ascending, and the stories of people who were not deceived that each lets through per 100,000 and day."""
    frame = pl.DataFrame(
        {
            "subject": sample.subjects[told],
            "day": sample.at[told] // _DAY_US,
            "margin": margins[told],
            "label": sample.labels[told],
            "stands_for": sample.thinned[told],
        }
    )
    stories = frame.group_by("subject", "day").agg(pl.col("margin", "label", "stands_for").max())
    false = stories.filter(pl.col("label") == 0).sort("margin", descending=True)
    highest = false["margin"].to_numpy()
    rates = false["stands_for"].cum_sum().to_numpy() / max(people_days, 1) * 1e5
    chosen = np.unique(np.geomspace(1, len(highest), 400).astype(int)) - 1
    return {
        "margin": [float(one) for one in highest[chosen][::-1]],
        "false_per_100000_and_day": [float(one) for one in rates[chosen][::-1]],
    }


def _cut(sample: Sample, told: NDArray[np.bool_], margins: NDArray[np.float64], allowed: float) -> float:
    """The least margin that no more than `allowed` ordinary subjects reach, of the rows in `told` (one at least)."""
    columns = {"margin": margins[told], "label": sample.labels[told], "stands_for": sample.thinned[told]}
    frame = pl.DataFrame({"subject": sample.subjects[told], **columns})
    each = frame.group_by("subject").agg(pl.col("margin", "label", "stands_for").max())
    false = each.filter(pl.col("label") == 0).sort("margin", descending=True)
    if false.is_empty():
        return float(each["margin"].to_numpy().min())
    over = np.flatnonzero(false["stands_for"].cum_sum().to_numpy() > allowed)
    highest = false["margin"].to_numpy()
    return float(highest[over[0]] + 1e-6 if len(over) else highest[-1])
