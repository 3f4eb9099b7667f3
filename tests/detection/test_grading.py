"""What the signs of a story add up to: its score, its level, its reasons, and the warning's name that a replay gives again."""

from __future__ import annotations

import hashlib
import math
from importlib import resources
from typing import Any

import numpy as np
import pytest
import yaml

from fanzha.detection import INDICATORS
from fanzha.detection.grading import graded
from fanzha.detection.indicator import rules
from fanzha.detection.kernel import MODEL
from fanzha.detection.merging import STORY_US, Story, observed, relevant, warning_id
from fanzha.features import FEATURE_INDEX, FEATURES, FLAGS, SUBJECT_KINDS, VIEWS

_FILES = resources.files("fanzha.detection")
KINDS = ("victim", "number", "account")


def written(name: str) -> Any:
    return yaml.safe_load(_FILES.joinpath(name).read_text(encoding="utf-8"))


ROWS = [(kind, row) for kind in KINDS for row in written(f"indicators/{kind}.yaml")]
GRADING = written("grading.yaml")


def sign(indicator: str, step: int = 0) -> int:
    """The place of an indicator's step."""
    return [n for n, one in enumerate(INDICATORS) if one.id == indicator][step]


def story(*signs: int) -> Story:
    made = Story(0)
    for place in signs:
        made.add(place, 10.0 + place, 5.0)
    return made


def heaviest(kind: str, most: float) -> list[int]:
    """Signs of different indicators of a kind whose score together stays below `most`, as near as it comes."""
    chosen: list[int] = []
    for n, one in enumerate(INDICATORS):
        if (
            one.kind == kind
            and one.id not in {INDICATORS[place].id for place in chosen}
            and story(*chosen, n).score < most
        ):
            chosen.append(n)
    return chosen


def test_a_score_is_what_remains_when_every_indicator_may_be_wrong_and_steps_of_one_count_once() -> None:
    one, two, other = sign("W01", 0), sign("W01", 1), sign("W06")
    weights = [INDICATORS[place].weight for place in (one, two, other)]
    assert story().score == 0
    assert story(one).score == weights[0]
    assert weights[1] > weights[0]
    for order in ((one, two, other), (other, two, one)):
        assert story(*order).score == round(1 - (1 - weights[1]) * (1 - weights[2]), 6)


def test_reasons_are_one_for_each_indicator_the_heaviest_first_with_what_was_seen() -> None:
    light, heavy, other = sign("W01", 0), sign("W01", 2), sign("V02")
    assert [reason["indicator"] for reason in story(other, light).reasons()] == ["V02", "W01"]
    found = story(light, other, heavy).reasons()
    assert found == [
        {"indicator": one.id, "value": 10.0 + place, "threshold": 5.0, "text_zh": one.name.zh, "text_en": one.name.en}
        for place, one in ((heavy, INDICATORS[heavy]), (other, INDICATORS[other]))
    ]
    alike = [n for n, one in enumerate(INDICATORS) if one.weight == 0.35 and one.kind == "victim"][:2]
    assert [reason["value"] for reason in story(*alike[::-1]).reasons()] == [10.0 + n for n in alike]


