"""No text of the pages is without a Chinese translation, and nothing that is refused or done without words in both languages."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

from fanzha.centre import extraction
from fanzha.centre.access import words
from fanzha.centre.channels import connectors
from fanzha.centre.funds import states as stop_states
from fanzha.centre.holds import states as hold_states
from fanzha.centre.languages import FIRST, LANGUAGES
from fanzha.refusal import Refusal
from fanzha.vocabulary import LEVELS, OUTCOMES, load_data

django.setup()


@pytest.mark.parametrize("language", [code for code, _ in LANGUAGES if code != "en"])
def test_every_text_is_translated_once(language: str) -> None:
    translated = Counter(extraction.translated(language))
    found = extraction.message_ids()
    assert len(found) > 50
    assert set(translated) - found == set(), "a translation that no page uses"
    assert [text for text, times in translated.items() if times > 1] == [], "translated in two places"
    if language == FIRST:  # another may grow: what it lacks is shown in the first
        assert found - set(translated) == set()


def test_the_chinese_of_a_page_is_found_in_its_app() -> None:
    says = {app.parent: extraction.message_ids(app.parent) for app in extraction.ROOT.glob("*/apps.py")}
    frame = extraction.message_ids(extraction.ROOT / "templates")
    for path in extraction.files_of(FIRST):
        folder = path.parents[3]
        for text in extraction.translated_in(path):
            apps = [app for app, said in says.items() if text in said]
            belongs = folder in apps if folder in says else text in frame or len(apps) > 1
            where = [one.name for one in apps] or ["centre"]
            assert belongs, f"{text!r} stands in {folder.name}, and is said by {where}"


def calls(name: str, place: int | str) -> Iterator[tuple[str, ast.expr]]:
    """Every call of `name` in the centre: where it stands, and its argument at a place or of a name."""
    root = Path(extraction.__file__).parent
    for path in root.rglob("*.py"):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Call) and ast.unparse(one.func) == name:
                named = {word.arg: word.value for word in one.keywords}
                given = named[place] if isinstance(place, str) else one.args[place]
                yield str(path.relative_to(root)), given


def test_what_one_code_says_is_written_once() -> None:
    told = [
        (path, load_data(f"fanzha.centre.{path.parent.name}", path.name))
        for path in extraction.ROOT.glob("*/words.yaml")
    ]
    codes = Counter((section, code) for _, sections in told for section, texts in sections.items() for code in texts)
    assert [code for code, times in codes.items() if times > 1] == [], "the last app's words would be said for all"
    both = set(words.words()["acts"]) & set(words.words()["refusals"])
    assert both == set(), "an act is none that was refused"


def test_whatever_is_refused_is_said_in_both_languages() -> None:
    known = {"outcome.needs": "put together from section `needs`", **load_data("fanzha.cli", "words.yaml")["refusals"]}
    known |= words.words()["refusals"]
    for where, code in calls("Refusal", "code"):
        if isinstance(code, ast.JoinedStr):
            begins = ast.literal_eval(code.values[0])
            assert any(one.startswith(begins) for one in known), f"{where}: no refusal begins with {begins}"
        elif not isinstance(code, ast.Name):  # a name is handed on by a function that is looked at itself
            assert ast.literal_eval(code) in known, f"{where}: write it into the app's words.yaml"
    assert all(text.zh != text.en for text in words.words()["refusals"].values())


def test_whatever_is_done_has_words_for_its_history() -> None:
    acts = words.words()["acts"]
    for where, given in calls("audit.write", 1):
        if isinstance(given, ast.JoinedStr):
            begins = ast.literal_eval(given.values[0])
            assert any(act.startswith(begins) for act in acts), f"{where}: no act begins with {begins}"
        elif isinstance(given, ast.Name):
            continue  # handed on by a function that is looked at itself
        else:
            for one in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                assert ast.literal_eval(one) in acts, f"{where}: write it into the app's words.yaml"
    assert {f"send_{name}" for name in connectors.NAMES} <= set(acts)
    assert {f"hold_{state}" for state in hold_states.HOLD} <= set(acts)
    from fanzha.centre.funds.actions import DECISIONS

    assert {f"stop_{one}" for one in (*stop_states.NAMES, "renewed", "alarm", *DECISIONS)} <= set(acts)


def test_whatever_an_outcome_lacks_is_said_in_both_languages() -> None:
    from fanzha.centre.dissuasion.actions import missing
    from fanzha.centre.dissuasion.models import Order

    wrong = {"amount_fen": 0, "who_said": "nobody"}
    lacking = {
        one for code in (*OUTCOMES, "D99") for level in LEVELS for one in missing(Order(level=level), code, wrong)
    }
    assert len(lacking) == 8
    assert lacking <= set(words.words()["needs"])


def test_a_refusal_with_a_value_says_it_in_both_languages() -> None:
    refusal = Refusal("nobody is rung at level 3 before: 08:00", code="message.quiet", where="dial")
    said = words.refusal_words(refusal)
    assert "08:00" in said.zh
    assert "08:00" in said.en
    assert words.refusal_words(Refusal("no words yet", code="of.another.app")).zh == "no words yet"
