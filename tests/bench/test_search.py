"""What the comparison of search policies counts."""

from __future__ import annotations

import pytest

from bench.search import FPS, comings, new_hands


@pytest.mark.parametrize(
    ("plain", "hands", "frames"),
    [
        ([0, 1, 1], [0, 1, 1], [0]),
        ([0, 1, 1, 1], [0, 0, 0, 1], [2]),
        ([0, 1, 1, 0, 1], [0, 0, 0, 0, 1], [2, 0]),  # never found the first time
        ([0, 2, 2], [0, 1, 2], [0, 1]),  # two at once
        ([0, 0, 1], [0, 1, 1], [0]),  # found earlier
        ([1, 1, 1], [0, 0, 1], []),  # was there from the start
    ],
)
def test_a_delay_is_behind_a_search_in_every_frame(
    plain: list[int], hands: list[int], frames: list[int]
) -> None:
    """In frames, here; a hand that is never found counts with all its time."""
    assert pytest.approx([1000 * n / FPS for n in frames]) == new_hands(plain, hands)


def test_streams_made_of_samples_end_with_the_hand_in_place() -> None:
    """The last frames stand still, and the first differ from them."""
    for images in comings():
        assert (images[-1] == images[-20]).all()
        assert (images[0] != images[-1]).any()
        assert {image.shape for image in images} == {(480, 640, 3)}
