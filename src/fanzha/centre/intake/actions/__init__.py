"""The verbs of intake: receive a batch; take refused rows out, drive them in again, let them expire; fill the lake."""

from fanzha.centre.intake.actions.filling import fill
from fanzha.centre.intake.actions.mending import drive_in, expire, take_out
from fanzha.centre.intake.actions.opened import opened
from fanzha.centre.intake.actions.quarantine import box
from fanzha.centre.intake.actions.receiving import Receipt, Receiver, latest, receive, receivers

__all__ = [
    "Receipt",
    "Receiver",
    "box",
    "drive_in",
    "expire",
    "fill",
    "latest",
    "opened",
    "receive",
    "receivers",
    "take_out",
]
