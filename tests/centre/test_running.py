"""The whole of it, running: signals over HTTP, a warning on the page by itself, and an end within seconds."""

from __future__ import annotations

import configparser
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from fanzha.centre.certificate import Certificate
from fanzha.centre.supervision import PROGRAMS, write_configuration
from fanzha.home import Home

CHROMIUM = shutil.which("chromium")
START = "from fanzha.cli import main; main()"
CALL = {
    "call_id": "c1",
    "started_at": "2026-03-02T10:00:00+08:00",
    "caller": "15400000009",
    "callee": "15400000001",
    "duration_s": 1900,
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Centre:
    """A centre of its own home, started as its user starts it."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        source = str(Path(__file__).parents[2] / "src")
        environment = {**os.environ, "PYTHONPATH": source, "FANZHA_HOME": str(home)}
        words = ["up", "--port", str(self.port), "--people", "1500", "--speed", "60"]
        self.process = subprocess.Popen([sys.executable, "-c", START, *words], env=environment, stdout=subprocess.PIPE)
        self.address = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                httpx.get(self.address + "/access/sign-in/", trust_env=False)
                return
            except httpx.TransportError:
                time.sleep(0.3)
        raise AssertionError("the centre does not answer")

    def post(self, table: str, body: str, key: str, token: str | None = None) -> httpx.Response:
        token = token or (self.home / "secrets" / "intake_token").read_text()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/x-ndjson"}
        return httpx.post(
            f"{self.address}/api/v1/signals/{table}", content=body, headers=headers, timeout=60, trust_env=False
        )


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Centre]]:
    """The centres that were started, all in one home; at most the last one runs."""
    found = [Centre(tmp_path_factory.mktemp("home"))]
    yield found
    if found[-1].process.poll() is None:
        found[-1].process.send_signal(signal.SIGINT)
        found[-1].process.wait(120)


@pytest.fixture
def centre(started: list[Centre]) -> Centre:
    """The one that runs; started again where a test before has stopped it."""
    if started[-1].process.poll() is not None:
        started.append(Centre(started[-1].home))
    return started[-1]


def test_the_door_for_signals_keeps_the_contract(centre: Centre) -> None:
    line = json.dumps(CALL)
    answer = centre.post("calls", f"{line}\n{{broken\n", "one")
    assert (answer.status_code, answer.json()["accepted"], answer.json()["refused"]) == (200, 1, 1)
    assert answer.json()["quarantine_id"]
    assert centre.post("calls", f"{line}\n{{broken\n", "one").status_code == 200
    assert centre.post("calls", line.replace("1900", "20"), "one").status_code == 409
    assert centre.post("calls", line, "two", token="wrong").status_code == 401
    assert centre.post("songs", line, "three").status_code == 404
    assert centre.post("calls", " " * (33 * 1024 * 1024), "four").status_code == 413
    for status in (401, 404):
        bad = centre.post("calls" if status == 401 else "songs", line, "five", token="wrong" if status == 401 else None)
        assert set(bad.json()["error"]) == {"code", "message"}


def test_who_reads_how_far_the_city_came_never_finds_half_of_it(centre: Centre) -> None:
    state = centre.home / "city.json"
    deadline = time.monotonic() + 120
    while not state.exists() and time.monotonic() < deadline:
        time.sleep(0.3)
    with state.open() as held:
        before = held.read()
        while state.read_text() == before and time.monotonic() < deadline:
            time.sleep(0.3)
        assert json.loads(state.read_text())["reached"] > json.loads(before)["reached"]
        held.seek(0)
        assert held.read() == before, "written beside it and put in its place"


def test_a_program_that_cannot_start_for_a_week_is_still_tried(tmp_path: Path) -> None:
    told = configparser.ConfigParser(interpolation=None)
    told.read(write_configuration(Home(tmp_path), 8000, 100, 1.0))
    for name in PROGRAMS:
        tries = told.getint(f"program:{name}", "startretries")
        # supervisord waits a second longer before each
        assert timedelta(seconds=tries * (tries + 1) // 2) > timedelta(days=7)


def test_a_folder_with_a_blank_and_a_percent_sign_in_its_name_is_one_word_to_every_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supervisor.options import ServerOptions

    folder = tmp_path / "our centre, 100%"
    python = str(folder / "bin" / "python")
    tls = Certificate(folder / "authority.crt", folder / "chain.crt", folder / "leaf.key")
    monkeypatch.setattr(sys, "executable", python)
    options = ServerOptions()
    options.realize(["-c", str(write_configuration(Home(folder), 8000, 100, 1.0, [], tls))])
    programs = {one.name: one for group in options.process_group_configs for one in group.process_configs}
    commands = {name: shlex.split(one.command) for name, one in programs.items()}
    assert all(python in words for words in commands.values())
    assert {str(tls.chain), str(tls.key)} <= set(commands["web"])
    assert {one.environment["FANZHA_HOME"] for one in programs.values()} == {str(folder)}
    assert Path(options.logfile) == folder / "logs" / "supervisord.log"
    assert programs["web"].stdout_logfile == str(folder / "logs" / "web.log")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
def test_a_warning_appears_on_the_open_page_and_is_worked_to_its_outcome(centre: Centre) -> None:
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*flags, "--no-first-run"])
        page = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
        page.goto(centre.address + "/access/sign-in/")
        page.click("[data-role=operator]")
        page.goto(centre.address + "/dissuasion/")
        page.wait_for_selector("#summary")
        instant = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 86_400))
        listed = {"identifier": "bad.example", "kind": "domain", "listed_at": f"{instant}Z"}
        visit = {
            "visit_id": "v1",
            "visited_at": f"{instant}Z",
            "number": "15488888888",  # of nobody in the city, so that the city's own desk has the order
            "domain": "bad.example",
            "form_posted": True,
        }
        assert centre.post("listed", json.dumps(listed), "listed").status_code == 200
        assert centre.post("visits", json.dumps(visit), "visit").status_code == 200
        row = page.locator("#lines li", has_text="在涉诈网址提交表单").first
        row.wait_for(state="attached", timeout=90_000)
        row.locator("a").click()
        page.click("#take")
        page.click("button[value=answered]")
        page.click("a[href*='outcome=D07']")
        page.get_by_role("button", name="提交", exact=True).click()
        page.get_by_text("结果: 重复预警").first.wait_for()
        browser.close()


def test_a_dead_process_is_started_again_and_ctrl_c_stops_all_with_a_stream_open(centre: Centre) -> None:
    client = httpx.Client(base_url=centre.address, trust_env=False, follow_redirects=True, timeout=30)
    client.get("/access/sign-in/")
    client.post(
        "/access/demo/operator/", headers={"X-CSRFToken": client.cookies["csrftoken"], "Referer": centre.address}
    )
    listing = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    children = [line.split(None, 2) for line in listing.splitlines()[1:]]
    (engine,) = [
        int(pid)
        for pid, parent, args in children
        if int(parent) == centre.process.pid and "detection.following" in args
    ]
    os.kill(engine, signal.SIGKILL)
    with client.stream("GET", "/warnings/stream?after=0") as feed:
        assert feed.status_code == 200
        assert next(feed.iter_lines())
        deadline = time.monotonic() + 120
        again: list[str] = []
        while not again and time.monotonic() < deadline:
            time.sleep(0.3)
            listing = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
            rows = [line.split(None, 2) for line in listing.splitlines()[1:]]
            again = [
                pid for pid, parent, args in rows if int(parent) == centre.process.pid and "detection.following" in args
            ]
        assert again
        assert int(again[0]) != engine
        centre.process.send_signal(signal.SIGINT)
        assert centre.process.wait(120) == 0
