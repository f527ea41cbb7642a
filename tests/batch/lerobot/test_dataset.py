"""A LeRobot data set as input."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from knuckle.batch.clips import Clip
from knuckle.batch.inputs import find_clips
from knuckle.batch.lerobot.dataset import is_dataset, lerobot_clips, read_dataset
from knuckle.batch.recipe import Recipe
from knuckle.batch.sources.reading import opened
from knuckle.errors import SourceError
from tests.batch.lerobot.made_datasets import TOP, WRIST, write_dataset
from tests.io.files import colour_distance, greys

EPISODES = (greys(5), greys(9)[5:], greys(20)[9:])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set of three episodes that two cameras saw."""
    return write_dataset(tmp_path / "push", EPISODES, cameras=(TOP, WRIST))


def levels(clip: Clip) -> list[int]:
    """The grey level of each frame of a clip."""
    with opened(clip, Recipe()) as (source, _):
        return [int(frame.image.mean()) for frame in source]


def test_each_episode_of_each_camera_is_a_clip(folder: Path) -> None:
    """They are named by the data set, the episode and the camera."""
    clips = lerobot_clips(folder)

    expected = [f"push/{i:06d}/{camera}" for i in range(3) for camera in ("top", "wrist_view")]
    assert expected == [clip.id for clip in clips]
    assert {folder / f"videos/{key}/chunk-000/file-000.mp4" for key in (TOP, WRIST)} == {
        Path(clip.uri) for clip in clips
    }
    assert all(clip.size == Path(clip.uri).stat().st_size for clip in clips)
    assert len(clips) == len({clip.stem for clip in clips})


@pytest.mark.parametrize("late", [0.0, 0.004, -0.004])
def test_a_clip_has_the_frames_of_its_episode(tmp_path: Path, late: float) -> None:
    """Not one more at an end, also where times are rounded."""
    folder = write_dataset(tmp_path / "push", EPISODES, late=late)

    for clip, pictures in zip(lerobot_clips(folder), EPISODES, strict=True):
        found = levels(clip)
        assert len(pictures) == len(found)
        for level, picture in zip(found, pictures, strict=True):
            assert colour_distance(picture, np.full_like(picture, level)) < 8


def test_it_is_found_among_the_inputs(folder: Path) -> None:
    """As a folder, and not as the videos in it."""
    (folder.parent / "more.mp4").write_bytes(b"")

    found = find_clips([str(folder), str(folder.parent / "more.mp4")])

    assert [*(clip.id for clip in lerobot_clips(folder))] == [clip.id for clip in found.clips[:6]]
    assert 7 == len(found.clips)


def test_stills_are_not_in_it(folder: Path) -> None:
    """It is left out with a reason."""
    found = find_clips([str(folder)], stills=True)

    assert () == found.clips
    assert (f"left out, because --stills looks at pictures only: {folder}",) == found.notes


def test_an_older_version_is_refused(tmp_path: Path) -> None:
    """With the tool that converts it."""
    folder = write_dataset(tmp_path / "push", EPISODES, version="v2.1")

    assert is_dataset(folder)
    with pytest.raises(SourceError) as caught:
        lerobot_clips(folder)

    assert str(caught.value) == (
        f"{folder} is a LeRobot data set of version v2.1, and 3.0 is wanted: convert it with "
        "LeRobot's convert_dataset_v21_to_v30"
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"fps": 0}, "fps in meta/info.json must be a number above 0, not 0"),
        ({"fps": "x"}, "fps in meta/info.json must be a number above 0, not 'x'"),
        ({"fps": None}, "fps in meta/info.json must be a number above 0, not None"),
        ({"video_path": None}, "info.json has videos, but no video_path"),
        ({"video_path": 5}, "video_path in meta/info.json names no files: 5"),
        ({"video_path": "{a.b}"}, "video_path in meta/info.json names no files: '{a.b}'"),
        ({"features": []}, "info.json is damaged: it does not describe features"),
        ({"features": {"x": 1}}, "info.json is damaged: it does not describe features"),
    ],
)
def test_a_damaged_description_is_refused(
    folder: Path, changed: dict[str, Any], message: str
) -> None:
    """With the word that is wrong."""
    path = folder / "meta" / "info.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))

    with pytest.raises(SourceError, match=re.escape(message)):
        lerobot_clips(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"[]", b"\xff"])
def test_a_broken_description_makes_no_data_set(folder: Path, content: bytes) -> None:
    """The folder is one like any other then."""
    (folder / "meta" / "info.json").write_bytes(content)

    assert not is_dataset(folder)
    with pytest.raises(SourceError):
        lerobot_clips(folder)


def test_any_other_folder_is_none(tmp_path: Path) -> None:
    """Also one with a file of the same name."""
    (tmp_path / "meta").mkdir()
    for text in ("", "[1, 2]", "{}", '"text"', "3"):
        (tmp_path / "meta/info.json").write_text(text)
        assert not is_dataset(tmp_path)
        with pytest.raises(SourceError, match="is no LeRobot data set"):
            read_dataset(tmp_path)
    assert not is_dataset(tmp_path / "nowhere")


def test_a_data_set_without_videos(folder: Path) -> None:
    """There is nothing to track; videos of depth are none."""
    info = json.loads((folder / "meta/info.json").read_text())
    for key in (TOP, WRIST):
        info["features"][key]["info"] = {"is_depth_map": True}
    (folder / "meta/info.json").write_text(json.dumps(info))

    with pytest.raises(SourceError, match=r"push is a LeRobot data set without videos$"):
        lerobot_clips(folder)


def test_a_video_that_is_not_there(folder: Path) -> None:
    """The episode is named."""
    shutil.rmtree(folder / "videos" / WRIST)

    with pytest.raises(SourceError, match=r"file-000.mp4, the video of episode 0, is not there$"):
        lerobot_clips(folder)


def test_a_list_without_videos(folder: Path) -> None:
    """It does not fit the description."""
    path = folder / "meta/episodes/chunk-000/file-000.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns([f"videos/{TOP}/from_timestamp"]), path)

    with pytest.raises(SourceError, match=f"where the video of {TOP} in episode 0 is$"):
        lerobot_clips(folder)


def test_a_list_that_is_no_table(folder: Path) -> None:
    """One sentence says which file."""
    path = folder / "meta/episodes/chunk-000/file-000.parquet"
    path.write_bytes(b"nothing")

    with pytest.raises(SourceError, match=f"^{path} cannot be read: "):
        lerobot_clips(folder)


def test_cameras_of_one_name(folder: Path) -> None:
    """Each gets a name of its own."""
    info = json.loads((folder / "meta/info.json").read_text())
    info["features"]["observation.top"] = info["features"][TOP]
    (folder / "meta/info.json").write_text(json.dumps(info))

    assert ["top", "wrist_view", "top_"] == list(read_dataset(folder).cameras.values())
