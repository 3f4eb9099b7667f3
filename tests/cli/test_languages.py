"""What the commands find is said in Chinese too: every sentence of the code has its words, with the same things named in it."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from fanzha import cli
from fanzha.cli import app, main
from fanzha.vocabulary import load_data

WORDS = load_data("fanzha.cli", "words.yaml")["told"]


def sentences() -> list[tuple[str, str]]:
    """(place in words.yaml, English) of every sentence that a call of `told` or `tell` has in it."""
    found = []
    for path in Path(cli.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("told", "tell"):
                texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                found += [(texts[0], texts[1])] if len(texts) == 2 else []
    return found


def named(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize(("code", "english"), sentences())
def test_every_sentence_has_its_words_in_chinese_and_names_the_same(code: str, english: str) -> None:
    assert named(WORDS[code]) == named(english)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("C.UTF-8", "(synthetic; fraud per head 200 times Baise's)"),
        ("zh_CN.UTF-8", "模拟数据；人均诈骗为百色的 200 倍"),
    ],
)
def test_a_command_speaks_the_language_of_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    with pytest.raises(SystemExit) as ending:
        main(lambda: app(["simulate", "--out", str(tmp_path / "city"), "--people", "100", "--days", "1"]))
    told = capsys.readouterr().out
    assert (ending.value.code, said in told) == (0, True), told
