"""Who was convinced, handed from the centre to the city that lives beside it in the demo, so that their story stops there too.

A file of the home, one line for each; the centre appends, the city reads on from the line it came to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from fanzha.centre.secrets import secret
from fanzha.home import Home
from fanzha.signals import Tokeniser
from fanzha.simulation import City, Plan

_FILE = "stopped.ndjson"


def tell(home: Home, subject: str, at: datetime) -> None:
    """Say that from `at` (aware) on the person `subject` (a token) pays no more. Saying it twice changes nothing."""
    with (home.root / _FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"subject": subject, "at": at.isoformat()}) + "\n")


def _lines(home: Home, after: int) -> Iterator[tuple[str, datetime]]:
    try:
        text = (home.root / _FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for line in text.split("\n")[after:-1]:  # what has no line end yet is still being written
        told = json.loads(line)
        yield told["subject"], datetime.fromisoformat(told["at"])


class Heard:
    """What a city has heard so far: `lines` of the file, and the stops that followed, with the instants that counted."""

    def __init__(self, home: Home, city: City, kept: Mapping[str, list[list[str]] | int]) -> None:
        """`kept`: what `keep` gave when the city lived last; it is applied before anything is lived again."""
        self._home, self._city = home, city
        self._tokens = Tokeniser(secret(home, "token_key").encode())
        self._token_of: dict[str, str] = {}
        self.lines = int(str(kept.get("heard", 0)))
        self.stops: list[tuple[str, datetime]] = []
        stops = kept.get("stops", [])
        for person, at in stops if isinstance(stops, list) else []:
            self._stop(person, datetime.fromisoformat(at))

    def listen(self) -> None:
        """Stop the stories of whoever was convinced since the last time."""
        for subject, at in _lines(self._home, self.lines):
            self.lines += 1
            person = self._persons(self._city.plans).get(subject)
            if person is not None:
                self._stop(person, at)

    def keep(self) -> dict[str, list[list[str]] | int]:
        """What the city writes down so that it lives on as it was."""
        return {"heard": self.lines, "stops": [[person, at.isoformat()] for person, at in self.stops]}

    def _stop(self, person: str, at: datetime) -> None:
        self.stops.append((person, self._city.stop(person, at)))

    def _persons(self, plans: Mapping[str, Plan]) -> dict[str, str]:
        for plan in plans.values():
            if plan.person not in self._token_of:
                self._token_of[plan.person] = self._tokens.token("person", plan.person)
        return {token: person for person, token in self._token_of.items()}
