"""What the register keeps."""

from fanzha.centre.cases.models.case import Case, Numbering, SavedFilter
from fanzha.centre.cases.models.facts import Identifier, Reading, Report, Transfer
from fanzha.centre.cases.models.money import Recovery, VictimCare
from fanzha.centre.cases.models.work import FilingNotice, InvolvedCard, Overdue, Twin, WorkItem

__all__ = [
    "Case",
    "FilingNotice",
    "Identifier",
    "InvolvedCard",
    "Numbering",
    "Overdue",
    "Reading",
    "Recovery",
    "Report",
    "SavedFilter",
    "Transfer",
    "Twin",
    "VictimCare",
    "WorkItem",
]
