"""Readings with known ground truth, of plain and changed pictures, to fit the confidence to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from math import radians
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.scenarios import SAMPLES
from knuckle.evaluate.datasets.changes import CHANGES, changed
from knuckle.evaluate.datasets.readers import read_datasets
from knuckle.evaluate.metrics.distances import palm_length
from knuckle.evaluate.metrics.scores import match_hands
from knuckle.evaluate.values import Array, Prediction, TrueHand
from knuckle.geometry.rois import roi_from_landmarks
from knuckle.io.pictures import read_picture
from knuckle.io.sources import open_source
from knuckle.networks.engine import Engine, open_networks
from knuckle.networks.models import Variant
from knuckle.networks.setup import Wanted
from knuckle.pictures import detector as pipeline
from knuckle.spec import MAX_HANDS
from knuckle.stages.confidence import PARENTS
from knuckle.stages.landmarks import picture_from_crops
from knuckle.stages.warp import crop
from knuckle.streams import step as tracking
from knuckle.values import Candidate, FloatArray, Hand, ImageArray, Roi, image_size

FLOAT32 = Wanted(precision="float32")  # the same on every machine
SETS = ("hgc_realworld", "rhd_mmpose")  # in the folder of data; the samples are added to them
PEOPLE = ("sign_digits", "linto_boxes")  # many people, without ground truth
PLAIN = "plain"
MOVED = "moved ROI"  # an ROI slightly off, as the one expected in a stream is
# Levels of each change, from mild to where detection fails. One is drawn for each picture.
LEVELS: dict[str, tuple[float, ...]] = {
    "scale": (64.0, 48.0, 32.0, 24.0),
    "distance": (64.0, 48.0, 32.0),
    "rotation": (60.0, 120.0, 180.0, 270.0),
    "brightness": (0.1, 0.2, 0.4, 2.5),
    "blur": (0.05, 0.1, 0.15, 0.2),
    "noise": (10.0, 20.0, 40.0),
    "jpeg": (20.0, 10.0, 5.0),
    "crop": (0.1, 0.2, 0.3, 0.4, 0.5),
}
CHANGES_EACH = 3  # changes drawn for each picture
CLIP_CHANGES = ((PLAIN, 0.0), ("blur", 0.15), ("noise", 40.0), ("jpeg", 5.0), ("scale", 24.0))
# How far an ROI may be off because the hand moves between frames, in ROI sizes and radians.
SHIFT, GROWTH, TURN = 0.15, 0.2, 0.4
# For each of several readings: whether the crop is mirrored, and its rotation in radians.
MOVES = ((False, 0.0), (True, 0.0), (False, radians(12)), (True, -radians(12)))

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """The n readings; in image pixels unless noted."""

    set: NDArray[np.str_]  # (n,)
    picture: NDArray[np.str_]  # (n,) its name in the set; a frame of the clip is a picture, too
    order: NDArray[np.int64]  # (n,) position of the picture in its set
    change: NDArray[np.str_]  # (n,) the change that was made to the picture
    level: Array  # (n,)
    hand: NDArray[np.int64]  # (n,) which hand of the picture
    size: Array  # (n, 2) width and height
    roi: Array  # (n, 5)
    presence: Array  # (n,) of the single reading
    handedness_score: Array  # (n,)
    landmarks: Array  # (n, 21, 3) normalised
    world: Array  # (n, 21, 3) metres
    truth: Array  # (n, 21, 2)
    truth_3d: Array  # (n, 21, 3) millimetres; NaN where unknown
    mean_presence: Array  # (n,) over several readings, like the next three
    mean_landmarks: Array  # (n, 21, 3)
    mean_world: Array  # (n, 21, 3)
    spread: Array  # (n, 21) root mean square distance from their mean, palm lengths
    residual: Array  # (n, 21) distance from the motion of the last two frames, palm lengths, or NaN

    def __len__(self) -> int:
        return len(self.set)

    def averaged(self) -> Readings:
        """The same readings with the mean of several in place of the single one."""
        return replace(
            self,
            presence=self.mean_presence,
            landmarks=self.mean_landmarks,
            world=self.mean_world,
        )

    def save(self, path: Path) -> None:
        """Save to an .npz, so that a fit need not read all pictures again."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    def only(self, chosen: NDArray[np.bool_]) -> Readings:
        """The chosen readings. chosen: (n,)."""
        return Readings(*(getattr(self, field.name)[chosen] for field in fields(self)))


def load(path: Path) -> Readings:
    """Load saved readings."""
    with np.load(path) as file:
        return Readings(*(file[field.name] for field in fields(Readings)))


@dataclass(frozen=True, slots=True)
class _Where:
    """The picture that was read, and how it was changed."""

    set: str
    picture: str
    order: int
    change: str
    level: float


