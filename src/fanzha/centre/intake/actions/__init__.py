"""The verbs of intake: receive a batch; take refused rows out, drive them in again, let them expire."""

from fanzha.centre.intake.actions.mending import drive_in, expire, take_out
from fanzha.centre.intake.actions.quarantine import box
from fanzha.centre.intake.actions.receiving import Receipt, Receiver, receive, receivers

__all__ = ["Receipt", "Receiver", "box", "drive_in", "expire", "receive", "receivers", "take_out"]
