"""`fanzha up` where it cannot start, or is stopped: one sentence that says what to do, and nothing half made in the way."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from postgresql import cluster, programs

from fanzha import model_files
from fanzha.centre.databases import has_records
from fanzha.cli import starting
from fanzha.cli.said import refusal_sentence
from fanzha.home import Home
from fanzha.reading import train_text_model
from fanzha.refusal import Refusal
from fanzha.simulation import message_corpus
from fanzha.vocabulary import load_data

START = "from fanzha.cli import main; main()"
SOURCE = str(Path(__file__).parents[2] / "src")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a small text model, so that none is trained first."""
    corpus = message_corpus(seed=1, size=400)
    model = train_text_model(corpus["text"].to_list(), corpus["label"].to_list(), {"data": "synthetic"})
    (tmp_path / "models").mkdir()
    model.save(tmp_path / "models" / "texts-default.model")
    return tmp_path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def begun(home: Path, port: int | None = None, **named: str) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**own, "PYTHONPATH": SOURCE, "LC_ALL": "C.UTF-8", **named}
    words = ["up", "--home", str(home), "--people", "100", "--port", str(port or free_port())]
    return subprocess.Popen(
        [sys.executable, "-c", START, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(home: Path, port: int | None = None, **named: str) -> str:
    """The sentence with which `fanzha up` ends; it is the only line, and the exit code is 1."""
    process = begun(home, port, **named)
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 1, said
    (line,) = said.splitlines()
    return line.removeprefix("fanzha: ")


def test_a_home_that_is_no_folder_is_said_in_the_readers_language(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    asked = "nothing can be written there; choose another folder with --home: File exists"
    assert refused(tmp_path / "file") == f"{tmp_path}/file: {asked}"
    chinese = refused(tmp_path / "file", LC_ALL="zh_CN.UTF-8")
    assert chinese == f"{tmp_path}/file：此处无法写入，请用 --home 选择别的文件夹（File exists）"


def test_a_port_that_another_program_has_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused(tmp_path, port) == f"--port {port}: another program has this port; choose another one"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL: expected postgresql://user:password@host:port/name"),
        ("postgresql://li@db:port/fanzha", "DATABASE_URL: expected postgresql://user:password@host:port/name"),
        ("postgresql://li:geheim@127.0.0.1:1/x", "DATABASE_URL (127.0.0.1:1): no PostgreSQL answers there; "
         "is it running, and is the address right?"),
    ],
)  # fmt: skip
def test_a_wrong_database_address_is_said_and_no_password_with_it(url: str, sentence: str, tmp_path: Path) -> None:
    assert refused(tmp_path, DATABASE_URL=url) == sentence


@pytest.mark.skipif(programs() is None, reason="left out: PostgreSQL is not installed here")
def test_a_database_that_does_not_let_us_in_says_why(tmp_path: Path) -> None:
    with cluster() as url:
        assert "lets us not in" in refused(tmp_path, DATABASE_URL=url.replace("fanzha@", "nobody:wrong@"))
        other = url.removesuffix("postgres") + "other"
        assert 'database "other" does not exist' in refused(tmp_path, DATABASE_URL=other)


def test_a_home_of_a_newer_version_is_left_alone(home: Path) -> None:
    with sqlite3.connect(home / "centre.sqlite") as records:
        records.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT)")
        records.execute("INSERT INTO django_migrations VALUES (1, 'cases', '9999_later', '2030-01-01')")
    assert "written by a newer fanzha" in refused(home)
    with sqlite3.connect(home / "centre.sqlite") as records:
        assert records.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone() == (1,)


def test_records_that_are_none_and_a_model_of_other_features_are_said(home: Path) -> None:
    (home / "centre.sqlite").write_text("no database, and long enough to be read as the head of one" * 20)
    assert "the centre's records cannot be used" in refused(home)
    (home / "centre.sqlite").unlink()
    other = model_files.ModelFile("detection", {"columns": ["shoe_size"]}, texts={"victim": "tree"})
    model_files.save(home / "models" / "detection-old.model", other)
    assert "trained on other features; train it again" in refused(home)


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "LEAST_FREE", 2**62)
    with pytest.raises(Refusal, match="make room or choose another folder") as full:
        starting.hold_home(Home(tmp_path / "home"), "http://127.0.0.1:8000")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "请腾出空间" in refusal_sentence(full.value)


def test_every_refusal_of_a_start_has_chinese_words() -> None:
    words = load_data("fanzha.cli", "words.yaml")["refusals"]
    codes = set(re.findall(r'code="([a-z.]+)"', Path(starting.__file__).read_text(encoding="utf-8")))
    assert len(codes) >= 8
    assert codes <= set(words)


@pytest.fixture
def running(home: Path) -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    port = free_port()
    process = begun(home, port)
    yield process, home, port
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)


def test_a_second_centre_on_a_home_is_told_where_the_first_is_and_ctrl_c_leaves_a_home_to_start_again(
    running: tuple[subprocess.Popen[str], Path, int],
) -> None:
    process, home, port = running
    assert process.stdout is not None
    assert "is starting on" in process.stdout.readline()
    second = refused(home)
    assert second == (
        f"{home}: a centre is running on this home already; use it, or stop it with Ctrl-C first: http://127.0.0.1:{port}"
    )
    process.send_signal(signal.SIGINT)  # while its parts are still being imported
    assert (process.wait(120), process.communicate()[1]) == (0, "fanzha: stopped\n")
    again = begun(home, port)
    ends = time.monotonic() + 120
    while True:
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/access/sign-in/", trust_env=False).status_code == 200
            break
        except httpx.TransportError:
            assert time.monotonic() < ends, "the centre does not answer"
            assert again.poll() is None
            time.sleep(0.2)
    again.send_signal(signal.SIGINT)
    assert (again.wait(120), again.communicate()[1]) == (0, "fanzha: stopped\n")


def test_records_are_looked_for_where_the_database_address_says(tmp_path: Path) -> None:
    assert not has_records(Home(tmp_path), None)
    assert has_records(Home(tmp_path), "postgresql://li@db/fanzha")
    (tmp_path / "centre.sqlite").touch()
    assert has_records(Home(tmp_path), None)


def test_a_set_up_finds_the_home_unfit_before_it_trains(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = {**os.environ, "PYTHONPATH": SOURCE, "FANZHA_HOME": str(tmp_path / "file"), "LC_ALL": "C.UTF-8"}
    words = [sys.executable, "-m", "fanzha.cli.set_up", "run"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120)
    asked = "nothing can be written there; choose another folder with --home: File exists"
    assert (done.returncode, done.stderr) == (1, f"fanzha: {tmp_path}/file: {asked}\n")
