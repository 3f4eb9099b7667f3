"""The worker process: warnings from the engine's outbox into the centre's records, and what time brings about.

Run with `python -m fanzha.centre.worker`. Warnings are taken in on a thread of their own, so that none waits for a long round.
"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import django

LOOK_S, ROUND_S = 0.02, 0.5
"""How often the outbox is looked into, and the pause between two rounds."""


def main() -> None:
    """Import the outbox and do what is due, until told to stop or something fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
    django.setup()
    from fanzha.centre import rounds
    from fanzha.home import find_home
    from fanzha.outbox import Outbox

    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())

    def take_in() -> None:
        outbox = Outbox(find_home().log)
        try:
            while not stop.is_set():
                if not rounds.import_outbox(outbox):
                    stop.wait(LOOK_S)
        finally:
            stop.set()  # a failure ends the process, and supervision starts it anew

    with ThreadPoolExecutor(1) as beside:
        taking = beside.submit(take_in)
        try:
            while not stop.is_set():
                rounds.once()
                stop.wait(ROUND_S)
        finally:
            stop.set()
        taking.result()


if __name__ == "__main__":
    main()
