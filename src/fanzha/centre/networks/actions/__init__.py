"""The verbs of networks: the only writers; one transaction and one audit entry each."""

from fanzha.centre.networks.actions.deciding import (
    confirm_link,
    confirm_series,
    reject_link,
    reject_series,
    split_series,
)
from fanzha.centre.networks.actions.gangs import move_den, move_gang, raise_gang, take_found
from fanzha.centre.networks.actions.proposing import propose

__all__ = [
    "confirm_link",
    "confirm_series",
    "move_den",
    "move_gang",
    "propose",
    "raise_gang",
    "reject_link",
    "reject_series",
    "split_series",
    "take_found",
]
