"""`--help` is in Chinese where the terminal is: every paragraph of every command, option and argument."""

from __future__ import annotations

import sys

import pytest
import typer
from babel.messages.pofile import read_po

from fanzha.centre.preparing import compile_texts
from fanzha.cli import app, help_words, main

OF_THE_LIBRARY = {
    "Options",
    "Arguments",
    "Commands",
    "required",
    "default: {default}",
    "No such command {name!r}.",
    "Missing command.",
}
SAID = {
    "Example:" if paragraph.startswith("Example:") else paragraph
    for one in help_words.everything(typer.main.get_command(app))
    for paragraph in help_words.paragraphs(one.help)
}


@pytest.mark.parametrize("language", sorted(path.name for path in help_words.LOCALE.iterdir()))
def test_every_paragraph_has_its_words_and_no_other_has(language: str) -> None:
    with (help_words.LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        words = {message.id: message.string for message in read_po(file) if message.id}
    assert len(SAID) > 80
    assert {*words} == SAID | OF_THE_LIBRARY
    assert all(words.values())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh_CN.UTF-8", ("写出一座模拟城市", "城市人口。", "默认：20000", "显示本说明。", "示例：")),
        ("C.UTF-8", ("Write a simulated city", "Example:")),
    ],
)
def test_help_speaks_the_language_of_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, said: tuple[str, ...]
) -> None:
    compile_texts(help_words.LOCALE)
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setattr(sys, "argv", ["fanzha", "simulate", "--help"])
    with pytest.raises(SystemExit) as ending:
        main()
    told = capsys.readouterr().out
    assert (ending.value.code, [words for words in said if words not in told]) == (0, []), told
