"""What pages and other apps read of cases."""

from fanzha.centre.cases.queries.about import Found, found_by, spelled
from fanzha.centre.cases.queries.cards import CardLine, card_lines, cards, not_worked
from fanzha.centre.cases.queries.filed import filed
from fanzha.centre.cases.queries.listing import Line, chosen, filters_of, lines, one_page
from fanzha.centre.cases.queries.page import case_page
from fanzha.centre.cases.queries.waiting import (
    LONGEST_LIST,
    for_handover,
    overdue_lines,
    overdue_of,
    to_look_after,
    twins_waiting,
)

__all__ = [
    "LONGEST_LIST",
    "CardLine",
    "Found",
    "Line",
    "card_lines",
    "cards",
    "case_page",
    "chosen",
    "filed",
    "filters_of",
    "for_handover",
    "found_by",
    "lines",
    "not_worked",
    "one_page",
    "overdue_lines",
    "overdue_of",
    "spelled",
    "to_look_after",
    "twins_waiting",
]
