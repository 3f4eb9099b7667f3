"""The worker process: warnings from the engine's outbox into the centre's records. `python -m fanzha.centre.worker`."""

from __future__ import annotations

import os
import signal
import threading

import django


def main() -> None:
    """Import the outbox and do what is due, until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
    django.setup()
    from fanzha.centre import rounds
    from fanzha.detection import Outbox
    from fanzha.home import find_home

    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    outbox = Outbox(find_home().log)
    while not stop.is_set():
        read = rounds.import_outbox(outbox)
        rounds.once()  # also while warnings keep coming, or nothing would be offered on a busy day
        if not read:
            stop.wait(0.5)


if __name__ == "__main__":
    main()
