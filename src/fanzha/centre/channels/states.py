"""The states of a message and the steps between them.

A receipt tells what really happened, so it may follow a state of ours that was only a guess: a message that we gave up on
can still turn out delivered.
"""

from fanzha.vocabulary import Text

ALLOWED: dict[str, tuple[str, ...]] = {
    "queued": ("sent", "delivered", "answered", "failed", "expired"),
    "sent": ("delivered", "answered", "failed", "expired"),
    "delivered": ("answered",),
    "failed": ("delivered", "answered"),
    "expired": ("delivered", "answered", "failed"),
    "answered": (),
}
ARRIVED = ("delivered", "answered")

NAMES: dict[str, Text] = {
    "queued": Text("待发", "Waiting"),
    "sent": Text("已发出", "Sent"),
    "delivered": Text("已送达", "Delivered"),
    "answered": Text("已回应", "Answered"),
    "failed": Text("失败", "Failed"),
    "expired": Text("已过期", "Expired"),
}
