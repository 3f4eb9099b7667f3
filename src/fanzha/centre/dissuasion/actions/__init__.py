"""The verbs of an order: the only writers; one transaction and one audit entry each."""

from fanzha.centre.dissuasion.actions.assigning import (
    assign_waiting,
    decide_transfer,
    offer_transfer,
    take,
    take_back,
    take_next,
)
from fanzha.centre.dissuasion.actions.clocks import explain_breach, find_breaches
from fanzha.centre.dissuasion.actions.levels import decide_lower, propose_lower, raise_level
from fanzha.centre.dissuasion.actions.opening import OWN, Incoming, open_orders
from fanzha.centre.dissuasion.actions.tasks import finish_follow_up, give_back, take_task
from fanzha.centre.dissuasion.actions.working import (
    VERDICTS,
    after_closing,
    conclude_automatically,
    correct_outcome,
    missing,
    record_contact,
    record_meeting,
    record_outcome,
    review,
)

__all__ = [
    "OWN",
    "VERDICTS",
    "Incoming",
    "after_closing",
    "assign_waiting",
    "conclude_automatically",
    "correct_outcome",
    "decide_lower",
    "decide_transfer",
    "explain_breach",
    "find_breaches",
    "finish_follow_up",
    "give_back",
    "missing",
    "offer_transfer",
    "open_orders",
    "propose_lower",
    "raise_level",
    "record_contact",
    "record_meeting",
    "record_outcome",
    "review",
    "take",
    "take_back",
    "take_next",
    "take_task",
]
