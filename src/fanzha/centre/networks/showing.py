"""How a shared trace is shown: people's identifiers masked, what a site was seen with in part, a script by how alike it is."""

from __future__ import annotations

from collections.abc import Iterable

from fanzha.centre.access import vault
from fanzha.centre.networks import traces
from fanzha.linking.strengths import SCRIPT

LONGEST = 20


def shown(values: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(kind, value) of evidence -> how it is shown."""
    told = set(values)
    masked = vault.masked([value for kind, value in told if kind not in traces.OF_SITES and kind != "script"])
    found = {}
    for kind, value in told:
        if kind == "script":
            found[kind, value] = f"≥ {SCRIPT['at_least']:.0%}"
        else:
            found[kind, value] = value[:LONGEST] if kind in traces.OF_SITES else masked[value]
    return found
