"""The states of an order and of a task, and the steps allowed between them. Source: domain page 12.2."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "created": ("assigned", "acknowledged"),
    "assigned": ("created", "acknowledged"),
    "acknowledged": ("created", "contacting", "reached", "unreachable", "met", "feedback_submitted"),
    "contacting": ("created", "contacting", "reached", "unreachable", "met", "feedback_submitted"),
    "reached": ("created", "reached", "contacting", "met", "feedback_submitted"),
    "unreachable": ("created", "contacting", "unreachable", "reached", "met", "feedback_submitted"),
    "met": ("created", "met", "reached", "contacting", "feedback_submitted"),
    "feedback_submitted": ("closed",),
    "closed": ("created",),
}
"""Back to `created`: taken back, accepted by another unit, or opened again by a further sign."""

WAITING = ("created", "assigned")
WORKED = ("acknowledged", "contacting", "reached", "unreachable", "met")
OPEN = (*WAITING, *WORKED, "feedback_submitted")
ENDED = ("closed",)

TASKS: dict[str, tuple[str, ...]] = {
    "open": ("held", "done", "dropped"),
    "held": ("open", "done", "dropped"),
    "done": (),
    "dropped": (),
}


def task_before(to: str) -> tuple[str, ...]:
    """The states of a task that a step leads from into `to`."""
    return tuple(state for state, steps in TASKS.items() if to in steps)
