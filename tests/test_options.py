"""A caller's mistakes: one sentence that names the value and the cure."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import mypy.api
import numpy as np
import pytest

import knuckle
from knuckle.checks import checked_image
from knuckle.options import DetectOptions, TrackOptions, completed, options_of
from knuckle.values import ImageArray
from tests.conftest import ROOT

CACHE = ROOT / ".mypy_cache"


@pytest.mark.parametrize(
    ("option", "value", "kind", "says"),
    [
        ("max_hands", 0, ValueError, "max_hands must be at least 1, not 0"),
        ("max_hands", -3, ValueError, "max_hands must be at least 1, not -3"),
        ("max_hands", 2.0, TypeError, "max_hands must be a whole number, not 2.0"),
        ("max_hands", True, TypeError, "max_hands must be a whole number, not True"),
        ("max_hands", None, TypeError, "max_hands must be a whole number, not None"),
        ("threads", 0, ValueError, "threads must be at least 1, not 0"),
        ("threads", "2", TypeError, "threads must be a whole number, not '2'"),
        ("min_palm_score", float("nan"), ValueError, "min_palm_score must lie between 0 and 1"),
        ("min_palm_score", 1.5, ValueError, "must lie between 0 and 1, not 1.5"),
        ("min_presence", -0.1, ValueError, "min_presence must lie between 0 and 1, not -0.1"),
        ("min_presence", "0.5", TypeError, "min_presence must be a number from 0 to 1, not '0.5'"),
        ("mirrored", 1, TypeError, "mirrored must be True or False, not 1"),
        ("exact", "yes", TypeError, "exact must be True or False, not 'yes'"),
        ("variant", "heavy", ValueError, "variant must be one of 'full', 'lite', not 'heavy'"),
        ("variant", ["full"], ValueError, "variant must be one of 'full', 'lite'"),
    ],
)
def test_bad_options_are_refused(
    option: str, value: Any, kind: type[Exception], says: str, open_palm: ImageArray
) -> None:
    """By `detect` and by `Tracker` alike, before anything else happens."""
    with pytest.raises(kind, match=says):
        knuckle.detect(open_palm, **{option: value})
    with pytest.raises(kind, match=says):
        knuckle.Tracker(**{option: value})


@pytest.mark.parametrize(
    ("image", "kind", "says"),
    [
        (None, TypeError, "image must be a numpy array, not NoneType"),
        ([[[0, 0, 0]]], TypeError, "image must be a numpy array, not list"),
        (np.zeros((9, 9, 3)), TypeError, "image must be uint8 .* not float64: .*astype"),
        (np.zeros((9, 9, 3), np.uint16), TypeError, "not uint16"),
        ("a.jpg", TypeError, r"not str: knuckle.read_image\(path\)"),
        (np.zeros((9, 9), np.uint8), ValueError, r"not \(9, 9\): np.stack"),
        (np.zeros((3, 9, 9), np.uint8), ValueError, r"not \(3, 9, 9\): image.transpose"),
        (np.zeros((9, 9, 4), np.uint8), ValueError, r"not \(9, 9, 4\): .*drops alpha"),
        (np.zeros((9, 9, 1), np.uint8), ValueError, r"not \(9, 9, 1\)"),
        (np.zeros((1, 9, 9, 3), np.uint8), ValueError, r"not \(1, 9, 9, 3\)"),
        (np.zeros((0, 9, 3), np.uint8), ValueError, r"must have pixels, but its shape is \(0,"),
    ],
)
def test_bad_pictures_are_refused(image: Any, kind: type[Exception], says: str) -> None:
    """By `detect`, by a tracker and by `draw` alike; a tracker goes on after it."""
    track = knuckle.Tracker()
    for use in (knuckle.detect, track, lambda picture: knuckle.draw(picture, [])):
        with pytest.raises(kind, match=says):
            use(image)

    assert [] == track(np.zeros((48, 64, 3), np.uint8))


def test_numpy_scalars_are_fine() -> None:
    """Options often come out of arrays."""
    given = {
        "max_hands": np.int64(3),
        "min_presence": np.float32(0.5),
        "mirrored": np.bool_(True),
    }
    options = completed(DetectOptions, given, "here")

    assert (3, 0.5, True) == (options["max_hands"], options["min_presence"], options["mirrored"])


def test_a_view_is_copied_only_when_needed(open_palm: ImageArray) -> None:
    """A C-contiguous picture is used where it lies; a flipped one is copied."""
    assert checked_image(open_palm) is open_palm
    assert checked_image(open_palm[:, ::-1]).flags.c_contiguous


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (knuckle.detect, r"knuckle.detect has no option 'treads': did you mean 'threads'\?"),
        (knuckle.Detector, "knuckle.Detector has no option 'treads'"),
        (knuckle.Tracker, "knuckle.Tracker has no option 'treads'"),
        (knuckle.track_clip, "knuckle.track_clip has no option 'treads'"),
        (knuckle.track_many, "knuckle.track_many has no option 'treads'"),
    ],
)
def test_an_unknown_option_is_named(call: Any, says: str) -> None:
    """With the one that may be meant."""
    arguments: tuple[Any, ...] = () if isinstance(call, type) else ([],)
    with pytest.raises(TypeError, match=says):
        call(*arguments, treads=2)


def test_an_option_of_mediapipe_is_translated() -> None:
    """Programs come from there."""
    with pytest.raises(TypeError, match=r"'model_complexity': MediaPipe's name for .* 'variant'"):
        knuckle.Tracker(model_complexity=0)  # type: ignore[call-arg]


def test_an_option_like_no_other_lists_those_there_are() -> None:
    """`second_look` is none of a tracker's."""
    with pytest.raises(TypeError, match=r"no option 'second_look': it has max_hands, .*smoothing"):
        knuckle.Tracker(second_look=False)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("call", "kind"), [(knuckle.detect, DetectOptions), (knuckle.Tracker, TrackOptions)]
)
def test_signature_and_help_have_every_option(call: Any, kind: Any) -> None:
    """With its default and its line, from the one table."""
    parameters = inspect.signature(call).parameters
    for name, option in options_of(kind).items():
        assert option.default == parameters[name].default
        assert inspect.Parameter.KEYWORD_ONLY is parameters[name].kind
        assert f"    {name}: {option.help[:40]}" in call.__doc__
    assert "{options}" not in call.__doc__


