"""Measures what the landmark networks hold on real pictures, for their int8 form.

    python -m studies.calibration --data ../shared/data --write

It reads drone_gestures, sign_digits and two clips: pictures under the MIT or Apache License, whose
figures may be passed on. No picture of a set that decision 18 judges the result by is among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
import onnx
import onnxruntime
from onnx import helper

import knuckle
from knuckle.io.pictures import read_picture
from knuckle.io.sources import open_source
from knuckle.networks.models import MODELS, ModelSpec
from knuckle.stages.warp import crop
from knuckle.values import ImageArray, Roi
from weights.build import float32_model
from weights.calibration import FOLDER, Calibration, read_calibration
from weights.graph import Array, consumers, copied, only
from weights.quantise import quantised

PICTURES = (  # pattern, and how many of the files are read
    ("drone_gestures/images/hand_*.jpg", 2),
    ("drone_gestures/images/body_*.jpg", 4),
    ("sign_digits/images/*", 2),
)
CLIPS = ("videos/thumb_up_woman.mp4", "videos/reaching_hand.mp4")
FRAMES = 4  # one of so many is read
CROPS = 3  # of each hand: where it is, then moved a little, every second one mirrored
SHIFT, GROWTH, TURN = 0.03, 0.08, 0.15  # standard deviations, in ROI sizes and radians
USUAL = 0.05  # of the pictures have a lower minimum; so many have a higher maximum
MEASURED = ("Conv", "Clip", "Add")  # operators whose outputs are measured, if no relu6 follows
CORRECTED = ("landmarks", "world_landmarks")


def pictures(data: Path) -> Iterator[ImageArray]:
    """The pictures to calibrate with."""
    for pattern, every in PICTURES:
        for path in sorted(data.glob(pattern))[::every]:
            yield read_picture(path)
    for clip in CLIPS:
        with open_source(data / clip) as source:
            for frame in source:
                if frame.index % FRAMES == 0:
                    yield frame.image


def crops(images: Iterator[ImageArray], size: int) -> Iterator[ImageArray]:
    """What the landmark network sees of the hands in pictures."""
    random = np.random.default_rng(0)
    detector = knuckle.Detector(max_hands=4, precision="float32")
    for image in images:
        for hand in detector(image):
            for number in range(CROPS):
                roi = moved(hand.roi, random) if number else hand.roi
                pixels = crop(image, roi, size, border="replicate")
                yield np.ascontiguousarray(pixels[:, ::-1]) if number % 2 else pixels


def moved(roi: Roi, random: np.random.Generator) -> Roi:
    """An ROI a little off, as the one expected in a stream is."""
    x, y, size, turn = random.normal(0, (SHIFT, SHIFT, GROWTH, TURN))
    return Roi(
        x=roi.x + x * roi.width,
        y=roi.y + y * roi.height,
        width=roi.width * exp(size),
        height=roi.height * exp(size),
        rotation=roi.rotation + turn,
    )


def measured(model: onnx.ModelProto, images: Sequence[ImageArray]) -> Calibration:
    """The ranges of a network's channels over pictures; no offsets yet."""
    read_by = consumers(model)
    names = [
        node.output[0]
        for node in model.graph.node
        if node.op_type in MEASURED and not only(read_by[node.output[0]], "Clip")
    ]
    rows: dict[str, list[Array]] = {name: [] for name in names}
    session = open_model(with_outputs(model, names))
    for image in images:
        for name, [value] in zip(names, session.run(names, {"image": image[None]}), strict=True):
            parts = value.min((1, 2)), value.max((1, 2)), value.mean((1, 2), np.float64)
            rows[name].append(np.stack(parts).astype(np.float32))
    stacked = {name: np.stack(parts) for name, parts in rows.items()}  # (pictures, 3, channels)
    return Calibration(
        low={n: np.quantile(s[:, 0], USUAL, axis=0) for n, s in stacked.items()},
        high={n: np.quantile(s[:, 1], 1 - USUAL, axis=0) for n, s in stacked.items()},
        mean={n: s[:, 2].mean(axis=0) for n, s in stacked.items()},
        peak={n: s[:, 1].max(axis=0) for n, s in stacked.items()},
        offsets={},
    )


def with_offsets(
    model: onnx.ModelProto,
    calibration: Calibration,
    images: Sequence[ImageArray],
    outputs: Sequence[str] = CORRECTED,
) -> Calibration:
    """The calibration, and how much float32 outputs exceed those of the int8 form on average."""
    exact, rounded = (
        [session.run(outputs, {"image": image[None]}) for image in images]
        for session in (open_model(model), open_model(quantised(model, calibration)))
    )
    offsets = {
        name: np.mean([a[i] - b[i] for a, b in zip(exact, rounded, strict=True)], axis=(0, 1))
        for i, name in enumerate(outputs)
    }
    return replace(calibration, offsets=offsets)


def with_outputs(model: onnx.ModelProto, names: Sequence[str]) -> onnx.ModelProto:
    """The model with some of its tensors as further outputs."""
    model = copied(model)
    for name in names:
        model.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    return model


def open_model(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    """A session for a model."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def calibrate(spec: ModelSpec, images: Sequence[ImageArray], path: Path) -> Calibration:
    """Measure a network, write the file, and return what it holds."""
    model = float32_model(spec, spec.tflite.read_bytes())
    measured(model, images).write(path)
    ranges = read_calibration(path)  # as rounded as the build will read it
    with_offsets(model, ranges, images).write(path)
    return read_calibration(path)


@click.command(help=__doc__)
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True
)
@click.option("--write", is_flag=True, help="Write the files of weights/calibration.")
def main(data: Path, write: bool) -> None:
    """Calibrate every network that has an int8 form."""
    for spec in (spec for spec in MODELS.values() if spec.has_int8):
        images = list(crops(pictures(data), spec.input_size))
        with TemporaryDirectory() as name:
            folder = FOLDER if write else Path(name)
            made = calibrate(spec, images, folder / f"{spec.name}.npz")
        off = np.abs(made.offsets["landmarks"]).mean()
        click.echo(f"{spec.name}: {len(images)} crops, landmarks {off:.3f} px off on average")


if __name__ == "__main__":
    main()
