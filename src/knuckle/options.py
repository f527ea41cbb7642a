"""Every option, described once: its type, default, check and help.

The signatures and docstrings of `detect`, `Detector`, `Tracker`, `track_clip` and `track_many`, the
command line and the reference follow from these tables. An option belongs to the class that owns
it: `NetworkOptions` opens networks, `HandOptions` says what hands are wanted, `TrackOptions` how
they are followed.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, TypedDict, TypeVar, cast, get_args, get_type_hints

from .checks import checked_choice, checked_count, checked_flag, checked_seconds, checked_share
from .networks.engine import ENGINES
from .networks.models import Variant
from .networks.setup import (
    AUTO,
    DEFAULT_DEVICE,
    DEFAULT_ENGINE,
    DEFAULT_PRECISION,
    Device,
    Precision,
    Wanted,
)
from .pictures.detector import Effort
from .spec import MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE
from .streams.search import ADAPTIVE, SearchPolicy, checked_policy
from .streams.smoothing import SMOOTHING, Smoothing, checked_smoothing

VARIANTS: tuple[Variant, ...] = get_args(Variant)
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
DEVICES: tuple[Device, ...] = get_args(Device)
EFFORTS: tuple[Effort, ...] = get_args(Effort)
GAP_SECONDS = 0.5

# What programs that come from MediaPipe may type.
MEDIAPIPE_NAMES = {
    "max_num_hands": "max_hands",
    "num_hands": "max_hands",
    "min_detection_confidence": "min_palm_score",
    "min_hand_detection_confidence": "min_palm_score",
    "min_tracking_confidence": "min_presence",
    "min_hand_presence_confidence": "min_presence",
    "model_complexity": "variant",
}


@dataclass(frozen=True, slots=True)
class Option:
    """What an option is if it is not given, how it is checked, and what it does."""

    default: Any
    check: Callable[[str, Any], Any]  # name, value -> the value to use, or TypeError or ValueError
    help: str
    choices: tuple[str, ...] = ()  # the strings it may be, where it is one


def _choice(default: str, choices: tuple[str, ...], help: str) -> Option:
    return Option(default, lambda name, value: checked_choice(name, value, choices), help, choices)


class NetworkOptions(TypedDict, total=False):
    """What opens the networks."""

    variant: Annotated[
        Variant,
        _choice("full", VARIANTS, 'Which networks: "lite" is twice as fast and less accurate.'),
    ]
    engine: Annotated[
        str,
        _choice(
            DEFAULT_ENGINE,
            (*ENGINES, AUTO),
            f"What runs the networks: {', '.join(ENGINES)}, or {AUTO}, the quickest of those that "
            "are installed. All but the first need an extra.",
        ),
    ]
    precision: Annotated[
        Precision,
        _choice(
            DEFAULT_PRECISION,
            PRECISIONS,
            'How exactly the networks compute. "fast" is the quickest precision that this '
            "processor has and that is as accurate as float32 to within 1 %.",
        ),
    ]
    device: Annotated[
        Device,
        _choice(
            DEFAULT_DEVICE,
            DEVICES,
            "Where the networks run. All but the first need another package of ONNX Runtime, and "
            "have not been measured.",
        ),
    ]
    threads: Annotated[int, Option(1, checked_count, "How many threads each network uses.")]


class HandOptions(TypedDict, total=False):
    """What hands are wanted."""

    max_hands: Annotated[int, Option(MAX_HANDS, checked_count, "How many hands to find at most.")]
    min_palm_score: Annotated[
        float,
        Option(MIN_PALM_SCORE, checked_share, "Ignore palms that score less than this, 0 to 1."),
    ]
    min_presence: Annotated[
        float,
        Option(
            MIN_PRESENCE,
            checked_share,
            "Drop a hand unless the network is surer than this that it is one, 0 to 1.",
        ),
    ]
    mirrored: Annotated[
        bool,
        Option(
            False,
            checked_flag,
            "The picture is a mirror image, like a selfie view: swaps left and right.",
        ),
    ]
    effort: Annotated[
        Effort,
        _choice(
            "normal",
            EFFORTS,
            '"high" finds more hands, above all small and far ones, by searching in tiles. In a '
            "picture it also averages several readings of each hand, and takes three to four times "
            "as long, ten times or more where no hand is near. In a stream it spreads the search "
            "over frames and takes up to 1.3 times as long.",
        ),
    ]
    exact: Annotated[
        bool,
        Option(
            False,
            checked_flag,
            "Reproduce MediaPipe's image warp bit for bit. Slower by some milliseconds per hand. "
            'Precision "fast" is float32 then.',
        ),
    ]


class HandAndNetworkOptions(HandOptions, NetworkOptions, total=False):
    """What pictures and streams have in common."""


class DetectOptions(HandAndNetworkOptions, total=False):
    """The options of `knuckle.detect` and `knuckle.Detector`."""

    second_look: Annotated[
        bool,
        Option(
            True,
            checked_flag,
            "Search a picture in which no hand was found again, from farther away. It finds hands "
            "that fill the picture.",
        ),
    ]


class TrackOptions(HandAndNetworkOptions, total=False):
    """The options of `knuckle.Tracker` and `knuckle.track_many`."""

    search: Annotated[
        SearchPolicy,
        Option(
            ADAPTIVE,
            lambda name, value: checked_policy(value),
            "When to look for new hands while fewer than `max_hands` are followed.",
        ),
    ]
    smoothing: Annotated[
        Smoothing | None,
        Option(
            SMOOTHING,
            lambda name, value: checked_smoothing(value),
            "How to smooth hands over time. None turns it off. `hand.raw` is always the "
            "unsmoothed hand.",
        ),
    ]


class ClipOptions(TrackOptions, total=False):
    """The options of `knuckle.track_clip`."""

    gap: Annotated[
        float,
        Option(
            GAP_SECONDS,
            checked_seconds,
            "Fill in a hand that is lost for at most this many seconds.",
        ),
    ]


class ServeOptions(DetectOptions, TrackOptions, total=False):
    """The options of `knuckle serve`: those of pictures and those of streams."""


Kind = TypeVar("Kind", bound=Mapping[str, Any])


@cache
def options_of(kind: Any) -> dict[str, Option]:
    """The options of a class above, by name, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        name: next(o for o in get_args(hint) if isinstance(o, Option))
        for name, hint in hints.items()
    }


