from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knuckle.errors import SourceError
from knuckle.evaluate.recorded import find_recorded, read_recorded
from knuckle.evaluate.values import Clip, Dataset, TruePicture
from knuckle.outputs import open_sink
from knuckle.values import Frame, Hand
from tests.evaluate.hands import POINTS, world
from tests.made_hands import hand

IMAGE = np.zeros((200, 100, 3), np.uint8)  # 100 wide, 200 high


def written(path: Path, content: Any) -> Path:
    """The path, with the content as JSON."""
    path.write_text(json.dumps(content))
    return path


def test_points_are_taken_as_they_are(tmp_path: Path) -> None:
    """In the wrapping, pixels and the person's own hand."""
    hand = {"points": POINTS.tolist(), "handedness": "Left", "id": 3}
    content = {"name": "mine 2", "mirrored": False, "answers": {"a.jpg": [hand]}}
    recorded = read_recorded(written(tmp_path / "r.json", content))
    found = recorded.read("a.jpg", IMAGE)

    assert "mine 2, recorded" == recorded.name
    assert found is not None
    np.testing.assert_array_equal(POINTS, found[0].points)
    assert ("left", 3, None) == (found[0].handedness, found[0].id, found[0].world)


def test_mediapipe_answers_need_no_wrapping(tmp_path: Path) -> None:
    """Normalised landmarks, and labels of a mirrored picture."""
    normalised = np.column_stack([POINTS / [100, 200], np.zeros(21)])
    hand = {"landmarks": normalised.tolist(), "world": world().tolist(), "handedness": "Left"}
    recorded = read_recorded(written(tmp_path / "mediapipe_1.json", {"a.jpg": [hand]}))
    found = recorded.read("a.jpg", IMAGE)

    assert "mediapipe 1, recorded" == recorded.name
    assert found is not None
    np.testing.assert_allclose(POINTS, found[0].points)
    assert "right" == found[0].handedness
    assert found[0].world is not None
    np.testing.assert_allclose(world(), found[0].world)


def test_confidences_are_read(tmp_path: Path) -> None:
    """Where there are some; they are no one's duty."""
    hands = [{"points": POINTS.tolist()}, {"points": POINTS.tolist(), "confidence": [0.25] * 21}]
    found = read_recorded(written(tmp_path / "r.json", {"a.jpg": hands})).read("a.jpg", IMAGE)

    assert found is not None
    assert found[0].confidence is None
    np.testing.assert_array_equal(np.full(21, 0.25), found[1].confidence)


def test_a_clip_is_answered_frame_by_frame(tmp_path: Path) -> None:
    """A list holds the hands of each frame, by the frame's index, and nothing beyond."""
    recorded = read_recorded(written(tmp_path / "r.json", [[], [{"points": POINTS.tolist()}]]))
    follow = recorded.follow("clip")
    counts = [follow(Frame(IMAGE, i, i / 30)) for i in range(3)]

    assert [0, 1, None] == [None if hands is None else len(hands) for hands in counts]


def test_what_was_not_recorded_has_no_prediction(tmp_path: Path) -> None:
    """Which is not the same as no hands."""
    recorded = read_recorded(written(tmp_path / "r.json", {"a.jpg": []}))

    assert [] == recorded.read("a.jpg", IMAGE)
    assert recorded.read("b.jpg", IMAGE) is None


@pytest.mark.parametrize(
    ("hand", "reason"),
    [
        ({"points": [[1, 2]] * 20}, "21 x 2 numbers"),
        ({"points": [[1, float("nan")]] * 21}, "21 x 2 numbers"),
        ({"landmarks": [[1, 2]] * 21}, "21 x 3 numbers"),
        ({"points": [[1, 2]] * 21, "handedness": "both"}, "'both' is neither"),
        ({"points": [[1, 2]] * 21, "confidence": [0.5] * 20}, "21 numbers from 0 to 1"),
        ({"points": [[1, 2]] * 21, "confidence": [1.5] * 21}, "21 numbers from 0 to 1"),
        ({"points": [[1, 2]] * 21, "confidence": [float("nan")] * 21}, "21 numbers from 0 to 1"),
        ({}, "'landmarks'"),
        ([1], "list"),
    ],
)
def test_what_is_no_hand_is_named_with_its_place(tmp_path: Path, hand: Any, reason: str) -> None:
    """The file, the picture, and what is wrong."""
    recorded = read_recorded(written(tmp_path / "r.json", {"a.jpg": [hand]}))

    with pytest.raises(SourceError, match=rf"r\.json, a\.jpg: .*{reason}"):
        recorded.read("a.jpg", IMAGE)


@pytest.mark.parametrize("text", ["{", '"text"', "3", '{"answers": 3}', '{"a": 3}'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    """JSON that does not parse, or holds something else."""
    (tmp_path / "r.json").write_text(text)

    with pytest.raises(SourceError, match=r"r\.json"):
        read_recorded(tmp_path / "r.json")


def test_answers_are_found_beside_their_set(tmp_path: Path) -> None:
    """In the set's folder above its pictures, and beside a clip with its name in front."""
    (tmp_path / "images").mkdir()
    predictions = written(tmp_path / "peer.json", {})
    beside_clip = written(tmp_path / "clip.mp4.peer.json", [])
    pictures = Dataset("a", (TruePicture("a", tmp_path / "images" / "a.jpg", (), 0),))
    clip = Dataset("c", clips=(Clip("c", tmp_path / "clip.mp4"),))

    assert predictions == find_recorded(pictures, "peer.json")
    assert beside_clip == find_recorded(clip, "peer.json")
    assert predictions == find_recorded(clip, str(predictions))
    assert find_recorded(clip, "other.json") is None


def _row_of(name: str, index: int, track_id: int | None) -> tuple[Frame, list[Hand]]:
    frame = Frame(IMAGE, index, index / 30, name)
    size = np.array([100, 200])
    landmarks = np.column_stack([POINTS / size, np.zeros(21)]).astype(np.float32)
    seen = replace(hand(0), landmarks=landmarks, points=POINTS.astype(np.float32))
    return frame, [replace(seen, image_size=(100, 200), track_id=track_id, handedness="left")]


@pytest.mark.parametrize("ending", [".csv", ".json", ".parquet"])
def test_a_table_of_a_clip_is_read_frame_by_frame(ending: str, tmp_path: Path) -> None:
    """A frame that is not in it was not recorded; one without hands was."""
    path = tmp_path / f"hands{ending}"
    with open_sink(path) as sink:
        sink.write(*_row_of("clip.mp4", 0, 3))
        sink.write(Frame(IMAGE, 2, 2 / 30, "clip.mp4"), [])
    follow = read_recorded(path).follow("clip")
    found = [follow(Frame(IMAGE, i, i / 30)) for i in range(4)]

    assert found[0] is not None
    np.testing.assert_allclose(POINTS, found[0][0].points, atol=1e-3)
    assert ("left", 3) == (found[0][0].handedness, found[0][0].id)
    assert [None, [], None] == found[1:]


def test_a_table_of_pictures_is_read_by_their_paths(tmp_path: Path) -> None:
    """The command's path may be longer than the annotation's, and the page's shorter."""
    path = tmp_path / "hands.csv"
    with open_sink(path) as sink:
        sink.write(*_row_of("samples/images/a.jpg", 0, None))
        sink.write(*_row_of("b.jpg", 0, None))
    recorded = read_recorded(path)

    for name in ("images/a.jpg", "a.jpg", "images/b.jpg"):
        found = recorded.read(name, IMAGE)
        assert found is not None
        assert 1 == len(found)
    assert recorded.read("images/ba.jpg", IMAGE) is None
