"""LeRobot data sets of others, as their own tool writes them: joined videos, and more columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from knuckle.batch.lerobot.statistics import Statistics
from knuckle.values import ImageArray
from tests.io.files import write_clip

TOP, WRIST = "observation.images.top", "observation.images.wrist_image"
FPS = 30


def write_dataset(
    folder: Path,
    episodes: Sequence[Sequence[ImageArray]],
    *,
    cameras: Sequence[str] = (TOP,),
    version: str = "v3.0",
    late: float = 0.0,
) -> Path:
    """A data set of episodes that each camera sees alike, in one video and one file of frames.

    late: seconds by which the list of episodes is wrong about where they begin.
    """
    pictures = [image for episode in episodes for image in episode]
    height, width = pictures[0].shape[:2]
    video: dict[str, Any] = {
        "dtype": "video",
        "shape": [height, width, 3],
        "names": None,
        "info": {},
    }
    features: dict[str, Any] = dict.fromkeys(cameras, video)
    features |= {"action": {"dtype": "float32", "shape": [2], "names": ["x", "y"]}}
    for camera in cameras:
        path = folder / "videos" / camera / "chunk-000" / "file-000.mp4"
        path.parent.mkdir(parents=True)
        write_clip(path, pictures, codec_options={"bf": "0"})
    data = folder / "data" / "chunk-000" / "file-000.parquet"
    data.parent.mkdir(parents=True)
    pq.write_table(_frames([len(episode) for episode in episodes]), data)
    listed = folder / "meta" / "episodes" / "chunk-000" / "file-000.parquet"
    listed.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(_rows(episodes, cameras, late)), listed)
    pq.write_table(pa.table({"task_index": [0], "task": ["push"]}), folder / "meta/tasks.parquet")
    info = {
        "codebase_version": version,
        "robot_type": "arm",
        "total_episodes": len(episodes),
        "total_frames": len(pictures),
        "fps": FPS,
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4",
        "features": features,
    }
    (folder / "meta/info.json").write_text(json.dumps(info))
    action = np.array([[i, -i] for i in range(len(pictures))], np.float32)
    (folder / "meta/stats.json").write_text(json.dumps({"action": Statistics.of(action).words()}))
    (folder / "README.md").write_text("pushing things\n")
    return folder


def _frames(lengths: Sequence[int]) -> pa.Table:
    """The frames, all in one row group, with a note of `datasets` about the columns."""
    places = [(e, i) for e, length in enumerate(lengths) for i in range(length)]
    columns = {
        "action": pa.array([[n, -n] for n in range(len(places))], pa.list_(pa.float32(), 2)),
        "timestamp": pa.array([i / FPS for _, i in places], pa.float32()),
        "frame_index": pa.array([i for _, i in places], pa.int64()),
        "episode_index": pa.array([e for e, _ in places], pa.int64()),
        "index": pa.array(range(len(places)), pa.int64()),
        "task_index": pa.array([0] * len(places), pa.int64()),
    }
    noted = {"info": {"features": {"action": {"_type": "List"}}}}
    return pa.table(columns).replace_schema_metadata({"huggingface": json.dumps(noted)})


def _rows(
    episodes: Sequence[Sequence[ImageArray]], cameras: Sequence[str], late: float
) -> list[dict[str, Any]]:
    """The list of the episodes."""
    rows, start = [], 0
    for i, episode in enumerate(episodes):
        stop = start + len(episode)
        row = {
            "episode_index": i,
            "tasks": ["push"],
            "length": len(episode),
            "data/chunk_index": 0,
            "data/file_index": 0,
            "dataset_from_index": start,
            "dataset_to_index": stop,
            "stats/action/mean": [0.5, -0.5],
        }
        for camera in cameras:
            row |= {
                f"videos/{camera}/chunk_index": 0,
                f"videos/{camera}/file_index": 0,
                f"videos/{camera}/from_timestamp": max(0.0, start / FPS + late),
                f"videos/{camera}/to_timestamp": stop / FPS + late,
            }
        rows.append(row)
        start = stop
    return rows