def completed(kind: type[Kind], given: Mapping[str, Any], of: str) -> Kind:
    """All options of a kind, checked: those given, and the defaults of the others.

    of: the name of what was called, for messages.
    Raises TypeError or ValueError with one sentence.
    """
    options = options_of(kind)
    for name in given:
        if name not in options:
            raise TypeError(_unknown(name, of, list(options)))
    values = {
        name: option.check(name, given[name]) if name in given else option.default
        for name, option in options.items()
    }
    return cast("Kind", values)


def _unknown(name: str, of: str, options: list[str]) -> str:
    near = get_close_matches(name, options, n=1)
    if name in MEDIAPIPE_NAMES:
        cure = f"MediaPipe's name for what is {MEDIAPIPE_NAMES[name]!r} here"
    else:
        cure = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(options)}"
    return f"{of} has no option {name!r}: {cure}"


Called = TypeVar("Called", bound=Callable[..., Any])


def described(kind: type) -> Callable[[Called], Called]:
    """Give a function that takes **options their signature, and its docstring their lines.

    The lines replace the one that says {options}.
    """

    def describe(called: Called) -> Called:
        called.__signature__ = signature_with(called, kind)  # type: ignore[attr-defined]
        if called.__doc__:
            called.__doc__ = documented(called.__doc__, kind)
        return called

    return describe


def signature_with(called: Callable[..., Any], kind: type) -> inspect.Signature:
    """The signature of a function with the options of a kind in the place of **options."""
    signature = inspect.signature(called)  # of a class without self
    kept = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    hints = get_type_hints(kind)
    keywords = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=o.default, annotation=hints[name]
        )
        for name, o in options_of(kind).items()
    ]
    return signature.replace(parameters=[*kept, *keywords])


def documented(doc: str, kind: type) -> str:
    """A docstring with the lines of its options where it says {options}."""
    lines = []
    for line in doc.splitlines():
        if line.strip() != "{options}":
            lines.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip())]
        for name, option in options_of(kind).items():
            lines += textwrap.wrap(
                f"{name}: {option.help}",
                width=100,
                initial_indent=indent,
                subsequent_indent=indent + "    ",
            )
    return "\n".join(lines)


def wanted(chosen: HandAndNetworkOptions) -> Wanted:
    """How the networks are to run. Who asks for `exact` gets float32 unless they name another."""
    precision = chosen["precision"]
    if precision == "fast" and chosen["exact"]:
        precision = "float32"
    return Wanted(chosen["engine"], precision, chosen["device"], chosen["threads"])
