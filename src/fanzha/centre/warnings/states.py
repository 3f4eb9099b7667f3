"""The states of a warning and the steps allowed between them. Source: domain page 12.1."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "received": ("taken",),
    "taken": ("contacting", "closed"),
    "contacting": ("contacting", "closed"),
    "closed": (),
}
OPEN = ("received", "taken", "contacting")
KEEPS_OPEN = ("D08",)
"""Outcomes after which the work goes on: the person was not found for now."""