def test_a_story_names_whom_it_met_once_and_every_event() -> None:
    made = Story(0)
    for other, event in (("a", 1), ("b", 2), ("a", 3)):
        made.touch(other, event)
    assert (made.related, made.events, made.level) == (["a", "b"], [1, 2, 3], None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_is_warned_of_from_a_score_and_one_level_more_urgently_from_another(kind: str) -> None:
    rule, levels = GRADING[kind], {}
    for n, one in enumerate(INDICATORS):
        if one.kind == kind:
            made = story(n)
            levels[n] = graded(kind, made)
            wanted = None if one.weight < rule["at_least"] else one.level
            assert levels[n] == (max(1, one.level - 1) if one.weight >= rule["urgent"] else wanted), one.id
    calm = heaviest(kind, rule["urgent"])
    least = min(INDICATORS[n].level for n in calm)
    assert graded(kind, story(*calm)) == least
    more = next(
        n
        for n, one in enumerate(INDICATORS)
        if one.kind == kind and one.level >= least and story(*calm, n).score >= rule["urgent"]
    )
    assert graded(kind, story(*calm, more)) == max(1, least - 1)


def test_the_ends_of_grades_belong_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from fanzha.detection import grading

    place = sign("W05", 0)
    weight, level = INDICATORS[place].weight, INDICATORS[place].level
    for rule, wanted in (
        ({"at_least": weight, "urgent": 1}, level), ({"at_least": weight + 1e-6, "urgent": 1}, None), ({"at_least": 0, "urgent": weight}, level - 1),
    ):  # fmt: skip
        monkeypatch.setitem(grading.GRADING, "victim", rule)
        assert graded("victim", story(place)) == wanted


def test_what_is_shown_of_a_sign_is_its_first_limit_or_the_event_itself() -> None:
    row = np.arange(len(FEATURES), dtype=float)
    limited = next(n for n, one in enumerate(INDICATORS) if len(one.limits) > 1)
    name, threshold, _ = INDICATORS[limited].limits[0]
    assert observed(limited, row, 7) == (float(FEATURE_INDEX[name]), threshold)
    any_, some = sign("W06"), sign("W01", 1)
    assert (INDICATORS[any_].at_least, INDICATORS[some].at_least) == (0, 1500)
    assert [observed(any_, row, amount) for amount in (0, 1, 60)] == [(1, 1), (1, 1), (60, 1)]
    assert [observed(some, row, amount) for amount in (1500, 2000)] == [(1500, 1500), (2000, 1500)]


def test_features_told_with_a_sign_are_its_own_and_those_of_its_view_that_say_anything() -> None:
    place = next(n for n, one in enumerate(INDICATORS) if one.id == "V08")
    one, row = INDICATORS[place], np.zeros(len(FEATURES))
    assert relevant(place, row) == {name: 0.0 for name, _, _ in one.limits}
    row[:] = 3.0
    assert relevant(place, row) == {
        feature.id: 3.0
        for feature in FEATURES
        if feature.view == one.view or feature.id in {name for name, _, _ in one.limits}
    }


def test_a_warning_has_one_name_whenever_it_is_made() -> None:
    versions = {"model": "m1", "indicators": "i1"}
    name = warning_id("e1", "s", "W01", versions)
    assert name == warning_id("e1", "s", "W01", {"indicators": "i1", "model": "m1"})
    assert name == "w" + hashlib.sha256(b"e1\x1fs\x1fW01\x1findicators=i1\x1fmodel=m1").hexdigest()[:23], (
        "kept in outboxes: it may not change"
    )
    others = {
        warning_id("e2", "s", "W01", versions), warning_id("e1", "t", "W01", versions), warning_id("e1", "s", "W02", versions),
        warning_id("e1", "s", "W01", {**versions, "model": "m2"}),
    }  # fmt: skip
    assert len(others | {name}) == 5


def test_a_story_is_as_long_as_its_file_says() -> None:
    assert GRADING["story_hours"] * 3_600_000_000 == STORY_US == rules().story_us


def test_every_indicator_is_read_as_it_is_written() -> None:
    assert len(ROWS) == len(INDICATORS)
    for (kind, row), one in zip(ROWS, INDICATORS, strict=True):
        event = row["event"]
        assert (one.id, one.kind, one.view, one.level, one.weight, one.source) == (
            row["indicator"], kind, row["view"], row["level"], row["weight"], row["source"],
        )  # fmt: skip
        assert (one.name.zh, one.name.en, one.certain) == (
            row["name"]["zh"],
            row["name"]["en"],
            row.get("certain", False),
        )
        assert (one.all_flags, one.any_flags) == tuple(
            math.fsum(FLAGS[flag] for flag in event.get(part, ())) for part in ("all", "any")
        )
        assert one.at_least == event.get("at_least", 0)
        assert one.limits == (
            *((name, value, True) for name, value in row.get("all", {}).items()),
            *((name, value, False) for name, value in row.get("below", {}).items()),
        )


def test_the_kernel_gets_every_indicator_and_moment_at_the_events_of_its_view() -> None:
    laid, moments = rules(), written("moments.yaml")
    for place, view in enumerate(VIEWS):
        gates = laid.gates[laid.gates_from[place] : laid.gates_to[place]].tolist()
        wanted = [
            [one.all_flags, one.any_flags, one.at_least, n] for n, one in enumerate(INDICATORS) if one.view == view.name
        ]
        for kind in KINDS:
            for row in moments[kind]:
                flags = [sum(FLAGS[flag] for flag in row["event"].get(part, ())) for part in ("all", "any")]
                wanted += [[*flags, row["event"].get("at_least", 0), MODEL]] if row["view"] == view.name else []
        assert sorted(gates) == sorted(wanted), view.name
    for n, one in enumerate(INDICATORS):
        limits = laid.limits[laid.limits_from[n] : laid.limits_to[n]].tolist()
        assert limits == [[FEATURE_INDEX[name], value, at_least] for name, value, at_least in one.limits]
        assert laid.weights[n] == one.weight


def test_the_kernel_is_told_whose_warning_an_event_may_bring_and_whom_it_joins() -> None:
    laid = rules()
    of_kind = {"person": 0, "number": 1, "account": 2}
    assert laid.kinds.tolist() == [of_kind.get(view.subject_kind, -1) for view in VIEWS]
    others = {view.name: other for view, other in zip(VIEWS, laid.other_kinds.tolist(), strict=True)}
    number, account = SUBJECT_KINDS.index("number"), SUBJECT_KINDS.index("account")
    assert {others[name] for name in ("calls_in", "calls_out", "messages_in")} == {number}
    assert {others[name] for name in ("payments_out", "payments_in")} == {account}
    assert {
        others[name] for name in ("visits", "pushed", "number_calls_out", "number_places", "account_in", "account_out")
    } == {-1}
    assert (others["number_devices"], others["device_numbers"]) == (SUBJECT_KINDS.index("imei"), number)
    assert [view.name for view, with_holder in zip(VIEWS, laid.with_holder, strict=True) if with_holder] == [
        "account_in"
    ]
    assert laid.thresholds.tolist() == [GRADING[kind].get("suspected", math.inf) for kind in KINDS]
