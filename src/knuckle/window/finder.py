"""What is found in a frame: tracked hands, or palms only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, cast

from ..api import Tracker
from ..networks.engine import open_networks
from ..options import HandAndNetworkOptions, wanted
from ..pictures.detector import Detector, find_palms
from ..values import Detections, Frame, Hand
from .state import Settings

REMEMBERED = 10_000  # frames of a clip whose answers are kept, about 6 kB each


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What is in one frame."""

    hands: tuple[Hand, ...] = ()
    palms: Detections | None = None  # None: hands were looked for


Find = Callable[[Frame], Answer]


class _Current(NamedTuple):
    settings: Settings
    find: Find


class Finder:
    """Finds what the settings ask for, frame by frame. Other settings start the tracking anew."""

    def __init__(self, *, remembers: bool) -> None:
        """remembers: answer a frame that comes again with the same settings from memory."""
        self._remembers = remembers
        self._answers: OrderedDict[int, Answer] = OrderedDict()
        self._current: _Current | None = None

    def __call__(self, settings: Settings, frame: Frame) -> Answer:
        """The answer for a frame, by its index. Raises what opening the networks raises."""
        if self._current is None or self._current.settings != settings:
            # The old networks are held until the new ones are open, so that they are shared.
            self._current = _Current(settings, find_for(settings))
            self._answers.clear()
        if frame.index in self._answers:
            return self._answers[frame.index]
        answer = self._current.find(frame)
        if self._remembers:
            self._answers[frame.index] = answer
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return answer


def find_for(settings: Settings) -> Find:
    """The function that settings ask for. Raises what opening the networks raises."""
    if settings.palms_only:
        return _palms_with(settings)
    tracker = Tracker(**settings.options)
    return lambda frame: Answer(tuple(tracker(frame)))


def _palms_with(settings: Settings) -> Find:
    options = cast("HandAndNetworkOptions", settings.options)
    detector = Detector.of(
        open_networks(options["variant"], wanted(options)),
        min_palm_score=options["min_palm_score"],
        exact=options["exact"],
    )
    most = options["max_hands"]
    return lambda frame: Answer(palms=find_palms(detector, frame.image).strongest(most))
