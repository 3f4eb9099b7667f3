"""What is learned from: rows of moments with what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanzha.detection.scoring import COLUMNS

Ints = NDArray[np.int64]
Rows = NDArray[np.float32]


@dataclass
class Sample:
    """Rows of one kind: every moment of a share (1 of `thinned`) of the subjects that nothing is known of, and of all others.

    `labels`: 1 true, 0 not, -1 not to be learned from. `late`: in the last part of its log's time.
    """

    subjects: Ints
    at: Ints
    rows: Rows
    labels: NDArray[np.int8]
    thinned: Ints
    late: NDArray[np.bool_]

    def weights(self) -> NDArray[np.float64]:
        """Each subject weighs the root of its moments, so that one who calls all day does not outweigh the others."""
        _, place, count = np.unique(self.subjects, return_inverse=True, return_counts=True)
        weight = 1 / np.sqrt(count[place])
        return np.where(self.labels == 0, weight * self.thinned, weight)


def joined(samples: Sequence[Sample]) -> Sample:
    """The samples of several logs as one; subjects of different logs stay apart."""
    if not samples:
        none = np.zeros(0, np.int64)
        return Sample(
            none, none, np.zeros((0, len(COLUMNS)), np.float32), none.astype(np.int8), none, none.astype(bool)
        )
    subjects, ahead = [], 0
    for sample in samples:
        subjects.append(sample.subjects + ahead)
        ahead += int(sample.subjects.max(initial=-1)) + 1
    rest = {
        name: np.concatenate([getattr(sample, name) for sample in samples])
        for name in ("at", "rows", "labels", "thinned", "late")
    }
    return Sample(np.concatenate(subjects), **rest)
