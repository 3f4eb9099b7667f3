"""A command that cannot do its work ends with 1 and one sentence, one that was called wrongly with 2; neither shows the program's inside."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from fanzha.cli import app, main


def ended(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str]:
    """The exit code, and what was said on stderr."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ending:
        main(lambda: app(list(words)))
    return ending.value.code, capsys.readouterr().err


@pytest.mark.parametrize(("language", "said"), [("C.UTF-8", "bring back a copy"), ("zh_CN.UTF-8", "请恢复备份")])
def test_a_torn_log_is_named_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    (tmp_path / "log.sqlite").write_bytes(b"a disk garbled this" * 500)
    code, told = ended(capsys, "explain", "w1", "--from", str(tmp_path))
    assert (code, told.count("\n"), said in told) == (1, 1, True), told


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "--out", "city", "--seed=-1"),
        ("simulate", "--out", "city", "--habits=-1"),
        ("twins", "--seeds=5,-1"),
    ],
)
def test_a_seed_below_nought_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, told = ended(capsys, *words)
    assert code == 2, told
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--inflation=inf", "--inflation: expected a number"),
        ("--start=9999-12-31", "--start: expected a day"),
        ("--start=0001-01-01", "--start: expected a day"),
        ("--start=tomorrow", "--start: expected a day"),
    ],
)
def test_a_city_that_nobody_could_live_in_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, said: str
) -> None:
    code, told = ended(capsys, "simulate", "--out", str(tmp_path / "city"), "--people", "100", "--days", "1", option)
    assert (code, said in told) == (1, True), told
    assert not (tmp_path / "city").exists()


def test_a_time_before_all_calendars_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("detect", str(tmp_path), "--out", str(tmp_path / "found"), "--until", "0001-01-01T00:00:00+08:00")
    code, told = ended(capsys, *words)
    assert (code, "expected a time such as" in told) == (1, True), told


def test_tables_that_nothing_can_be_learned_from_are_refused_and_so_is_a_graph_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, graph = tmp_path / "numbers.csv", tmp_path / "calls.npz"
    train = ("numbers", "train", str(table), "--label", "label", "--model", str(tmp_path / "m.model"))
    table.write_text("phone,label\n" + "".join(f"n{n},{n % 2}\n" for n in range(40)))
    code, told = ended(capsys, *train)
    assert (code, "expected a column of numbers besides the label" in told) == (1, True), told
    table.write_text("calls,label\n" + "".join(f"{n},{n % 2}\n" for n in range(40)))
    for written in (b"torn", None):
        if written is None:
            np.savez(graph, other=np.zeros(3))
        else:
            graph.write_bytes(written)
        code, told = ended(capsys, *train, "--calls", str(graph))
        assert code == 1
        assert re.search(r"calls\.npz: expected a sparse matrix", told), told
    texts = tmp_path / "texts.csv"
    texts.write_text("text,label\n贷款放款,fraud\n今天开会,ordinary\n", encoding="utf-8")
    code, told = ended(
        capsys, "texts", "train", str(texts), "--text", "text", "--label", "label", "--model", str(tmp_path / "t.model")
    )
    assert (code, "expected more texts of at least two labels" in told) == (1, True), told
