"""`.task` files: bundles of networks, as MediaPipe's Tasks API reads them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import NamedTuple

from ..errors import ModelMissing, SourceError
from .models import Task, Variant, model_for

# Source: mediapipe/tasks/cc/vision/hand_landmarker/hand_landmarker_graph.cc
MEMBERS: dict[Task, str] = {
    "palm detection": "hand_detector.tflite",
    "hand landmarks": "hand_landmarks_detector.tflite",
}


class Bundle(NamedTuple):
    """The two networks of a `.task` file, in LiteRT's format."""

    palm: bytes
    hand: bytes


class MemberMissing(SourceError):
    """A bundle lacks a network."""


def write_bundle(path: Path, variant: Variant = "full") -> None:
    """Write a `.task` file with the full palm network and the hand network of a variant.

    MediaPipe refuses a compressed bundle, and a bundle with its lite palm network.
    Raises ModelMissing when the package was not built.
    """
    specs = {
        "palm detection": model_for("palm detection", "full"),
        "hand landmarks": model_for("hand landmarks", variant),
    }
    for spec in specs.values():
        if not spec.tflite.is_file():
            raise ModelMissing(f"{spec.tflite.name} is not in the package, which was not built")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for task, member in MEMBERS.items():
            bundle.write(specs[task].tflite, member)


def read_bundle(content: bytes) -> Bundle:
    """The networks in a `.task` file.

    Raises SourceError when it is not a `.task` file, MemberMissing when it lacks a network for
    hands.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            missing = [name for name in MEMBERS.values() if name not in bundle.namelist()]
            if missing:
                found = ", ".join(bundle.namelist()) or "nothing"
                raise MemberMissing(
                    f"the bundle lacks {' and '.join(missing)}, it has {found}: "
                    "it is not one for hand landmarks"
                )
            return Bundle(*(bundle.read(member) for member in MEMBERS.values()))
    except zipfile.BadZipFile as error:
        start = content[:16].decode("latin-1")
        raise SourceError(
            f"the model is not a .task bundle (a zip file): its {len(content)} bytes begin with "
            f"{start!r}; is the download complete?"
        ) from error
