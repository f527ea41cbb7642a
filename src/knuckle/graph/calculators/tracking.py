"""The nodes of knuckle's own tracker: each calls one function of `streams/` or `pictures/`.

    picture -> the hands that are followed -> a search, if one is due -> whose hands they are
    -> smoothed hands

`files/knuckle_tracking.pbtxt` joins them. No node has state of its own: what one picture passes on
to the next flows through the two back edges of that graph.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...networks.engine import open_networks
from ...networks.models import BY_COMPLEXITY
from ...networks.setup import Wanted
from ...pictures.detector import Detector, find_palms, read_hands
from ...streams.identity import NO_TRACKS, continued, expected, identified, next_moment
from ...streams.search import (
    NEVER_SEARCHED,
    Adaptive,
    EveryFrame,
    EveryFrames,
    EverySeconds,
    SearchPolicy,
)
from ...streams.smoothing import Smoothing, widened
from ...streams.step import needs_second_look, new_places, planned, remembered, without_ghosts
from ...values import Hand, image_size
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..services import Exact
from ..types import (
    ANY,
    BOOL,
    CANDIDATES,
    CLASSIFICATIONS_VECTOR,
    DETECTIONS,
    DETECTOR,
    HANDS,
    IDENTITIES,
    IMAGE,
    INT,
    INTS,
    LANDMARKS_VECTOR,
    MOMENT,
    RECTS,
    SEARCH,
    SEARCHES,
    TRACKS,
    WORLD_LANDMARKS_VECTOR,
    Classification,
)

LABELS = {"left": (0, "Left"), "right": (1, "Right")}  # index and label of a handedness


class KnuckleDetectorCalculator(Calculator):
    """Opens the networks, and says what hands are wanted; the other nodes use what it gives."""

    contract = Contract(
        side_inputs=(
            Port("NUM_HANDS", INT, optional=True),
            Port("MODEL_COMPLEXITY", INT, optional=True),
        ),
        side_outputs=(Port("DETECTOR", DETECTOR),),
        options="knuckle.KnuckleDetectorCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Open the networks. Side packets count more than options.

        The services `Wanted` and `Exact` say how they run, as they do for a Tracker.
        Raises ValueError for a number that is not allowed, and what `open_networks` raises.
        """
        options = context.options
        num_hands, complexity = context.side("NUM_HANDS"), context.side("MODEL_COMPLEXITY")
        max_hands = options.num_hands if num_hands is None else num_hands
        complexity = options.model_complexity if complexity is None else complexity
        if max_hands < 1:
            raise ValueError(f"num_hands must be at least 1, not {max_hands}")
        if complexity not in range(len(BY_COMPLEXITY)):
            raise ValueError(f"model_complexity must be 0 (lite) or 1 (full), not {complexity}")
        for name in ("min_palm_score", "min_presence"):
            if not 0 <= getattr(options, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1, not {getattr(options, name)}")
        is_exact = (context.service(Exact) or Exact(False)).is_exact
        wanted = context.service(Wanted) or Wanted()
        if is_exact and wanted.precision == "fast":
            wanted = replace(wanted, precision="float32")  # as a Tracker does
        detector = Detector.of(
            open_networks(BY_COMPLEXITY[complexity], wanted),
            min_palm_score=options.min_palm_score,
            exact=is_exact,
            max_hands=max_hands,
            min_presence=options.min_presence,
            mirrored=options.mirrored,
        )
        context.emit_side("DETECTOR", detector)


class KnuckleClockCalculator(Calculator):
    """Says when a picture was taken, in seconds of the stream."""

    contract = Contract(
        inputs=(Port("TICK", ANY), Port("TRACKS", TRACKS)), outputs=(Port("MOMENT", MOMENT),)
    )

    def process(self, context: Context) -> None:
        """Count on from the moment of the picture before."""
        before = context.get("TRACKS") or NO_TRACKS
        context.emit("MOMENT", next_moment(before.moment, context.timestamp / 1e6))


class KnuckleExpectedHandsCalculator(Calculator):
    """Says where to read the hands that are followed."""

    contract = Contract(
        inputs=(Port("TICK", ANY), Port("TRACKS", TRACKS)),
        outputs=(Port("CANDIDATES", CANDIDATES),),
    )

    def process(self, context: Context) -> None:
        """Give one place for each track; none in the first picture."""
        context.emit("CANDIDATES", tuple(expected(context.get("TRACKS") or NO_TRACKS)))


class KnuckleHandReaderCalculator(Calculator):
    """Reads the hands at candidates in one batch, after those that are KNOWN already."""

    contract = Contract(
        inputs=(
            Port("IMAGE", IMAGE),
            Port("CANDIDATES", CANDIDATES),
            Port("KNOWN", HANDS, optional=True),
        ),
        outputs=(Port("HANDS", HANDS),),
        side_inputs=(Port("DETECTOR", DETECTOR),),
    )

    def process(self, context: Context) -> None:
        """Read one picture, if there is one."""
        image, candidates = context.get("IMAGE"), context.get("CANDIDATES")
        if image is not None and candidates is not None:
            known = context.get("KNOWN") or ()
            hands = read_hands(context.side("DETECTOR"), image, candidates, known)
            context.emit("HANDS", tuple(hands))


class KnuckleSearchPolicyCalculator(Calculator):
    """Decides whether to search a picture for new hands; the options choose the policy."""

    contract = Contract(
        inputs=(
            Port("IMAGE", IMAGE),
            Port("HANDS", HANDS),
            Port("MOMENT", MOMENT),
            Port("TRACKS", TRACKS),
            Port("SEARCHES", SEARCHES),
        ),
        outputs=(Port("SEARCH", SEARCH), Port("IS_DUE", BOOL)),
        side_inputs=(Port("DETECTOR", DETECTOR),),
        options="knuckle.KnuckleSearchPolicyCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the policy. Raises ValueError for a number that is not allowed."""
        self._policy = policy_of(context.options)

    def process(self, context: Context) -> None:
        """Decide for one picture."""
        search = planned(
            self._policy,
            context.get("SEARCHES") or NEVER_SEARCHED,
            context.get("IMAGE"),
            tracks=context.get("TRACKS") or NO_TRACKS,
            hands=context.get("HANDS"),
            time=context.get("MOMENT").time,
            max_hands=context.side("DETECTOR").max_hands,
        )
        context.emit("SEARCH", search)
        context.emit("IS_DUE", search.is_due)


def policy_of(options: Any) -> SearchPolicy:
    """The search policy of a KnuckleSearchPolicyCalculatorOptions; Adaptive() if it names none.

    Raises ValueError for a number that is not allowed.
    """
    match options.WhichOneof("policy"):
        case "every_frame":
            return EveryFrame()
        case "every_frames":
            return EveryFrames(options.every_frames.count)
        case "every_seconds":
            return EverySeconds(options.every_seconds.seconds)
        case _:
            given = options.adaptive
            return Adaptive(
                watch=given.watch,
                moving=given.moving,
                still=given.still,
                empty=given.empty,
                second_look=given.second_look,
            )


class KnucklePalmsCalculator(Calculator):
    """Finds palms in a picture; the options say how much of the world around it is shown."""

    contract = Contract(
        inputs=(Port("IMAGE", IMAGE),),
        outputs=(Port("DETECTIONS", DETECTIONS),),
        side_inputs=(Port("DETECTOR", DETECTOR),),
        options="knuckle.KnucklePalmsCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the view. Raises ValueError if it is not above 0."""
        self._view: float = context.options.view
        if not self._view > 0:
            raise ValueError(f"view must be above 0 picture sizes, not {self._view}")

    def process(self, context: Context) -> None:
        """Search one picture."""
        palms = find_palms(context.side("DETECTOR"), context.get("IMAGE"), self._view)
        context.emit("DETECTIONS", palms)


class KnuckleNewPalmsCalculator(Calculator):
    """Says where to read new hands: at the palms that lie on no KNOWN hand."""

    contract = Contract(
        inputs=(
            Port("IMAGE", IMAGE),
            Port("DETECTIONS", DETECTIONS),
            Port("KNOWN", HANDS, optional=True),
        ),
        outputs=(Port("CANDIDATES", CANDIDATES), Port("NORM_RECTS", RECTS, optional=True)),
    )

    def process(self, context: Context) -> None:
        """Look at the palms of one picture; a picture without a packet has not been searched."""
        image, palms = context.get("IMAGE"), context.get("DETECTIONS")
        if image is None:
            return
        known = context.get("KNOWN") or ()
        places = () if palms is None else tuple(new_places(palms, image_size(image), known))
        context.emit("CANDIDATES", places)
        if places:
            context.emit("NORM_RECTS", tuple(place.roi for place in places))


class KnuckleGhostFilterCalculator(Calculator):
    """Drops hands that were read where a hand has just been, beside the hand that moved away."""

    contract = Contract(inputs=(Port("HANDS", HANDS),), outputs=(Port("HANDS", HANDS),))

    def process(self, context: Context) -> None:
        """Filter the hands of one picture."""
        context.emit("HANDS", tuple(without_ghosts(context.get("HANDS"))))


class KnuckleSecondLookCalculator(Calculator):
    """Decides whether to search a picture again, from farther away, because nothing was found."""

    contract = Contract(
        inputs=(Port("SEARCH", SEARCH), Port("HANDS", HANDS)), outputs=(Port("IS_DUE", BOOL),)
    )

    def process(self, context: Context) -> None:
        """Decide for one picture. Without a packet of HANDS it has not been searched."""
        search, hands = context.get("SEARCH"), context.get("HANDS")
        context.emit("IS_DUE", hands is not None and needs_second_look(search, hands))


class KnuckleSearchMemoryCalculator(Calculator):
    """Remembers for the next pictures what was searched, and what moved."""

    contract = Contract(
        inputs=(Port("SEARCH", SEARCH), Port("SECOND_LOOK", BOOL)),
        outputs=(Port("SEARCHES", SEARCHES),),
    )

    def process(self, context: Context) -> None:
        """Remember one picture."""
        is_second = bool(context.get("SECOND_LOOK"))
        context.emit("SEARCHES", remembered(context.get("SEARCH"), is_second=is_second))


class KnuckleIdentityCalculator(Calculator):
    """Says whose hands were read: those of a track, of a hand that has come back, or new ones."""

    contract = Contract(
        inputs=(Port("HANDS", HANDS), Port("MOMENT", MOMENT), Port("TRACKS", TRACKS)),
        outputs=(Port("IDENTITIES", IDENTITIES),),
    )

    def process(self, context: Context) -> None:
        """Match the hands of one picture with the tracks."""
        tracks, time = context.get("TRACKS") or NO_TRACKS, context.get("MOMENT").time
        context.emit("IDENTITIES", identified(tracks, context.get("HANDS"), time))


class KnuckleSmoothingCalculator(Calculator):
    """Continues each track with its hand, smoothed over time."""

    contract = Contract(
        inputs=(Port("IDENTITIES", IDENTITIES), Port("MOMENT", MOMENT)),
        outputs=(Port("TRACKS", TRACKS),),
        side_inputs=(Port("DETECTOR", DETECTOR),),
        options="knuckle.KnuckleSmoothingCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options, and widen the tolerance as the precision of the network asks.

        Raises ValueError for a number that is not allowed.
        """
        options = context.options
        smoothing = Smoothing(options.cutoff, options.tolerance, options.response)
        precision = context.side("DETECTOR").landmarks.network.setup.precision
        self._smoothing = widened(smoothing, precision) if options.is_on else None

    def process(self, context: Context) -> None:
        """Continue the tracks with the hands of one picture."""
        tracks = continued(context.get("IDENTITIES"), context.get("MOMENT"), self._smoothing)
        context.emit("TRACKS", tracks)


class KnuckleHandsCalculator(Calculator):
    """Takes tracks apart: the hands themselves, and what MediaPipe's graphs give of each hand.

    HANDS has a packet for each picture; the others only where there are hands, as in MediaPipe's.
    """

    contract = Contract(
        inputs=(Port("TRACKS", TRACKS),),
        outputs=(
            Port("HANDS", HANDS),
            Port("TRACK_IDS", INTS, optional=True),
            Port("LANDMARKS", LANDMARKS_VECTOR, optional=True),
            Port("WORLD_LANDMARKS", WORLD_LANDMARKS_VECTOR, optional=True),
            Port("HANDEDNESS", CLASSIFICATIONS_VECTOR, optional=True),
            Port("NORM_RECTS", RECTS, optional=True),
        ),
    )

    def process(self, context: Context) -> None:
        """Take the tracks of one picture apart."""
        tracks = context.get("TRACKS").now
        context.emit("HANDS", tuple(track.hand for track in tracks))
        if not tracks:
            return
        hands = [track.hand for track in tracks]
        context.emit("TRACK_IDS", tuple(track.id for track in tracks))
        context.emit("LANDMARKS", tuple(hand.landmarks for hand in hands))
        context.emit("WORLD_LANDMARKS", tuple(hand.world_landmarks for hand in hands))
        context.emit("HANDEDNESS", tuple(map(_handedness, hands)))
        context.emit("NORM_RECTS", tuple(track.roi for track in tracks))


def _handedness(hand: Hand) -> tuple[Classification, ...]:
    index, label = LABELS[hand.handedness]
    return (Classification(index, hand.handedness_score, label),)


TRACKING: dict[str, type[Calculator]] = {
    "KnuckleClockCalculator": KnuckleClockCalculator,
    "KnuckleDetectorCalculator": KnuckleDetectorCalculator,
    "KnuckleExpectedHandsCalculator": KnuckleExpectedHandsCalculator,
    "KnuckleGhostFilterCalculator": KnuckleGhostFilterCalculator,
    "KnuckleHandReaderCalculator": KnuckleHandReaderCalculator,
    "KnuckleHandsCalculator": KnuckleHandsCalculator,
    "KnuckleIdentityCalculator": KnuckleIdentityCalculator,
    "KnuckleNewPalmsCalculator": KnuckleNewPalmsCalculator,
    "KnucklePalmsCalculator": KnucklePalmsCalculator,
    "KnuckleSearchMemoryCalculator": KnuckleSearchMemoryCalculator,
    "KnuckleSearchPolicyCalculator": KnuckleSearchPolicyCalculator,
    "KnuckleSecondLookCalculator": KnuckleSecondLookCalculator,
    "KnuckleSmoothingCalculator": KnuckleSmoothingCalculator,
}
