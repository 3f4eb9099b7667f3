"""The worker's rounds: what fails in one is seen, and holds up none of the others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fanzha.centre import rounds

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def test_a_round_that_fails_is_told_of_after_all_the_others_were_done(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def spoiled(now: datetime) -> None:
        raise ValueError(f"a record that nobody can read, at {now:%H:%M}")

    monkeypatch.setattr(
        rounds, "ROUNDS", (lambda _: done.append("before"), spoiled, lambda _: done.append("after"), spoiled)
    )
    with pytest.raises(ExceptionGroup, match="2 of 4 rounds failed") as told:
        rounds.once(NOW)
    assert done == ["before", "after"], "hours later holds still have to end, and messages to go out"
    assert [str(one) for one in told.value.exceptions] == ["a record that nobody can read, at 04:00"] * 2
