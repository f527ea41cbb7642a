"""The trackers to compare: knuckle in this process, or a peer in a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import numpy as np

from .. import __version__
from ..api import Tracker, detect
from ..networks.bundle import write_bundle
from ..networks.engine import open_networks
from ..networks.models import Variant
from ..networks.setup import DEFAULT_DEVICE, DEFAULT_ENGINE, Setup
from ..options import HandAndNetworkOptions, wanted
from ..pictures.detector import Detector, find_palms
from ..stages.candidates import candidates_from_palms
from ..values import Frame, Hand, ImageArray, image_size
from .peers import Peer
from .peers import process as peers
from .peers.environment import Tell, peer_python, to_stderr
from .values import Palm, Prediction

LEAST_PALM_SCORE = 0.01  # low, because average precision measures the ranking of all palms

Follow = Callable[[Frame], list[Prediction] | None]


class Slots(NamedTuple):
    """How many hands a contestant looks for, at most."""

    picture: int
    clip: int


class Contestant(Protocol):
    """A hand tracker. Its methods return None where it has no prediction."""

    @property
    def name(self) -> str:
        """Its name in tables, with its version."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether it reads any picture; False if it replays recorded predictions."""
        ...

    def read(self, name: str, image: ImageArray) -> list[Prediction] | None:
        """The hands of a single picture. name: the picture's name in its annotation."""
        ...

    def palms(self, image: ImageArray) -> list[Palm] | None:
        """The palms that its detector finds, at any score; None if it does not expose them."""
        ...

    def follow(self, name: str) -> Follow:
        """Start a new stream. Call the returned function with one frame after another."""
        ...


class Knuckle:
    """knuckle, with the options of `knuckle.detect` except `max_hands`."""

    is_live = True

    def __init__(self, slots: Slots, options: Mapping[str, Any]) -> None:
        how = wanted(cast("HandAndNetworkOptions", options))
        networks = open_networks(options["variant"], how)
        effort = ["high effort"] if options.get("effort") == "high" else []
        words = ", ".join((options["variant"], *_unusual(networks.hand.setup), *effort))
        self.name = f"knuckle {__version__} ({words})"
        self._slots = slots
        self._options = dict(options)
        self._any_palm = Detector.of(
            networks, min_palm_score=LEAST_PALM_SCORE, exact=options["exact"]
        )

    def read(self, name: str, image: ImageArray) -> list[Prediction]:
        """The hands of a picture."""
        return [*map(_prediction, detect(image, max_hands=self._slots.picture, **self._options))]

    def palms(self, image: ImageArray) -> list[Palm]:
        """The palms of a picture, strongest first."""
        found = find_palms(self._any_palm, image)
        palms = candidates_from_palms(found, image_size(image))
        return [Palm(p.palm_box, p.palm_score) for p in palms if p.palm_box and p.palm_score]

    def follow(self, name: str) -> Follow:
        """A new Tracker."""
        track = Tracker(max_hands=self._slots.clip, **self._options)
        return lambda frame: [*map(_prediction, track(frame))]


def _unusual(setup: Setup) -> Iterator[str]:
    """What tells a setup from float32 in the default engine on the processor."""
    if setup.engine != DEFAULT_ENGINE:
        yield setup.engine
    if setup.precision != "float32":
        yield setup.precision
    if setup.device != DEFAULT_DEVICE:
        yield setup.device


def _prediction(hand: Hand) -> Prediction:
    return Prediction(
        points=hand.points.astype(np.float64),
        world=hand.world_landmarks.astype(np.float64),
        handedness=hand.handedness,
        id=getattr(hand, "track_id", None),
        confidence=hand.confidence.astype(np.float64),
    )


class PeerContestant:
    """A peer in its own process, with its own defaults."""

    is_live = True

    def __init__(self, name: str, process: peers.Process, folder: Path, slots: Slots) -> None:
        self.name = name
        self._process = process
        self._slots = slots
        self._file = folder / "picture.npy"
        self._streams = count()

    def read(self, name: str, image: ImageArray) -> list[Prediction]:
        """The hands of a picture."""
        return self._ask(image, stream="", slots=self._slots.picture, still=True)

    def palms(self, image: ImageArray) -> None:
        """None: no peer exposes its palms."""

    def follow(self, name: str) -> Follow:
        """A new stream."""
        stream = f"{name}, {next(self._streams)}"  # clips of several folders may share a name
        return lambda frame: self._ask(frame.image, stream, self._slots.clip, still=False)

    def _ask(self, image: ImageArray, stream: str, slots: int, still: bool) -> list[Prediction]:
        np.save(self._file, image[None])
        request = peers.Request(stream, slots, still, str(self._file), [0])
        return [_peer_prediction(hand) for hand in self._process.ask(request).hands[0]]


def _peer_prediction(hand: Mapping[str, Any]) -> Prediction:
    return Prediction(
        points=np.array(hand["points"], np.float64),
        world=np.array(hand["world"], np.float64),
        handedness=hand["handedness"],
        id=hand["id"],
    )


@contextmanager
def open_peer(
    peer: Peer, variant: Variant, slots: Slots, *, tell: Tell = to_stderr
) -> Iterator[PeerContestant]:
    """Run a peer until the end of the `with` block, after installing it if needed.

    tell: called with the progress of the installation, line by line.
    Raises PeerError when it cannot be installed.
    """
    python = str(peer_python(peer, tell=tell))
    version = peers.versions(python)["mediapipe"]
    with tempfile.TemporaryDirectory(prefix="knuckle-evaluate-") as name:
        bundle = Path(name) / "hand_landmarker.task"
        write_bundle(bundle, variant)
        contestant = peers.Contestant(peer.interface, python, variant, bundle=str(bundle))
        interface = peer.interface.removeprefix("mediapipe-")
        with peers.Process(contestant) as process:
            title = f"mediapipe {version} {interface} ({variant})"
            yield PeerContestant(title, process, Path(name), slots)
