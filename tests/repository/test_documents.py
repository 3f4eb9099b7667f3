"""What the documents show is what the commands say."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fanzha.cli.set_up import prepare_home
from fanzha.home import Home

ROOT = Path(__file__).parents[2]
FANZHA = "import sys; from fanzha.cli import main; sys.argv[0] = 'fanzha'; main()"
READMES = ["README.md", "README.zh-CN.md"]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("name", READMES)
def test_the_commands_give_what_the_readme_shows(name: str, tmp_path: Path) -> None:
    language = "zh_CN.UTF-8" if "zh-CN" in name else "C.UTF-8"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "FANZHA_HOME": str(tmp_path / "home"),
        "LC_ALL": language,
    }
    prepare_home(Home(tmp_path / "home"))
    for block in blocks(name, "console"):
        for said in re.split(r"^\$ ", block, flags=re.M)[1:]:
            line, _, shown = said.partition("\n")
            words = line.split()
            assert words[0] == "fanzha"
            done = subprocess.run(
                [sys.executable, "-c", FANZHA, *words[1:]],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
            same = doctest.OutputChecker().check_output(shown, done.stdout, doctest.ELLIPSIS)
            assert same, f"{line}\nshown:\n{shown}\nsaid:\n{done.stdout}"


@pytest.mark.parametrize("name", READMES)
def test_the_library_examples_run(name: str) -> None:
    for block in blocks(name, "python"):
        test = doctest.DocTestParser().get_doctest(block, {}, name, name, 0)
        assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0


def test_both_readmes_have_the_same_sections() -> None:
    counts = [len(re.findall(r"^#+ ", (ROOT / name).read_text(encoding="utf-8"), re.M)) for name in READMES]
    assert counts[0] == counts[1]
