"""What the codes in the history of a hold mean; its key stands there for the audit alone."""

from __future__ import annotations

from fanzha.centre.access.words import Teller, begins_with, unsaid
from fanzha.centre.holds import terms
from fanzha.vocabulary import Text

VIA = {"page": Text("网上提出", "by the page"), "counter": Text("柜台提出", "at a counter")}


def _asked(said: str) -> Text | None:
    """The code of a reason, and the note behind it."""
    code, _, note = said.partition(" ")
    why = terms.REASONS.get(code)
    return Text(f"{why.zh} {note}".strip(), f"{why.en} {note}".strip()) if why else None


_key = begins_with(unsaid)
TOLD: dict[str, Teller] = {
    "hold_requested": begins_with(unsaid, _asked),
    "hold_approved": _key,
    "hold_refused": _key,
    "hold_in_force": _key,
    "hold_undone": _key,
    "hold_told": _key,
    "hold_lifted": begins_with(unsaid, terms.ENDS.get),
    "hold_expired": begins_with(unsaid, terms.ENDS.get),
    "objection": begins_with(unsaid, VIA.get),
    "objection_granted": _key,
    "objection_refused": _key,
}
"""By act."""
