"""The verbs of a case: the only writers; one transaction and one audit entry each."""

from fanzha.centre.cases.actions.confirming import after_report, confirm, export, settled, show
from fanzha.centre.cases.actions.filing import answer_review, ask_for_review, tell
from fanzha.centre.cases.actions.filters import drop_filter, keep_filter
from fanzha.centre.cases.actions.moving import examine_longer, give_to, move, obstacles
from fanzha.centre.cases.actions.opening import open_case
from fanzha.centre.cases.actions.overdue import explain, fall, find_overdue
from fanzha.centre.cases.actions.reporting import Told, take_report
from fanzha.centre.cases.actions.searching import look_up, unmask
from fanzha.centre.cases.actions.sent import bring_in, claim, nothing_more
from fanzha.centre.cases.actions.twins import after_joining, join, keep_apart
from fanzha.centre.cases.actions.working import care_for, recover, set_facts, used_here, work, work_card

__all__ = [
    "Told",
    "after_joining",
    "after_report",
    "answer_review",
    "ask_for_review",
    "bring_in",
    "care_for",
    "claim",
    "confirm",
    "drop_filter",
    "examine_longer",
    "explain",
    "export",
    "fall",
    "find_overdue",
    "give_to",
    "join",
    "keep_apart",
    "keep_filter",
    "look_up",
    "move",
    "nothing_more",
    "obstacles",
    "open_case",
    "recover",
    "set_facts",
    "settled",
    "show",
    "take_report",
    "tell",
    "unmask",
    "used_here",
    "work",
    "work_card",
]
