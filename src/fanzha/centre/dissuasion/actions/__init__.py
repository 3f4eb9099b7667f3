"""The verbs of an order: the only writers; one transaction and one audit entry each."""

from fanzha.centre.dissuasion.actions.assigning import after_taking, assign_waiting, take, take_back, take_next
from fanzha.centre.dissuasion.actions.automatic import (
    ask_for_call,
    begin_automatic,
    only_told,
    record_automatic_contact,
    told_automatically,
)
from fanzha.centre.dissuasion.actions.briefs import keep_brief
from fanzha.centre.dissuasion.actions.clocks import explain_breach, find_breaches
from fanzha.centre.dissuasion.actions.concluding import (
    after_closing,
    after_outcome,
    conclude_automatically,
    missing,
    record_outcome,
)
from fanzha.centre.dissuasion.actions.levels import decide_lower, propose_lower, raise_level
from fanzha.centre.dissuasion.actions.opening import OWN, Incoming, open_orders
from fanzha.centre.dissuasion.actions.reviewing import VERDICTS, correct_outcome, review
from fanzha.centre.dissuasion.actions.steps import locked
from fanzha.centre.dissuasion.actions.tasks import finish_follow_up, give_back, take_task
from fanzha.centre.dissuasion.actions.transfers import decide_transfer, offer_transfer
from fanzha.centre.dissuasion.actions.working import ask_for_language, protectors, record_contact, record_meeting

__all__ = [
    "OWN",
    "VERDICTS",
    "Incoming",
    "after_closing",
    "after_outcome",
    "after_taking",
    "ask_for_call",
    "ask_for_language",
    "assign_waiting",
    "begin_automatic",
    "conclude_automatically",
    "correct_outcome",
    "decide_lower",
    "decide_transfer",
    "explain_breach",
    "find_breaches",
    "finish_follow_up",
    "give_back",
    "keep_brief",
    "locked",
    "missing",
    "offer_transfer",
    "only_told",
    "open_orders",
    "propose_lower",
    "protectors",
    "raise_level",
    "record_automatic_contact",
    "record_contact",
    "record_meeting",
    "record_outcome",
    "review",
    "take",
    "take_back",
    "take_next",
    "take_task",
    "told_automatically",
]
