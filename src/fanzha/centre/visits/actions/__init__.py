"""The verbs of a visit: the only writers; one transaction and one audit entry each."""

from fanzha.centre.visits.actions.addresses import forget_addresses, give_address, open_visit
from fanzha.centre.visits.actions.photos import forget_photos, show_photo
from fanzha.centre.visits.actions.reporting import enter_waiting, report
from fanzha.centre.visits.actions.taking import give_back, take

__all__ = [
    "enter_waiting",
    "forget_addresses",
    "forget_photos",
    "give_address",
    "give_back",
    "open_visit",
    "report",
    "show_photo",
    "take",
]
