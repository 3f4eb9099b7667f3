"""The clock of a demo home is the city's: it waits for the city when the centre is slow, and never goes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from fanzha.centre import city, clock
from fanzha.home import Home


class SlowCentre(BaseHTTPRequestHandler):
    """Takes every batch, each after a while."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.15)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """What it was asked is nobody's concern here."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowCentre)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def live_for(home: Home, port: int, seconds: float) -> list[datetime]:
    """What the clock shows while a city lives for some seconds of the wall."""
    stop, seen = threading.Event(), list[datetime]()
    living = threading.Thread(target=city.live, args=(home, port, 300, 600.0, stop))
    living.start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if clock.shown(home, time.time()):
            seen.append(clock.now())
        time.sleep(0.005)
    stop.set()
    living.join()
    return seen


def test_the_clock_never_goes_back_while_batches_are_slow_nor_when_the_city_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    monkeypatch.setenv("FANZHA_HOME", str(tmp_path))
    home = Home(tmp_path)
    seen = live_for(home, port, 9)
    assert seen[-1] > seen[0], "the city lives"
    seen += live_for(home, port, 3)
    back = [earlier - later for earlier, later in pairwise(seen) if later < earlier]
    assert not back