USER = """
import knuckle
import numpy as np
from numpy.typing import NDArray
from typing import Any

rgb = np.zeros((9, 9, 3), np.uint8)
opencv: np.ndarray[Any, np.dtype[np.integer[Any] | np.floating[Any]]] = rgb  # its MatLike
with knuckle.Tracker(max_hands=2, smoothing=None) as track:
    for hand in track(opencv):
        picture: NDArray[np.uint8] = knuckle.draw(opencv, [hand])
knuckle.detect(opencv, effort="high", threads=2)
"""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "Success"),
        ("knuckle.detect(rgb, treads=2)", 'Unexpected keyword argument "treads" for "detect"'),
        ("knuckle.Tracker(second_look=True)", 'Unexpected keyword argument "second_look"'),
        ("knuckle.Tracker(max_hands='2')", 'Argument "max_hands" to "Tracker" has incompatible'),
        ("knuckle.detect(rgb, effort='max')", 'Argument "effort" to "detect" has incompatible'),
        ("knuckle.detect('a.jpg')", 'Argument 1 to "detect" has incompatible type "str"'),
    ],
)
def test_a_users_program_is_checked_strictly(line: str, says: str, tmp_path: Path) -> None:
    """What is right passes mypy, also pictures typed as by OpenCV; what is wrong does not."""
    program = tmp_path / "program.py"
    program.write_text(USER + line + "\n")
    out, _, _ = mypy.api.run(["--strict", "--cache-dir", str(CACHE), str(program)])

    assert says in out
