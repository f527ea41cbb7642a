"""The videos of a data set: each clip once more, at a steady rate, and quick to jump about in.

They are encoded into the store first, a file for each clip, so that an interrupted run goes on
where it was. The data set gets links to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BatchError
from ...io.video import VideoEncoder
from ...io.whole import sweep, write_whole
from ...values import ImageArray
from ..clips import Clip
from ..recipe import Recipe
from ..record import Record
from ..sources.reading import Problems, opened
from .statistics import Statistics, statistics_of_pictures

KEY = "observation.images.camera"  # the name of the feature
FOLDER = "videos"  # in the store
# LeRobot jumps to single frames, and decodes from the key frame before. Without B-frames a file has
# no edit list, which counts in milliseconds: LeRobot's tools that join videos would sum those up.
# One thread each, because several are encoded at once; the bytes depend on the number of threads.
OPTIONS = {"g": "10", "bf": "0", "threads": "1"}
LOOKED_AT = 100  # pictures of a clip for its statistics, as many as LeRobot takes of a short one
SIDE = 150  # pixels of the shorter side to which they are thinned out


class Stopped(Exception):
    """Somebody wants to stop."""


@dataclass(frozen=True, slots=True, eq=False)
class Video:
    """A clip that is to be encoded.

    picked: (M,) positions among the frames of the clip, ascending. fps: frames per second.
    """

    clip: Clip
    record: Record
    picked: NDArray[np.int64]
    fps: int

    @property
    def name(self) -> str:
        """The name of its file in the store without its ending. It depends on all that is in it."""
        record = self.record
        source = (record.sha256, record.recipe, record.start, record.stop)
        parts = [source, self.fps, self.picked.tolist(), OPTIONS]
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
        return f"{self.clip.stem}.{digest}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels: both even, as H.264 wants it."""
        width, height = self.record.width, self.record.height
        return width + width % 2, height + height % 2


def encoded(
    videos: Iterable[Video],
    recipe: Recipe,
    store: Path,
    *,
    workers: int,
    tell: Callable[[], None] = lambda: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Encode the videos that the store does not have yet.

    workers: how many at once. tell: is called after each.
    Raises Stopped, BatchError if a clip is not as it was, OutputError, SourceError.
    """
    folder = store / FOLDER
    sweep(folder)
    missing = [v for v in videos if not all(path.exists() for path in _files(folder, v))]
    failures: list[Exception] = []

    def encode(video: Video) -> None:
        try:
            _encode(video, recipe, folder, lambda: bool(failures) or is_stopped())
            tell()
        except Exception as failure:
            failures.append(failure)

    with ThreadPoolExecutor(workers) as pool:  # FFmpeg leaves the interpreter free
        for video in missing:
            pool.submit(encode, video)
    if failures:
        raise failures[0]


def video_file(store: Path, video: Video) -> Path:
    """The file of a video in the store."""
    return _files(store / FOLDER, video)[0]


def video_statistics(store: Path, video: Video) -> Statistics:
    """The statistics of its pixels."""
    found = json.loads(_files(store / FOLDER, video)[1].read_text())
    return statistics_of_pictures(np.array(found["histogram"], np.int64), found["pictures"])


def clear(store: Path, used: Iterable[Video]) -> None:
    """Delete the videos in the store that no data set needs any more."""
    kept = {path for video in used for path in _files(store / FOLDER, video)}
    for path in (store / FOLDER).glob("*"):
        if path not in kept:
            path.unlink()


def described(size: tuple[int, int], fps: int) -> dict[str, Any]:
    """The feature as `meta/info.json` lists it. size: width and height, pixels."""
    width, height = size
    return {
        "dtype": "video",
        "shape": [height, width, 3],
        "names": ["height", "width", "channels"],
        "info": {
            "video.height": height,
            "video.width": width,
            "video.codec": "h264",
            "video.pix_fmt": "yuv420p",
            "video.fps": fps,
            "video.channels": 3,
            "is_depth_map": False,
            "has_audio": False,
        },
    }


def _files(folder: Path, video: Video) -> tuple[Path, Path]:
    return folder / f"{video.name}.mp4", folder / f"{video.name}.json"


def _encode(video: Video, recipe: Recipe, folder: Path, is_stopped: Callable[[], bool]) -> None:
    """Write a video and the histogram of its colours."""
    histogram, pictures, written = np.zeros((3, 256), np.int64), 0, 0
    step = max(1, len(video.picked) // LOOKED_AT)
    movie, figures = _files(folder, video)
    with write_whole(movie) as path:
        encoder = VideoEncoder(path, Fraction(video.fps), OPTIONS)
        try:
            for image, copies in _pictures(video, recipe):
                if is_stopped():
                    raise Stopped
                for _ in range(copies):
                    encoder.write(image, written / video.fps)
                    if written % step == 0:
                        histogram += _histogram(image)
                        pictures += 1
                    written += 1
            if written != len(video.picked):
                raise _changed(video)
            encoder.close()
        finally:
            encoder.discard()
    found = {"histogram": histogram.tolist(), "pictures": pictures}
    with write_whole(figures) as path:
        path.write_text(json.dumps(found))


def _pictures(video: Video, recipe: Recipe) -> Iterable[tuple[ImageArray, int]]:
    """The pictures of a clip, and how often each is shown."""
    copies = np.bincount(video.picked)
    with opened(video.clip, recipe) as (source, content):
        if content.sha256 != video.record.sha256:
            raise _changed(video)
        for position, frame in enumerate(Problems().readable(source)):
            if position >= len(copies):
                return
            yield frame.image, int(copies[position])


def _changed(video: Video) -> BatchError:
    return BatchError(
        f"{video.record.uri} is not what it was when it was tracked: track it anew with --again"
    )


def _histogram(image: ImageArray) -> NDArray[np.int64]:
    """How often each colour has each value, (3, 256), in a picture that is thinned out."""
    step = max(1, min(image.shape[:2]) // SIDE)
    thin = image[::step, ::step]
    return np.stack([np.bincount(thin[:, :, i].reshape(-1), minlength=256) for i in range(3)])