class _Rows:
    """Collects readings."""

    def __init__(self, detector: pipeline.Detector) -> None:
        self.detector = detector
        self.rows: list[tuple[object, ...]] = []

    def add(
        self,
        where: _Where,
        image: ImageArray,
        truth: Sequence[TrueHand],
        hands: Sequence[Hand],
        residuals: Sequence[Array] | None = None,
    ) -> None:
        """Add the hands of a picture that match its ground truth."""
        predictions = [Prediction(hand.points.astype(np.float64)) for hand in hands]
        for k, j in enumerate(match_hands(truth, predictions)):
            if j < 0 or truth[k].points is None:
                continue
            hand, true = hands[j], truth[k]
            unknown = np.full((21, 3), np.nan)
            self.rows.append(
                (
                    where.set,
                    where.picture,
                    where.order,
                    where.change,
                    where.level,
                    k if true.id is None else true.id,
                    image_size(image),
                    tuple(hand.roi),
                    hand.presence,
                    hand.handedness_score,
                    hand.landmarks,
                    hand.world_landmarks,
                    true.points,
                    unknown if true.points_3d is None else true.points_3d,
                    *read_over(self.detector.landmarks.network, image, hand.roi),
                    np.full(21, np.nan) if residuals is None else residuals[j],
                )
            )

    def readings(self) -> Readings:
        """All collected readings."""
        return Readings(*(np.array(column) for column in zip(*self.rows, strict=True)))


class Mean(NamedTuple):
    """The mean of several readings of one hand."""

    presence: float
    landmarks: Array  # (21, 3) normalised
    world: Array  # (21, 3) metres
    spread: Array  # (21,) palm lengths


def read_over(network: Engine, image: ImageArray, roi: Roi) -> Mean:
    """Read the hand in an ROI as the mean of its readings in the crops of `MOVES`."""
    read = [_read(network, image, roi, *move) for move in MOVES]
    presence, landmarks, world = (
        np.array(values, np.float64) for values in zip(*read, strict=True)
    )
    share = presence / presence.sum()
    mean = np.tensordot(share, landmarks, axes=1)
    size = np.array(image_size(image))
    squares = (((landmarks - mean)[..., :2] * size) ** 2).sum(axis=2)
    palm = palm_length(mean[:, :2] * size)
    return Mean(
        presence=float(presence.mean()),
        landmarks=mean,
        world=np.tensordot(share, world, axes=1),
        spread=np.sqrt(share @ squares) / palm,
    )


def nudged(roi: Roi, x: float, y: float, scale: float, turn: float) -> Roi:
    """Move an ROI by shares of its own size, scale it, and turn it by radians."""
    return Roi(
        roi.x + x * roi.width,
        roi.y + y * roi.height,
        roi.width * scale,
        roi.height * scale,
        roi.rotation + turn,
    )


def _read(
    network: Engine, image: ImageArray, roi: Roi, mirrored: bool, turn: float
) -> tuple[float, FloatArray, FloatArray]:
    """Presence, landmarks and world landmarks from a crop; mirroring it is undone in them."""
    size, place = network.spec.input_size, roi._replace(rotation=roi.rotation + turn)
    pixels = crop(image, place, size, border="replicate", exact=False)
    outputs = network((np.ascontiguousarray(pixels[:, ::-1]) if mirrored else pixels)[None])
    landmarks, world = (
        outputs[n].reshape(1, 21, 3).copy() for n in ("landmarks", "world_landmarks")
    )
    if mirrored:
        landmarks[..., 0] = size - 1 - landmarks[..., 0]
        world[..., 0] *= -1
    presence = float(outputs["presence"][0, 0])
    [landmarks], [world] = picture_from_crops(landmarks, world, [place], size)
    return presence, landmarks, world


def people_bones(data: Path) -> list[Array]:
    """The median of each bone's share, for each set of many people; (20,), see `bone_shares`."""
    detector = pipeline.Detector.of(open_networks("full", FLOAT32), max_hands=4)
    medians = []
    for name in PEOPLE:
        shares = []
        for picture in read_datasets(data / name)[0].pictures[::2]:
            image = read_picture(picture.path)
            size = np.array([*image_size(image), image.shape[1]])
            hands = pipeline.detect(detector, image)
            shares += [bone_shares(hand.landmarks * size) for hand in hands]
        medians.append(np.median(shares, axis=0))
    return medians


def bone_shares(points: Array) -> Array:
    """The length of each bone relative to the root mean square of all bones; (..., 20).

    points: (..., 21, 3) pixels.
    """
    lengths = np.linalg.norm(points[..., 1:, :] - points[..., PARENTS, :], axis=-1)
    return np.asarray(lengths / np.sqrt((lengths**2).mean(axis=-1, keepdims=True)), np.float64)


