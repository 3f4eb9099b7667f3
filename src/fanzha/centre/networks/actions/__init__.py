"""The verbs of networks: the only writers; one transaction and one audit entry each."""

from fanzha.centre.networks.actions.deciding import (
    confirm_link,
    confirm_series,
    reject_link,
    reject_series,
    split_series,
)
from fanzha.centre.networks.actions.finding import take_found
from fanzha.centre.networks.actions.gangs import move_den, move_gang, raise_gang, settle_identifiers, write_den
from fanzha.centre.networks.actions.joining import bring
from fanzha.centre.networks.actions.proposing import propose
from fanzha.centre.networks.actions.searching import RULES, ask, search
from fanzha.centre.networks.actions.sites import see_site

__all__ = [
    "RULES",
    "ask",
    "bring",
    "confirm_link",
    "confirm_series",
    "move_den",
    "move_gang",
    "propose",
    "raise_gang",
    "reject_link",
    "reject_series",
    "search",
    "see_site",
    "settle_identifiers",
    "split_series",
    "take_found",
    "write_den",
]
