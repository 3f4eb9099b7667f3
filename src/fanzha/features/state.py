"""What is remembered of every subject: one ring of recent events, each pointing to the one before it of the same view."""

from __future__ import annotations

import numpy as np

from fanzha.features.declarations import VIEWS
from fanzha.features.pairs import move_pairs

RING = 1 << 21
"""Entries kept at first; the ring doubles while its oldest entry is still younger than the longest window."""

HORIZON_US = 7 * 86_400 * 1_000_000


class State:
    """Arrays by subject and by recent event; grown as subjects appear, bounded by the longest window."""

    def __init__(self) -> None:
        self.time = np.zeros(RING, np.int64)
        self.other = np.zeros(RING, np.int64)
        self.value = np.zeros(RING, np.int64)
        self.flags = np.zeros(RING, np.int64)
        self.previous = np.zeros(RING, np.int64)
        self.event = np.zeros(RING, np.int64)
        self.entries = 0
        self.subjects = 0
        self._make(1 << 16)
        self.pair_key = np.zeros(1 << 20, np.int64)
        self.pair_first = np.zeros(1 << 20, np.int64)
        self.pairs = np.zeros(1, np.int64)
        self.followed = np.zeros(len(VIEWS), np.int64)
        self.began = -1

    def _make(self, capacity: int) -> None:
        self.last = np.full((capacity, len(VIEWS)), -1, np.int64)
        self.seen_in = np.zeros(capacity, np.int64)
        self.touches = np.zeros(capacity, np.int64)
        self.listed_from = np.full(capacity, 2**62, np.int64)
        self.listed_until = np.full(capacity, -(2**62), np.int64)
        self.suspected = np.zeros(capacity, np.bool_)
        self.story_began = np.full((capacity, 2), -(2**62), np.int64)
        self.story_signs = np.zeros((capacity, 2), np.int64)
        self.story_rest = np.ones((capacity, 2), np.float64)

    def hold_subjects(self, count: int) -> None:
        """Make room for subjects 0..count-1."""
        self.subjects = max(self.subjects, count)
        capacity = len(self.touches)
        if count <= capacity:
            return
        old = {name: getattr(self, name) for name in _BY_SUBJECT}
        self._make(max(count, 2 * capacity))
        for name, array in old.items():
            getattr(self, name)[:capacity] = array

    def hold_entries(self, count: int, now: int) -> None:
        """Make room for `count` more entries without losing one younger than the longest window at `now`."""
        ring = len(self.time)
        while self.entries + count > ring:
            oldest = self.entries + count - ring
            if count <= ring and self.time[oldest % ring] < now - HORIZON_US:
                break
            bigger = {name: np.zeros(2 * ring, np.int64) for name in _BY_ENTRY}
            kept = np.arange(max(0, self.entries - ring), self.entries)
            for name, array in bigger.items():
                array[kept % (2 * ring)] = getattr(self, name)[kept % ring]
                setattr(self, name, array)
            ring *= 2

    def hold_pairs(self, count: int) -> None:
        """Make room for `count` more pairs of subject and counterparty, at most half full."""
        while 2 * (int(self.pairs[0]) + count) > len(self.pair_key):
            keys, first = self.pair_key, self.pair_first
            self.pair_key = np.zeros(2 * len(keys), np.int64)
            self.pair_first = np.zeros(2 * len(keys), np.int64)
            move_pairs(keys, first, self.pair_key, self.pair_first)


_BY_SUBJECT = (
    "last",
    "seen_in",
    "touches",
    "listed_from",
    "listed_until",
    "suspected",
    "story_began",
    "story_signs",
    "story_rest",
)
_BY_ENTRY = ("time", "other", "value", "flags", "previous", "event")