def collect(data: Path | None, say: Progress, variant: Variant = "full") -> Readings:
    """Collect all readings. data: the folder of photographs; None for the samples alone."""
    rows = _Rows(pipeline.Detector.of(open_networks(variant, FLOAT32), max_hands=4))
    random = np.random.default_rng(0)
    folders = [data / name for name in SETS] if data else []
    for folder in folders:
        name = folder.name
        for order, picture in enumerate(read_datasets(folder)[0].pictures):
            image = read_picture(picture.path)
            _add_picture(rows, random, (name, picture.name, order), image, picture.hands)
            if order % 50 == 49:
                say(f"{name}: {order + 1} pictures, {len(rows.rows)} readings so far")
        say(f"{name}: {len(rows.rows)} readings so far")
    for order, picture in enumerate(read_datasets(SAMPLES / "annotations.json")[0].pictures):
        if picture.hands:
            image = read_picture(picture.path)
            _add_picture(rows, random, ("samples", picture.name, order), image, picture.hands)
    for clip in [c for d in read_datasets(SAMPLES) for c in d.clips]:
        for change, level in CLIP_CHANGES:
            _add_clip(rows, clip.path, clip.frames or (), change, level)
            say(f"{clip.name}, {change} {level:g}: {len(rows.rows)} readings so far")
    return rows.readings()


def _add_picture(
    rows: _Rows,
    random: np.random.Generator,
    name: tuple[str, str, int],
    image: ImageArray,
    truth: Sequence[TrueHand],
) -> None:
    """Add a picture as it is, with some changes at random levels, and read in moved ROIs."""
    drawn = random.permutation(len(LEVELS))[:CHANGES_EACH]
    names = [list(LEVELS)[i] for i in drawn]
    shown = [(PLAIN, 0.0), *((c, float(random.choice(LEVELS[c]))) for c in names)]
    for change, level in shown:
        result = (
            (image, truth) if change == PLAIN else changed(CHANGES[change], level, image, truth)
        )
        if result is None:
            continue
        pixels, moved = result
        where = _Where(*name, change, level)
        hands = pipeline.detect(rows.detector, pixels)
        rows.add(where, pixels, moved, hands)
        tracked = list(_read_moved(rows, pixels, moved, random))
        rows.add(replace(where, change=f"{change}, {MOVED}"), pixels, moved, tracked)


def _read_moved(
    rows: _Rows,
    image: ImageArray,
    truth: Iterable[TrueHand],
    random: np.random.Generator,
) -> Iterator[Hand]:
    """Read the hands as in a stream: near their true place, without looking for palms."""
    size = np.array(image_size(image))
    for hand in truth:
        if hand.points is None or np.isnan(hand.points).any():
            continue
        roi = roi_from_landmarks((hand.points / size).astype(np.float32), tuple(size.tolist()))
        x, y, growth, turn = random.normal(0, 0.5, 4)
        place = nudged(roi, SHIFT * x, SHIFT * y, float(np.exp(GROWTH * growth)), TURN * turn)
        [read] = pipeline.read_each(rows.detector, image, [Candidate(place)])
        if read is not None:
            yield read


def _add_clip(
    rows: _Rows, path: Path, frames: Sequence[Sequence[TrueHand]], change: str, level: float
) -> None:
    """Track a clip, with the same change in every frame, and add its readings."""
    detector = replace(rows.detector, max_hands=MAX_HANDS)
    follower = tracking.Follower(detector, smoothing=None)
    state = tracking.TrackState()
    last: list[list[Hand]] = []
    with open_source(path) as source:
        for frame, truth in zip(source, frames, strict=False):
            result = (
                (frame.image, tuple(truth))
                if change == PLAIN or not truth
                else changed(CHANGES[change], level, frame.image, truth)
            )
            if result is None:
                continue
            image, moved = result
            state, hands = tracking.step(follower, state, image, frame.time)
            residuals = [residual(hand, last) for hand in hands]
            last = [*last[-1:], hands]
            where = _Where("clip", f"{frame.index}", frame.index, change, level)
            rows.add(where, image, moved, hands, residuals)


def residual(hand: Hand, last: Sequence[Sequence[Hand]]) -> Array:
    """The distance of landmarks from constant motion over the last two frames; (21,) palm lengths.

    NaN if the hand was not in both. last: the hands of the last two frames, older first.
    """
    palm = float(np.linalg.norm(hand.wrist - hand.middle_mcp))
    before = [
        near[0]
        for hands in last
        if (near := sorted((h for h in hands), key=lambda h: _apart(h, hand)))
        and _apart(near[0], hand) < palm
    ]
    if len(before) < 2:
        return np.full(21, np.nan)
    expected = 2 * before[1].points - before[0].points
    return np.asarray(np.linalg.norm(hand.points - expected, axis=1) / palm, np.float64)


def _apart(hand: Hand, other: Hand) -> float:
    """Pixels."""
    return float(np.linalg.norm(hand.points - other.points, axis=1).mean())
