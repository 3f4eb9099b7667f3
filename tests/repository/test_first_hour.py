"""What can go wrong before anything is installed is answered by one sentence, and nothing half made is in the way afterwards.

The scripts are tried in a copy with a Python of the test's own, so that nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = """#!/bin/sh
case "$*" in
*version_info*) exit "${TOO_OLD:-0}" ;;
*ensurepip*) exit "${NO_VENV:-0}" ;;
"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*"--require-hashes"*)
    [ -z "${PIP_WAITS:-}" ] || { : >"$PIP_WAITS"; sleep 60; }
    [ -z "${PIP_SAYS:-}" ] || { echo "$PIP_SAYS"; exit 1; } ;;
*cli.set_up*)
    mkdir -p "${FANZHA_HOME:-var}" && echo "home: ${FANZHA_HOME:-var}"
    [ -z "${HOME_SAYS:-}" ] || { echo "Traceback" && echo "$HOME_SAYS" && exit 1; } ;;
esac
"""
DF = """#!/bin/sh
[ -z "${NO_ROOM:-}" ] && exec /bin/df "$@"
echo "tmpfs 102400 102396 4 100% /"
"""
CASES = {
    "an older Python": ({"TOO_OLD": "1"}, "Python 3.11 or newer is needed", "需要 Python 3.11"),
    "no venv module": ({"NO_VENV": "1"}, "apt install python3-venv", "apt install python3-venv"),
    "no network": (
        {"PIP_SAYS": "Retrying after connection broken by 'NewConnectionError': Temporary failure in name resolution"},
        "is there a network",
        "是否有网络",
    ),
    "a full disk": ({"PIP_SAYS": "ERROR: [Errno 28] No space left on device"}, "is the disk full", "磁盘是否已满"),
    "a home that cannot be used": ({"HOME_SAYS": "fanzha: /mnt/x: 此处无法写入"}, "/mnt/x", "此处无法写入"),
    "a disk too full to say so": ({"PIP_SAYS": " ", "NO_ROOM": "1"}, "is the disk full", "磁盘是否已满"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What `./run` reads, and a folder of programs in which every python3 is the test's."""
    tree = tmp_path / "tree"
    (tree / "scripts").mkdir(parents=True)
    for name in ("run", "scripts/set-up", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tree / name)
    (tmp_path / "bin").mkdir()
    for name in ("python3.13", "python3.12", "python3.11", "python3", "df"):
        (tmp_path / "bin" / name).write_text(DF if name == "df" else PYTHON)
        (tmp_path / "bin" / name).chmod(0o755)
    return tree


def begun(tree: Path, language: str = "C", **named: str) -> subprocess.Popen[str]:
    environment = {"PATH": f"{tree.parent / 'bin'}:/usr/bin:/bin", "LC_ALL": language, **named}
    words = [str(tree / "run"), "--no-serve"]
    return subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.parametrize("case", CASES)
def test_what_is_missing_is_said_in_one_sentence_of_the_readers_language(case: str, tree: Path) -> None:
    broken, english, chinese = CASES[case]
    for language, sentence in (("C", english), ("zh_CN.UTF-8", chinese)):
        started = begun(tree, language, **broken)
        (last, *others) = reversed(started.communicate(timeout=120)[1].splitlines())
        assert started.returncode == 1
        assert last.startswith("fanzha: ")
        assert sentence in last
        assert all(line.startswith("fanzha: ") and line.endswith(" ...") for line in others), "only what was begun"
    mended = begun(tree)
    assert (mended.communicate(timeout=120), mended.returncode)[1] == 0


def test_what_is_prepared_is_the_home_that_is_named(tree: Path) -> None:
    for words, home in ((["--home", "here"], tree / "here"), ([f"--home={tree}/there"], tree / "there")):
        named = subprocess.run(
            [str(tree / "run"), "--no-serve", *words],
            cwd=tree,
            env={"PATH": f"{tree.parent / 'bin'}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )
        assert named.returncode == 0, named.stderr
        assert f"home: {home}\n" in (tree / "var/logs/set-up.log").read_text()


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tree: Path) -> None:
    (tree / "var").touch()
    started = begun(tree)
    assert started.communicate(timeout=120)[1] == (
        f"fanzha: cannot write to {tree}; is the disk full or read-only? Make room, or unpack fanzha elsewhere.\n"
    )
    assert started.returncode == 1


def test_what_an_interrupt_left_half_made_is_made_anew(tree: Path, tmp_path: Path) -> None:
    started = begun(tree, PIP_WAITS=str(tmp_path / "pip"))
    ends = time.monotonic() + 120
    while not (tmp_path / "pip").exists():
        assert time.monotonic() < ends
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)
    said = started.communicate(timeout=120)[1].splitlines()
    assert said[-1] == "fanzha: stopped; the same command again goes on from here."
    assert started.returncode == 130
    assert not (tree / "var/set-up.lock").exists()
    again = begun(tree)
    said = again.communicate(timeout=120)[1]
    assert again.returncode == 0, said
    assert "making the virtual environment" in said
    third = begun(tree)
    assert third.communicate(timeout=120)[1] == "fanzha: preparing the home (a few minutes: models are trained) ...\n"
