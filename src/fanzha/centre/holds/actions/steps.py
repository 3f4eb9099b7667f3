"""One step of a hold: only those that states.py allows."""

from __future__ import annotations

from fanzha.centre.holds import states
from fanzha.centre.holds.models import Hold
from fanzha.refusal import Refusal


def locked(hold_id: int) -> Hold:
    """The hold with its order, held until the transaction ends. Refusal when there is none."""
    hold = Hold.objects.select_for_update(of=("self",)).select_related("order").filter(pk=hold_id).first()
    if hold is None:
        raise Refusal("no such hold", code="hold.unknown", where=str(hold_id))
    return hold


def move(hold: Hold, to: str) -> None:
    """Bring a hold into a state; the caller saves. Refusal when the step is not allowed."""
    if to not in states.HOLD[hold.state]:
        raise Refusal(f"a hold that is {hold.state} cannot become {to}", code="hold.state", where=str(hold.pk))
    hold.state = to
