"""The verbs of suspects and of co-operation: the only writers; one transaction and one audit entry each."""

from fanzha.centre.suspects.actions.cooperating import answer, ask, came_back
from fanzha.centre.suspects.actions.naming import bring, give_role, measure, name, put, take_back_role

__all__ = ["answer", "ask", "bring", "came_back", "give_role", "measure", "name", "put", "take_back_role"]
