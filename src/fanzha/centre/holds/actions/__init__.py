"""The verbs of a hold and of an objection: the only writers; one transaction and one audit entry each."""

from fanzha.centre.holds.actions.confirming import confirm
from fanzha.centre.holds.actions.deciding import approve, refuse, request
from fanzha.centre.holds.actions.ending import end_due, lift, lift_after_closing
from fanzha.centre.holds.actions.objecting import decide_objection, object_at_counter, object_by_receipt
from fanzha.centre.holds.actions.protecting import protect

__all__ = [
    "approve",
    "confirm",
    "decide_objection",
    "end_due",
    "lift",
    "lift_after_closing",
    "object_at_counter",
    "object_by_receipt",
    "protect",
    "refuse",
    "request",
]
