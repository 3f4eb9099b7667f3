"""The states of a hold and of an objection, and the steps allowed between them. Source: domain page 12.2, 12.5, 12.7."""

HOLD: dict[str, tuple[str, ...]] = {
    "requested": ("approved", "refused", "expired"),
    "approved": ("in_force", "lifted", "expired"),
    "in_force": ("lifted", "expired"),
    "lifted": (),
    "expired": (),
    "refused": (),
}
"""`requested`: one person decided for it; `approved`: a second one agreed and the bank or operator was asked;
`in_force`: that one confirmed. A request that nobody answers expires as a hold does: nothing waits for ever."""

LIVE = ("approved", "in_force")
"""What may restrict a person: the bank may have acted before it confirmed."""

OPEN = ("requested", *LIVE)

OBJECTION: dict[str, tuple[str, ...]] = {"submitted": ("granted", "refused"), "granted": (), "refused": ()}
"""Acknowledged the moment it is submitted; granted lifts the hold in the same transaction; refused tells the reason."""
