"""Which slot a hand has."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from knuckle.batch.lerobot.slots import NOBODY, slots_of

LEFT, RIGHT = True, False


def slots(hands: Sequence[tuple[int, int, bool]], count: int = 2) -> list[int]:
    """The slots of hands, each a frame, a number and a side."""
    frames, tracks, sides = zip(*hands, strict=True) if hands else ((), (), ())
    return slots_of(frames, tracks, sides, count).tolist()


def test_a_side_has_its_slot() -> None:
    """A left hand is in slot 0 and a right one in slot 1, whatever their order."""
    assert [1, 0] == slots([(0, 1, RIGHT), (0, 2, LEFT)])
    assert [0, 1] == slots([(0, 1, LEFT), (0, 2, RIGHT)])


def test_two_hands_of_one_side() -> None:
    """The second has to take what is free."""
    assert [1, 0] == slots([(0, 1, RIGHT), (0, 2, RIGHT)])


def test_a_hand_keeps_its_slot() -> None:
    """Also when its label changes, and while it is not seen."""
    hands = [(0, 1, RIGHT), (1, 1, LEFT), (1, 2, RIGHT), (2, 2, RIGHT), (3, 2, LEFT), (3, 1, LEFT)]

    assert [1, 1, 0, 0, 0, 1] == slots(hands)


def test_the_slot_of_a_hand_that_is_gone_is_free() -> None:
    """The next right hand comes after the first in the same column."""
    assert [1, 1] == slots([(0, 1, RIGHT), (5, 2, RIGHT)])


def test_an_unseen_hand_gives_way() -> None:
    """With one slot, a hand that is there comes before one that will be back."""
    assert [0, 0, 0] == slots([(0, 1, RIGHT), (1, 2, LEFT), (2, 1, RIGHT)], 1)


def test_more_hands_than_slots() -> None:
    """Those that came last are left out."""
    assert [1, 0, NOBODY] == slots([(0, 1, RIGHT), (0, 2, LEFT), (0, 3, LEFT)])


def test_no_hands() -> None:
    """A clip without hands is fine."""
    assert [] == slots([])


@given(
    st.lists(st.sets(st.integers(1, 5), max_size=3), max_size=20),
    st.integers(1, 4),
    st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_no_slot_has_two_hands(frames: list[set[int]], count: int, sides: Sequence[bool]) -> None:
    """Whatever comes and goes, and nobody is left out while a slot is free."""
    hands = [(i, track) for i, tracks in enumerate(frames) for track in sorted(tracks)]
    found = slots([(*hand, side) for hand, side in zip(hands, sides, strict=False)], count)

    for i, tracks in enumerate(frames):
        here = [slot for (frame, _), slot in zip(hands, found, strict=True) if frame == i]
        held = [slot for slot in here if slot != NOBODY]
        assert len(set(held)) == len(held) == min(len(tracks), count)
