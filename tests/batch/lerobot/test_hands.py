"""The hands of a table, slot by slot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knuckle.batch.lerobot.features import FEATURES, described, prefix_of
from knuckle.batch.lerobot.hands import ClipTable, features_of, read_clip
from knuckle.errors import BatchError
from knuckle.geometry.camera import Camera
from knuckle.io.schema import NAMES
from knuckle.values import Hand
from tests.batch.lerobot.made_tables import MadeClips, hand


def table_of(folder: Path, frames: list[list[Hand]], camera: Camera | None = None) -> ClipTable:
    """The table of frames, read back."""
    made = MadeClips(folder)
    made.add("wave", frames, camera=camera)
    return read_clip(made.store, made.ledger["wave"].record)


def all_of(table: ClipTable) -> NDArray[np.int64]:
    """Every frame of a clip."""
    return np.arange(len(table.times))


def test_columns_are_of_the_table() -> None:
    """A feature has a column for each of its numbers, if it has any."""
    for feature in FEATURES:
        assert set(feature.columns) <= set(NAMES)
        assert not feature.columns or len(feature.columns) == len(feature.dimensions)
        assert len(set(feature.dimensions)) == len(feature.dimensions)


def test_names_suit_lerobot() -> None:
    """It wants no slash, and takes whatever has "image" in its name for a picture."""
    for name, feature in (described(2) | described(2, "top")).items():
        assert "/" not in name
        assert "image" not in name
        assert [len(feature["names"])] == feature["shape"]


def test_values_are_those_of_the_hands(tmp_path: Path) -> None:
    """Each number is the float32 that the tracker gave."""
    left, right = hand(1, "left", 5), hand(2, "right", 6)
    table = table_of(tmp_path, [[right, left], [], [left]])

    found = features_of(table, all_of(table), 2)

    for slot, frame, shown in ((0, 0, left), (1, 0, right), (0, 2, left)):
        one = {f.name: found[f"{prefix_of(slot)}.{f.name}"][frame] for f in FEATURES}
        assert np.array_equal(shown.landmarks.reshape(-1), one["landmarks"])
        assert np.array_equal(shown.world_landmarks.reshape(-1), one["world_landmarks"])
        assert np.array_equal(shown.confidence, one["confidence"])
        side = -1 if shown.handedness == "left" else 1
        assert (side, 1, 0) == (one["handedness"], one["presence"], one["has_pose"])
        assert shown.track_id == one["track_id"]
        assert np.any(one["joint_angles"])


def test_no_hand_is_zeros(tmp_path: Path) -> None:
    """In every feature, and nowhere is a NaN."""
    table = table_of(tmp_path, [[hand(2, seed=6)], [], [hand(2, seed=8)]])

    found = features_of(table, all_of(table), 2)

    for name, values in found.items():
        assert np.isfinite(values).all()
        assert not values[1].any()
        if name.startswith(prefix_of(0)):
            assert not values.any()


def test_kinds_and_shapes_are_those_described(tmp_path: Path) -> None:
    """What is written is what `meta/info.json` says."""
    table = table_of(tmp_path, [[hand(1)]] * 4)

    found = features_of(table, all_of(table), 3, "top")

    expected = {
        name: (f["dtype"], (4,) if f["shape"] == [1] else (4, *f["shape"]))
        for name, f in described(3, "top").items()
    }
    assert expected == {name: (str(v.dtype), v.shape) for name, v in found.items()}


def test_a_camera_gives_a_pose(tmp_path: Path) -> None:
    """It is marked as known, and its quaternion has length 1."""
    from dataclasses import replace

    from tests.geometry.hands import random_seen
    from tests.io.test_schema import CAMERA

    seen = random_seen(1, "left")
    posed = replace(
        hand(1, "left"),
        landmarks=(seen.points / (640, 480, 640)).astype(np.float32),
        points=seen.points[:, :2].astype(np.float32),
        world_landmarks=seen.world_landmarks.astype(np.float32),
        image_size=(640, 480),
    )
    table = table_of(tmp_path, [[posed], []], CAMERA)

    found = features_of(table, all_of(table), 2)

    assert [1, 0] == found["observation.hand_0.has_pose"].tolist()
    pose = found["observation.hand_0.wrist_pose"]
    assert np.isclose(1, np.linalg.norm(pose[0, 3:]), atol=1e-6)
    assert pose[0, 2] > 0
    assert not pose[1].any()


def test_frames_may_be_left_out_and_repeated(tmp_path: Path) -> None:
    """Resampling picks rows."""
    hands = [hand(1, seed=seed) for seed in (2, 4, 6)]
    table = table_of(tmp_path, [[shown] for shown in hands])

    found = features_of(table, np.array([0, 2, 2]), 2)

    expected = [hands[i].landmarks.reshape(-1) for i in (0, 2, 2)]
    assert np.array_equal(expected, found["observation.hand_1.landmarks"])


def test_a_damaged_table(tmp_path: Path) -> None:
    """The cure is said, and the reason is kept."""
    made = MadeClips(tmp_path)
    made.add("wave", [[hand(1)]])
    record = made.ledger["wave"].record
    made.store.put(record.file, b"nothing")

    with pytest.raises(BatchError) as caught:
        read_clip(made.store, record)

    assert str(caught.value) == (
        "clips/wave.parquet, the table of /clips/wave.mp4, cannot be read: delete it, and its clip "
        "is tracked again"
    )
