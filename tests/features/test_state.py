"""What the engine remembers: it grows as it must and no further, and forgets nothing that still counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanzha.features import (
    FEATURE_INDEX,
    FEATURES,
    LISTED_FROM,
    LISTED_UNTIL,
    TIE_BITS,
    VIEWS,
    State,
    longest_before,
    move_slots,
    slot_of,
    vectors,
    vectors_by_sql,
)
from tests.features.test_declared import NAMES, stream
from tests.features.test_parity import PER_VIEW, table

WEEK, HALF_YEAR = 7 * 86_400_000 << TIE_BITS, 180 * 86_400_000 << TIE_BITS
keys = st.integers(0, 2**62 - 2)


def filled(touches: int) -> State:
    """A state that has seen a stream."""
    state, rows = State(), stream(3, touches, tuple(NAMES))
    state.began = int(rows[0, 1])
    state.hold(touches, state.began)
    vectors(state.memory, state.layout, rows, state.began, np.zeros((touches, len(FEATURES))))
    return state


def test_what_is_counted_is_what_is_used() -> None:
    memory, sizes = (state := filled(120)).memory, state.layout.block_size
    blocks = sum(int(sizes[view]) for view in range(len(VIEWS)) for base in memory.block_of[:, view] if base >= 0)
    used = [120, blocks, np.count_nonzero(memory.pairs[:, 0]), np.count_nonzero(memory.latest[:, 0])]
    assert memory.counts.tolist() == used
    assert memory.followed.tolist() == [np.count_nonzero(memory.block_of[:, view] >= 0) for view in range(len(VIEWS))]


def test_a_new_state_knows_nobody_and_tells_what_it_takes() -> None:
    state = State()
    assert state.began < 0
    assert (state.memory.block_of == -1).all()
    assert (state.memory.about[:, LISTED_FROM] > state.memory.about[:, LISTED_UNTIL]).all()
    assert not state.memory.about[:, :LISTED_FROM].any()
    for name in ("pairs", "latest", "counts", "followed", "blocks", "entries"):
        assert not getattr(state.memory, name).any(), name
    assert state.bytes_held() == sum(array.nbytes for array in state.memory)


def test_more_subjects_find_room_beside_those_that_are_there() -> None:
    state = filled(40)
    before = {name: getattr(state.memory, name).copy() for name in ("block_of", "about")}
    room = len(state.memory.about)
    state.hold_subjects(room)
    assert len(state.memory.about) == room
    state.hold_subjects(room + 1)
    assert len(state.memory.about) == 2 * room
    state.hold_subjects(5 * room)
    assert len(state.memory.about) == 5 * room
    fresh = State().memory
    for name, was in before.items():
        now = getattr(state.memory, name)
        assert (now[:room] == was).all(), name
        assert (now[room:] == getattr(fresh, name)[-1]).all(), name


def full(state: State, oldest_key: int) -> int:
    """Fill the ring with entries of one age; how many they are."""
    ring = len(state.memory.entries)
    state.memory.entries[:, 0] = oldest_key
    state.memory.entries[:, 1] = np.arange(ring)
    state.memory.counts[0] = ring
    return ring


def test_the_ring_grows_while_its_oldest_entry_is_younger_than_a_week() -> None:
    state, now = State(), 2 * WEEK
    ring = full(state, now - WEEK + 1)
    state.hold(10, now)
    assert len(state.memory.entries) == 2 * ring
    assert (state.memory.entries[:ring, 1] == np.arange(ring)).all()
    assert not state.memory.entries[ring:].any()
    state = State()
    full(state, now - WEEK)
    state.hold(10, now)
    assert len(state.memory.entries) == ring
    state.hold(ring, now)
    assert len(state.memory.entries) == ring
    state.hold(ring + 1, now)
    assert len(state.memory.entries) == 2 * ring


def test_a_ring_that_has_come_round_keeps_every_entry_in_its_place_when_it_grows() -> None:
    state, now = State(), 2 * WEEK
    ring = full(state, now)
    numbers = np.arange(100, ring + 100)
    state.memory.entries[numbers % ring, 1] = numbers
    state.memory.counts[0] = ring + 100
    state.hold(1, now)
    assert (state.memory.entries[numbers % (2 * ring), 1] == numbers).all()


def test_only_the_entries_that_would_be_overwritten_must_be_old() -> None:
    state, now = State(), 2 * WEEK
    ring = full(state, now - WEEK)
    state.memory.entries[10:, 0] = now
    state.hold(10, now)
    assert len(state.memory.entries) == ring
    state.hold(11, now)
    assert len(state.memory.entries) == 2 * ring


def test_there_is_room_for_a_block_for_every_touch() -> None:
    state = State()
    most, room = int(state.layout.block_size.max()), len(state.memory.blocks)
    state.memory.blocks[:] = 5
    state.memory.counts[1] = room - 3 * most
    state.hold(3, 1)
    assert len(state.memory.blocks) == room
    state.hold(4, 1)
    assert len(state.memory.blocks) == 2 * room
    assert (state.memory.blocks[: room - 3 * most] == 5).all()
    assert not state.memory.blocks[room - 3 * most :].any()
    state.hold(room, 1)
    assert len(state.memory.blocks) >= room - 3 * most + room * most


def test_pairs_are_kept_half_a_year_after_they_last_met_and_their_table_stays_at_most_half_full() -> None:
    state, now = State(), HALF_YEAR + 5 * WEEK
    met = [when >> TIE_BITS + 27 << 32 for when in (5 * WEEK, 4 * WEEK)]
    memory, room = state.memory, len(state.memory.pairs)
    half = room // 2
    for key in range(half):
        memory.pairs[slot_of(memory.pairs, key)] = (key + 1, 1000, met[key >= 100] | 9, 7)
    memory.counts[2] = half
    state.hold(0, now)
    assert (len(state.memory.pairs), state.memory.counts[2]) == (room, half), "half full is not too full"
    state.hold(1, now)
    assert state.memory.counts[2] == 100
    assert len(state.memory.pairs) == room
    kept = [slot_of(state.memory.pairs, key) for key in range(100)]
    assert state.memory.pairs[kept].tolist() == [[key + 1, 1000, met[0] | 9, 7] for key in range(100)]
    state.hold(room, now)
    assert state.memory.pairs.shape == (4 * room, 4)


@given(st.lists(keys, unique=True, max_size=60), keys)
def test_a_table_of_keys_finds_what_was_put_and_where_there_is_room(put: list[int], other: int) -> None:
    table = np.zeros((128, 1), np.int64)
    for key in put:
        slot = slot_of(table, key)
        assert table[slot, 0] == 0
        table[slot, 0] = key + 1
    assert all(table[slot_of(table, key), 0] == key + 1 for key in put)
    assert table[slot_of(table, other), 0] == (other + 1 if other in put else 0)


@given(st.dictionaries(keys, st.tuples(st.integers(-5, 5), st.integers()), max_size=60))
def test_a_table_made_anew_has_what_is_young_enough(held: dict[int, tuple[int, int]]) -> None:
    old = np.zeros((128, 3), np.int64)
    for key, values in held.items():
        old[slot_of(old, key)] = (key + 1, values[0], values[1] % 1000)
    new = np.zeros((256, 3), np.int64)
    young = {key: [key + 1, first, second % 1000] for key, (first, second) in held.items() if first >= 0}
    assert move_slots(old, new, 1, 0) == len(young) == np.count_nonzero(new[:, 0])
    assert {key: new[slot_of(new, key)].tolist() for key in young} == young


@pytest.mark.parametrize("parts", [1, 3])
def test_the_longest_that_an_id_came_with_is_remembered_over_two_tables(parts: int) -> None:
    rng = np.random.default_rng(5)
    ids, values = rng.integers(0, 30, 200), rng.integers(0, 50, 200)
    older = np.zeros((128, 2), np.int64)
    for key in range(0, 30, 3):
        older[slot_of(older, key)] = (key + 1, 20 + key)
    longest = {key: 20 + key for key in range(0, 30, 3)}
    wanted = []
    for key, value in zip(ids.tolist(), values.tolist(), strict=True):
        wanted.append(longest.get(key, -1))
        longest[key] = max(longest.get(key, -1), value)
    table, count = np.zeros((128, 2), np.int64), np.zeros(1, np.int64)
    found = [
        longest_before(table, count, older, some, of)
        for some, of in zip(np.array_split(ids, parts), np.array_split(values, parts), strict=True)
    ]
    assert np.concatenate(found).tolist() == wanted
    assert count[0] == np.count_nonzero(table[:, 0]) == len({*ids.tolist()})
    assert (older[:, 0] != 0).sum() == 10


def test_entries_that_left_every_window_are_overwritten_and_nothing_is_lost_by_it() -> None:
    touches, state = stream(5, 400, tuple(NAMES)), State()
    state.memory = state.memory._replace(entries=np.zeros((64, 8), np.int64))
    state.began = int(touches[0, 1])
    found = np.zeros((len(touches), len(FEATURES)))
    for part in np.array_split(np.arange(len(touches)), 40):
        state.hold(len(part), int(touches[part[0], 1]))
        filled = np.zeros((len(part), len(FEATURES)))
        vectors(state.memory, state.layout, touches[part], state.began, filled)
        found[part] = filled
    assert len(state.memory.entries) == 64
    np.testing.assert_allclose(found, vectors_by_sql(touches), rtol=1e-12)


def test_a_ring_that_has_come_round_often_may_grow_in_a_busy_week() -> None:
    called, calling = PER_VIEW["calls_in"], PER_VIEW["number_calls_out"]
    quiet = [(86_400_000 // 3, 0, calling, 5, 30, 0, 0, True) for _ in range(230)]
    busy = [(1000, n % 3, (calling, called)[n % 2], 4 + n % 5, 700, 1, 0, True) for n in range(300)]
    touches, state = table([*quiet, *busy]), State()
    state.memory = state.memory._replace(entries=np.zeros((64, 8), np.int64))
    state.began = int(touches[0, 1])
    found, rings = np.zeros((len(touches), len(FEATURES))), []
    for part in np.array_split(np.arange(len(touches)), 53):
        state.hold(len(part), int(touches[part[0], 1]))
        rings.append(len(state.memory.entries))
        filled = np.zeros((len(part), len(FEATURES)))
        vectors(state.memory, state.layout, touches[part], state.began, filled)
        found[part] = filled
    assert rings[22] == 64, "the ring was overwritten three times before it grew"
    assert rings[-1] == 512
    np.testing.assert_allclose(found, vectors_by_sql(touches), rtol=1e-12)


def test_who_meets_every_month_is_no_stranger_after_half_a_year() -> None:
    landlord, rents, month = PER_VIEW["payments_out"], 12, 30 * 86_400_000
    rows = []
    for paid in range(rents):
        rows.append((month if paid else 0, 1, landlord, 5, 100_000, 0, 0, True))
        rows += [(1, 2, landlord, 10 + paid * 10 + n, 700, 0, 0, True) for n in range(10)]
    touches, state = table(rows), State()
    state.memory = state.memory._replace(pairs=np.zeros((32, 4), np.int64))
    state.began = int(touches[0, 1])
    found = np.zeros((len(touches), len(FEATURES)))
    for part in np.array_split(np.arange(len(touches)), rents):
        state.hold(len(part), int(touches[part[0], 1]))
        filled = np.zeros((len(part), len(FEATURES)))
        vectors(state.memory, state.layout, touches[part], state.began, filled)
        found[part] = filled
    rent = found[:: len(rows) // rents]
    assert rent[:, FEATURE_INDEX["pair_count"]].tolist() == list(range(1, rents + 1))
    assert rent[1:, FEATURE_INDEX["new_payee_fen_24h"]].sum() == 0
    assert len(state.memory.pairs) < 2 * len(rows), "those who met once half a year ago were given up"
