"""Whose hand in one part of a clip is whose in the next."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from knuckle.batch.clips import Clip
from knuckle.batch.splitting.seams import MOST_MEETINGS, Joined, hands_of, same_hands, with_part
from knuckle.values import Hand, Handedness
from tests.batch.made_tables import Frames, frame_at, record_of, table_bytes
from tests.made_hands import hand

RATE = 10.0  # frames per second of the clips here
RECORD = record_of(Clip("/a.mp4", id="a"))


def followed(
    x: float, id: int, age: float = 0.0, handedness: Handedness = "right", y: float = 240.0
) -> Hand:
    """A hand at a place, with its number."""
    return replace(hand(x, y, handedness), track_id=id, age=age)


def part(frames: Mapping[int, Sequence[Hand]]) -> Any:
    """The table of a part, by the index of the frame."""
    rows: Frames = [(frame_at(i, RATE), hands) for i, hands in frames.items()]
    return parquet.read_table(io.BytesIO(table_bytes(RECORD, rows)))


def joined(*parts: tuple[float, Any]) -> list[tuple[int, int | None, int | None, float | None]]:
    """The rows of the whole: frame, place of the hand, its number and its age.

    parts: each with its start, seconds.
    """
    known, tables = Joined(), []
    for start, table in parts:
        known, rows = with_part(known, table, start)
        tables.append(rows)
    whole = arrow.concat_tables(tables)
    ages = [age and round(age, 3) for age in whole["age"].to_pylist()]
    columns = [whole[name].to_pylist() for name in ("frame", "hand", "track_id")]
    return list(zip(*columns, ages, strict=True))


def numbers(*parts: tuple[float, Any]) -> list[tuple[int, ...]]:
    """The numbers of the hands in each frame of the whole."""
    found: dict[int, tuple[int, ...]] = {}
    for frame, _, id, _ in joined(*parts):
        found[frame] = found.get(frame, ()) + ((id,) if id is not None else ())
    return list(found.values())


def test_hands_keep_their_numbers_over_a_seam() -> None:
    """Also if the later part has seen them in another order, and ages go on."""
    first = part({i: [followed(100, 1, i / 10), followed(300, 2, i / 10)] for i in range(4)})
    second = part(
        {i: [followed(301, 1, (i - 2) / 10), followed(101, 2, (i - 2) / 10)] for i in range(2, 6)}
    )

    assert [
        (frame, place, place + 1, round(frame / 10, 3)) for frame in range(6) for place in (0, 1)
    ] == joined((0.0, first), (0.4, second))


def test_places_follow_the_numbers() -> None:
    """The whole row moves, not the numbers alone."""
    first = part({i: [followed(100, 1), followed(300, 2)] for i in range(4)})
    second = part({i: [followed(301, 1), followed(101, 2)] for i in range(2, 6)})

    known, _ = with_part(Joined(), first, 0.0)
    _, rows = with_part(known, second, 0.4)

    assert [101, 301, 101, 301] == rows["wrist_x_px"].to_pylist()
    assert [0, 1, 0, 1] == rows["hand"].to_pylist()
    assert second.schema.equals(rows.schema, check_metadata=False)


def test_no_frame_is_twice_or_missing() -> None:
    """Frames without a hand count, too, on both sides of the seam."""
    first = part({i: [followed(100, 1)] if i % 2 else [] for i in range(5)})
    second = part({i: [followed(100, 1)] if i % 2 else [] for i in range(3, 9)})

    assert [(), (1,)] * 4 + [()] == numbers((0.0, first), (0.5, second))


def test_a_frame_at_the_start_of_a_part_is_of_that_part() -> None:
    """As a span has its first moment, but not its last."""
    first = part({i: [] for i in range(3)})
    second = part({i: [] for i in range(2, 5)})

    assert [0, 1, 2, 3, 4] == [row[0] for row in joined((0.0, first), (0.3, second))]


def test_a_new_hand_gets_a_new_number() -> None:
    """The next after all that were there."""
    first = part({i: [followed(100, 1), followed(300, 2)] for i in range(4)})
    second = part({i: [followed(100, 1)] + [followed(500, 2)] * (i > 4) for i in range(2, 6)})

    assert [(1, 2)] * 4 + [(1,), (1, 3)] == numbers((0.0, first), (0.4, second))


def test_a_hand_that_leaves_at_the_seam_takes_no_number() -> None:
    """Neither one that both parts saw, nor one that only the later one saw before its start."""
    first = part({i: [followed(100, 1)] for i in range(4)})
    second = part(
        {i: [followed(100, 1), followed(300, 2)] if i < 4 else [] for i in range(2, 5)}
        | {5: [followed(550, 3)]}
    )

    assert [(1,)] * 4 + [(), (2,)] == numbers((0.0, first), (0.4, second))


def test_a_hand_that_only_the_later_part_saw_before_the_seam_keeps_its_age() -> None:
    """It was there, though the earlier part did not see it."""
    first = part({i: [] for i in range(4)})
    second = part({i: [followed(100, 1, (i - 2) / 10)] for i in range(2, 6)})

    assert [(4, 0, 1, 0.2), (5, 0, 1, 0.3)] == joined((0.0, first), (0.4, second))[4:]


def test_a_seam_without_hands() -> None:
    """There is nothing to join."""
    first, second = part({i: [] for i in range(3)}), part({i: [] for i in range(2, 5)})

    assert [()] * 5 == numbers((0.0, first), (0.3, second))


def test_a_hand_that_comes_back_after_the_seam_is_the_same() -> None:
    """If it is soon and near, as within a part; its age goes on from when it was first seen."""
    first = part({i: [followed(100, 1, i / 10)] if i < 3 else [] for i in range(6)})
    second = part({i: [followed(120, 1)] if i == 8 else [] for i in range(4, 9)})

    assert (8, 0, 1, 0.8) == joined((0.0, first), (0.6, second))[-1]


@pytest.mark.parametrize(
    ("x", "frame", "handedness"), [(500, 8, "right"), (120, 40, "right"), (190, 4, "left")]
)
def test_another_hand_that_comes_after_the_seam_is_another(
    x: float, frame: int, handedness: Handedness
) -> None:
    """If it is far from the last place of the one that was lost, late, or of the other side."""
    first = part({0: [followed(100, 1)], 1: [], 2: []})
    later = {i: [followed(x, 1, handedness=handedness)] if i == frame else [] for i in range(3, 41)}

    assert (2,) == numbers((0.0, first), (0.3, part(later)))[frame]
    near = {i: [followed(190, 1)] if i == 4 else [] for i in range(3, 6)}
    assert (1,) == numbers((0.0, first), (0.3, part(near)))[4]


def test_a_hand_that_is_still_there_is_not_the_one_that_comes() -> None:
    """Two hands side by side: one that both parts follow, and a new one where it was."""
    first = part({i: [followed(100, 1)] for i in range(5)})
    second = part({i: [followed(100, 1)] + [followed(160, 2)] * (i > 5) for i in range(3, 8)})

    assert [(1,), (1, 2), (1, 2)] == numbers((0.0, first), (0.5, second))[5:]


def test_hands_that_are_far_apart_are_not_joined() -> None:
    """Not even if they are the only ones, or the costs of others would be less in sum."""
    first = part({i: [followed(100, 1)] for i in range(4)})
    second = part({i: [followed(400, 1)] for i in range(2, 6)})

    assert [(1,)] * 4 + [(2,)] * 2 == numbers((0.0, first), (0.4, second))


def test_the_frames_next_to_the_seam_count() -> None:
    """Two hands change places, and one part follows them: where they are at the seam counts."""
    swap = 20 - MOST_MEETINGS
    first = part({i: [followed(100, 1), followed(300, 2)] for i in range(20)})
    second = part(
        {i: [followed(100, 1), followed(300, 2)] for i in range(swap)}
        | {i: [followed(300, 1), followed(100, 2)] for i in range(swap, 22)}
    )

    found = same_hands(hands_of(first), hands_of(second), 2.0, 20)

    assert {1: 2, 2: 1} == found


def test_one_frame_in_common_is_enough_where_there_is_no_other() -> None:
    """As at one frame per second."""
    first, second = (part({i: [followed(100, 1)] for i in place}) for place in ([0, 1], [1, 2]))

    assert {1: 1} == same_hands(hands_of(first), hands_of(second), 0.2, 1)


def test_two_hands_that_met_in_one_of_many_frames_are_not_joined() -> None:
    """What is lost as another comes may be another, and what comes back late is."""
    first = part({i: [followed(100, 1)] if i < 3 else [] for i in range(40)})
    second = part({i: [followed(100, 1)] if i == 2 or i > 38 else [] for i in range(2, 50)})

    assert {} == same_hands(hands_of(first), hands_of(second), 4.0, 38)


def test_a_table_without_hands_has_none() -> None:
    """With arrays of the right shapes."""
    hands = hands_of(part({0: []}))

    assert ([], (0, 21, 2)) == (hands.ids, hands.points.shape)


def cut(
    truth: Mapping[int, Sequence[Hand]], starts: Sequence[int], overlap: int, seed: int
) -> Iterable[tuple[float, Any]]:
    """A clip as parts see it: each with numbers and ages of its own, and small errors."""
    random = np.random.default_rng(seed)
    for start, stop in pairwise([*starts, len(truth)]):
        names: dict[int | None, int] = {}
        born: dict[int | None, float] = {}
        order = random.permutation(99) + 1
        seen = {}
        for i in range(max(start - overlap, 0), stop):
            hands = []
            for h in truth[i]:
                names.setdefault(h.track_id, int(order[len(names)]))
                born.setdefault(h.track_id, i / RATE)
                points = h.points + random.normal(0, 1, (21, 2)).astype(np.float32)
                age = i / RATE - born[h.track_id]
                hands.append(replace(h, track_id=names[h.track_id], age=age, points=points))
            seen[i] = [hands[k] for k in random.permutation(len(hands))]
        yield start / RATE, part(seen)


@pytest.mark.parametrize("seed", range(4))
def test_the_whole_is_found_again_in_its_parts(seed: int) -> None:
    """Three hands that wander, come and go, are cut in five, and joined to what they were."""
    random = np.random.default_rng(seed)
    x = np.cumsum(random.normal(0, 3, (3, 100)), axis=1) + np.array([[50], [300], [550]])
    spans = [(0, 100), (17, 61), (38, 100)]
    truth = {
        i: [
            followed(x[k, i], k + 1, (i - spans[k][0]) / RATE, "left" if k % 2 else "right")
            for k in range(3)
            if spans[k][0] <= i < spans[k][1]
        ]
        for i in range(100)
    }
    expected = [
        (i, place, h.track_id, round(h.age, 3))
        for i, hands in truth.items()
        for place, h in enumerate(hands)
    ]

    assert expected == joined(*cut(truth, [0, 20, 40, 60, 80], 10, seed))
