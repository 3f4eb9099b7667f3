"""Databases in which one transaction writes at a time, and those who wait are served in turn.

Every act ends in the audit chain, which has one newest entry, so acts come one after the other in any case. Taking the turn at
the beginning of a transaction instead of at its end means that no act reads what another is about to change, that two acts can
never wait for each other, and that running numbers appear in their order. Reading outside of a transaction never waits.
"""
