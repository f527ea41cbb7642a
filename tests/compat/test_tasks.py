"""The Tasks API: how it is made, asked, closed, and what it says of bad input."""

from __future__ import annotations

import inspect
import pickle
import threading
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle.compat.mediapipe as mp
from knuckle.compat.mediapipe import assets, loops
from knuckle.compat.mediapipe.formats import landmark_pb2
from knuckle.compat.mediapipe.options import BaseOptions
from knuckle.errors import ExtraMissing
from knuckle.networks import engine, setup
from knuckle.networks.bundle import MEMBERS
from knuckle.networks.models import MODELS
from knuckle.pictures import detector as pipeline
from knuckle.streams.search import EveryFrame
from knuckle.values import ImageArray
from tests.compat.conftest import OURS
from tests.detectors import a_follower

vision = mp.tasks.vision
Mode = vision.RunningMode
Options = vision.HandLandmarkerOptions
Landmarker = vision.HandLandmarker


def image_of(array: ImageArray) -> mp.Image:
    """An mp.Image of an RGB array."""
    return mp.Image(image_format=mp.ImageFormat.SRGB, data=array)


def make(**options: Any) -> vision.HandLandmarker:
    """A HandLandmarker with our own networks."""
    return Landmarker.create_from_options(Options(base_options=BaseOptions(), **options))


@pytest.fixture
def palm(open_palm: ImageArray) -> mp.Image:
    """A picture with one right hand."""
    return image_of(open_palm)


def test_names_are_those_of_mediapipe() -> None:
    """Where programs look for them, the same object everywhere."""
    python = import_module(f"{OURS}.tasks.python")
    imported = import_module(f"{OURS}.tasks.python.vision")
    containers = import_module(f"{OURS}.tasks.python.components.containers")
    landmark = import_module(f"{OURS}.tasks.python.components.containers.landmark")

    assert mp.tasks is python
    assert vision is imported
    assert python.BaseOptions is mp.tasks.BaseOptions is mp.tasks.core.base_options.BaseOptions
    assert mp.tasks.components.containers.NormalizedLandmark is landmark.NormalizedLandmark
    assert containers.Category is mp.tasks.components.containers.category.Category
    assert ["IMAGE", "VIDEO", "LIVE_STREAM"] == [mode.name for mode in Mode]
    assert [1, 2] == [BaseOptions.Delegate.CPU, BaseOptions.Delegate.GPU]
    lines = vision.HandLandmarksConnections
    assert 21 == len(lines.HAND_CONNECTIONS)
    assert (0, 1) == (lines.HAND_PALM_CONNECTIONS[0].start, lines.HAND_PALM_CONNECTIONS[0].end)
    assert (8, 20) == (vision.HandLandmark.INDEX_FINGER_TIP, vision.HandLandmark.PINKY_TIP)


def test_the_options_are_those_of_mediapipe() -> None:
    """Names, order and defaults, then our own, by keyword only."""
    parameters = list(inspect.signature(Options).parameters.values())

    assert [
        ("base_options", inspect.Parameter.empty),
        ("running_mode", Mode.IMAGE),
        ("num_hands", 1),
        ("min_hand_detection_confidence", 0.5),
        ("min_hand_presence_confidence", 0.5),
        ("min_tracking_confidence", 0.5),
        ("result_callback", None),
        ("exact", None),
        ("upstream_palm_angle", None),
        ("adaptive_search", None),
    ] == [(p.name, p.default) for p in parameters]
    assert [True, True] == [p.kind is p.KEYWORD_ONLY for p in parameters[-2:]]


def test_the_networks_are_those_of_mediapipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """In float32 in both interfaces, whatever knuckle's own default is."""
    fast = setup.Wanted(precision="fast")
    monkeypatch.setattr(engine, "Wanted", lambda: fast)
    with mp.solutions.hands.Hands() as hands:
        detector = hands._follower.detector
    networks = assets.networks_of(BaseOptions())

    assert {"float32"} == {
        network.setup.precision
        for network in (
            detector.landmarks.network,
            detector.palms.network,
            networks.hand,
            networks.palm,
        )
    }


def test_a_result_has_what_mediapipe_gives(palm: mp.Image) -> None:
    """One hand by default, the person's own, with 21 landmarks twice."""
    result = make().detect(palm)
    [[category]] = result.handedness

    assert ["Right", "Right", 0] == [
        category.category_name,
        category.display_name,
        category.index,
    ]
    assert [21, 21] == [len(result.hand_landmarks[0]), len(result.hand_world_landmarks[0])]
    assert None is result.hand_landmarks[0][0].visibility
    assert result == pickle.loads(pickle.dumps(result))


def test_no_hand_is_three_empty_lists(no_hands: ImageArray) -> None:
    """Not None, as the legacy interface has it."""
    assert vision.HandLandmarkerResult([], [], []) == make().detect(image_of(no_hands))


def test_alpha_is_ignored(open_palm: ImageArray, palm: mp.Image) -> None:
    """SRGBA has the same hands as SRGB."""
    alpha = np.dstack([open_palm, np.zeros_like(open_palm[..., :1])])

    assert make().detect(palm) == make().detect(mp.Image(mp.ImageFormat.SRGBA, alpha))


def test_landmarks_become_messages(palm: mp.Image) -> None:
    """As programs do to draw a result with the legacy helpers, which hide nothing then."""
    [points] = make().detect(palm).hand_landmarks
    message = landmark_pb2.NormalizedLandmarkList()
    message.landmark.extend([point.to_pb2() for point in points])
    twin = type(points[0]).create_from_pb2(message.landmark[0])

    assert not message.landmark[0].HasField("visibility")
    assert twin.x == pytest.approx(points[0].x, abs=1e-7)
    assert None is twin.presence


def test_a_stream_follows_its_hands(palm: mp.Image) -> None:
    """Found by the palm in the first frame, then where the hand was: another place by a little."""
    landmarker = make(running_mode=Mode.VIDEO)
    first, second = (landmarker.detect_for_video(palm, time) for time in (-5, 7))

    assert first != second
    assert first.handedness[0][0].category_name == second.handedness[0][0].category_name


def test_an_overlap_decides_whether_a_palm_is_new(open_palm: ImageArray) -> None:
    """With a free slot the followed hand's own palm is found again: read twice only if allowed."""
    follower = a_follower(max_hands=2, search=EveryFrame())
    reads: list[Any] = []

    def read(*arguments: Any) -> Any:
        reads.append(arguments[-1][0].palm_score)
        return pipeline.read_each(*arguments)

    state, _ = loops.tasks_step(follower, loops.Followed(), open_palm, max_overlap=0.5)
    for max_overlap, expected in ((0.5, [None]), (1.0, [None, "palm"])):
        reads.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loops, "read_each", read)
            _, hands = loops.tasks_step(follower, state, open_palm, max_overlap=max_overlap)

        assert expected == [score and "palm" for score in reads]
        assert 1 == len(hands)  # a duplicate is removed


@pytest.mark.parametrize("mode", Mode)
def test_a_method_is_for_one_mode(mode: Any, palm: mp.Image) -> None:
    """ValueError in the others, which names both modes; nothing hangs."""
    callback = {"result_callback": print} if mode is Mode.LIVE_STREAM else {}
    landmarker = make(running_mode=mode, **callback)
    calls: dict[Any, Callable[[], Any]] = {
        Mode.IMAGE: lambda: landmarker.detect(palm),
        Mode.VIDEO: lambda: landmarker.detect_for_video(palm, 1),
        Mode.LIVE_STREAM: lambda: landmarker.detect_async(palm, 1),
    }
    for other, call in calls.items():
        if other is not mode:
            with pytest.raises(ValueError, match=f"the {other.name} mode, .* the {mode.name} mode"):
                call()


@pytest.mark.parametrize("time", [5, 4, -1])
def test_time_goes_forward(time: int, palm: mp.Image) -> None:
    """The same time again is refused, too; then the stream goes on."""
    landmarker = make(running_mode=Mode.VIDEO)
    landmarker.detect_for_video(palm, 5)
    with pytest.raises(ValueError, match=rf"greater than the last one \(5\), not {time}"):
        landmarker.detect_for_video(palm, time)

    assert landmarker.detect_for_video(palm, 6).hand_landmarks


@pytest.mark.parametrize("time", [1.5, "1", None])
def test_time_is_a_whole_number(time: Any, palm: mp.Image) -> None:
    """TypeError with the cure."""
    with pytest.raises(TypeError, match="whole number of milliseconds"):
        make(running_mode=Mode.VIDEO).detect_for_video(palm, time)


def test_numpy_numbers_are_numbers(palm: mp.Image) -> None:
    """Counts, shares and times."""
    landmarker = make(
        running_mode=Mode.VIDEO,
        num_hands=np.int64(1),
        min_hand_presence_confidence=np.float32(0.5),
    )

    assert landmarker.detect_for_video(palm, np.int64(3)).hand_landmarks  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"num_hands": 0}, RuntimeError, "num_hands must be at least 1, not 0"),
        ({"num_hands": 0}, ValueError, "num_hands must be at least 1, not 0"),
        ({"num_hands": 1.5}, TypeError, "num_hands must be a whole number"),
        ({"min_hand_detection_confidence": 2}, ValueError, "min_hand_detection_confidence must"),
        ({"min_hand_presence_confidence": -1}, ValueError, "min_hand_presence_confidence must"),
        ({"min_tracking_confidence": 1.1}, ValueError, "min_tracking_confidence must"),
        ({"min_tracking_confidence": "x"}, TypeError, "min_tracking_confidence must"),
        ({"running_mode": "IMAGE"}, TypeError, "running_mode must be a RunningMode, not 'IMAGE'"),
        ({"result_callback": print}, ValueError, "must not be given in the IMAGE mode"),
        ({"running_mode": Mode.LIVE_STREAM}, ValueError, "must be given in the LIVE_STREAM mode"),
        ({"exact": "yes"}, TypeError, "exact must be True or False"),
        ({"upstream_palm_angle": 1}, TypeError, "upstream_palm_angle must be True or False"),
    ],
)
def test_bad_options_are_named(options: Any, error: type[Exception], message: str) -> None:
    """When the HandLandmarker is made, as upstream; tracking and detection, too."""
    with pytest.raises(error, match=message):
        make(**options)


@pytest.mark.parametrize("image", [None, np.zeros((9, 9, 3), np.uint8), "hand.jpg"])
def test_only_an_image_is_looked_at(image: Any) -> None:
    """An array has to say what its pixels mean; the errors of 0.10 and of 1.x, and a TypeError."""
    for error in (ValueError, AttributeError, TypeError):
        with pytest.raises(error, match=r"must be an mp\.Image, not .*mp\.ImageFormat\.SRGB"):
            make().detect(image)


def test_other_formats_and_empty_pictures_are_named() -> None:
    """Grey is refused, as upstream: by a ValueError up to 1.2.2, by a RuntimeError since."""
    for error in (ValueError, RuntimeError):
        with pytest.raises(error, match="SRGB or SRGBA, not GRAY8"):
            make().detect(mp.Image(mp.ImageFormat.GRAY8, np.zeros((9, 9), np.uint8)))
    with pytest.raises(ValueError, match="must have pixels"):
        make().detect(image_of(np.zeros((0, 0, 3), np.uint8)))


@pytest.mark.parametrize("degrees", [-270, -180, 0, 90, 360, 450, 90.0])
def test_quarter_turns_are_taken(degrees: Any, open_palm: ImageArray) -> None:
    """Turned the other way before, the hand is found, where it is in the turned picture."""
    turned = np.ascontiguousarray(np.rot90(open_palm, int(degrees) // 90))
    result = make().detect(
        image_of(turned), vision.ImageProcessingOptions(rotation_degrees=degrees)
    )
    wrist = result.hand_landmarks[0][0]
    [[upright]] = [make().detect(image_of(open_palm)).hand_landmarks[0][:1]]
    x, y = (upright.x or 0) - 0.5, (upright.y or 0) - 0.5
    for _ in range(int(degrees) // 90 % 4):
        x, y = y, -x

    assert (wrist.x, wrist.y) == pytest.approx((x + 0.5, y + 0.5), abs=0.01)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rotation_degrees": 45}, "multiple of 90, not 45"),
        ({"region_of_interest": (0, 0, 1, 1)}, "not supported for hands: crop the picture"),
    ],
)
def test_other_turns_and_regions_are_refused(options: Any, message: str, palm: mp.Image) -> None:
    """As upstream."""
    with pytest.raises(ValueError, match=message):
        make().detect(palm, vision.ImageProcessingOptions(**options))


@pytest.mark.parametrize("mode", Mode)
def test_use_after_close_is_an_error(mode: Any, palm: mp.Image) -> None:
    """1.2.2 answers without hands, and hangs when closed again."""
    callback = {"result_callback": print} if mode is Mode.LIVE_STREAM else {}
    with make(running_mode=mode, **callback) as landmarker:
        pass
    landmarker.close()
    call: Any = {
        Mode.IMAGE: lambda: landmarker.detect(palm),
        Mode.VIDEO: lambda: landmarker.detect_for_video(palm, 1),
        Mode.LIVE_STREAM: lambda: landmarker.detect_async(palm, 1),
    }[mode]
    with pytest.raises(ValueError, match="this HandLandmarker is closed"):
        call()


def test_options_and_landmarkers_are_pickled(bundle: str, palm: mp.Image) -> None:
    """The copy begins a stream of its own."""
    options = Options(BaseOptions(model_asset_path=bundle), Mode.VIDEO, num_hands=2)
    landmarker = Landmarker.create_from_options(options)
    first = landmarker.detect_for_video(palm, 5)
    twin = pickle.loads(pickle.dumps(landmarker))

    assert options == pickle.loads(pickle.dumps(options))
    assert first == twin.detect_for_video(palm, 1)


def test_eight_threads_share_a_landmarker(palm: mp.Image) -> None:
    """Pictures have no state: every answer is the same."""
    landmarker = make(num_hands=2)
    answers: list[Any] = []
    expected = landmarker.detect(palm)

    def look() -> None:
        answers.extend(landmarker.detect(palm) for _ in range(5))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert [expected] * 40 == answers


def test_a_bundle_with_our_networks_is_run_by_us(bundle: str, palm: mp.Image) -> None:
    """By its path, as bytes, and by `create_from_model_path`; bytes go before the path."""
    content = Path(bundle).read_bytes()
    expected = make().detect(palm)
    for base in (
        BaseOptions(model_asset_path=bundle),
        BaseOptions(model_asset_path=Path(bundle)),
        BaseOptions(model_asset_buffer=content),
        BaseOptions(model_asset_path="absent.task", model_asset_buffer=content),
        BaseOptions(model_asset_path=bundle, delegate=BaseOptions.Delegate.GPU),
    ):
        landmarker = Landmarker.create_from_options(Options(base))

        assert expected == landmarker.detect(palm)
    assert expected == Landmarker.create_from_model_path(bundle).detect(palm)
    assert assets.networks_of(BaseOptions(bundle)).palm.spec is MODELS["palm_detection_full"]


def networks(variant: str) -> tuple[bytes, bytes]:
    """Our files for palms and for hands."""
    palm, hand = (MODELS[f"{name}_{variant}"] for name in ("palm_detection", "hand_landmark"))
    return palm.tflite.read_bytes(), hand.tflite.read_bytes()


def write_members(path: Path, palm: bytes, hand: bytes, how: int = zipfile.ZIP_STORED) -> None:
    """A bundle of any two networks."""
    with zipfile.ZipFile(path, "w", how) as file:
        file.writestr(MEMBERS["palm detection"], palm)
        file.writestr(MEMBERS["hand landmarks"], hand)


def test_what_mediapipe_refuses_is_run(tmp_path: Path, palm: mp.Image) -> None:
    """Lite palms, and an archive that is compressed."""
    path = tmp_path / "lite.task"
    palm_network, hand_network = networks("lite")
    write_members(path, palm_network, hand_network, zipfile.ZIP_DEFLATED)

    assert 1 == len(Landmarker.create_from_model_path(str(path)).detect(palm).handedness)


def changed(content: bytes) -> bytes:
    """A network that is not known any more: its description has another letter."""
    assert 1 == content.count(b"MLIR Converted.")
    return content.replace(b"MLIR Converted.", b"Nobody knows me")


@pytest.fixture
def unknown(tmp_path: Path) -> str:
    """A bundle whose networks are known by nobody, and work as ours do."""
    path = tmp_path / "unknown.task"
    palm, hand = networks("full")
    write_members(path, changed(palm), changed(hand))
    return str(path)


def test_other_networks_run_on_litert(unknown: str, palm: mp.Image) -> None:
    """The same hand, to what float32 allows."""
    pytest.importorskip("ai_edge_litert")
    ours, theirs = make().detect(palm), Landmarker.create_from_model_path(unknown).detect(palm)
    engine = assets.networks_of(BaseOptions(unknown)).hand

    assert engine.spec.name.startswith("hand landmarks ")
    assert [h.category_name for [h] in ours.handedness] == [
        h.category_name for [h] in theirs.handedness
    ]
    for one, other in zip(ours.hand_landmarks[0], theirs.hand_landmarks[0], strict=True):
        assert (one.x, one.y) == pytest.approx((other.x, other.y), abs=1e-4)


def test_other_networks_without_litert_are_one_sentence(
    unknown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which says what to install."""

    def missing(*arguments: Any, **options: Any) -> Any:
        raise ExtraMissing("LiteRT", "litert")

    monkeypatch.setattr(assets, "load_like", missing)

    with pytest.raises(
        ExtraMissing, match=r"own network for palm detection .*pip install ai-edge-litert"
    ):
        Landmarker.create_from_model_path(unknown)


def test_bundles_that_make_no_sense_are_named(tmp_path: Path) -> None:
    """Swapped, of another shape, no networks at all, a page of HTML, a folder, nothing."""
    palm, hand = networks("full")
    cases = {
        "swapped": (hand, palm, "palm detection is one for hand landmarks"),
        "shapes": (changed(hand), hand, "for palm detection has tensors of the shapes"),
        "garbage": (b"garbage", hand, "LiteRT cannot read the network for palm detection"),
    }
    for name, (first, second, message) in cases.items():
        path = tmp_path / f"{name}.task"
        write_members(path, first, second)
        with pytest.raises(RuntimeError, match=message):
            Landmarker.create_from_model_path(str(path))
    page = tmp_path / "page.task"
    page.write_text("<html>404")
    with pytest.raises(RuntimeError, match=r"not a \.task bundle"):
        Landmarker.create_from_model_path(str(page))
    half = tmp_path / "half.task"
    with zipfile.ZipFile(half, "w") as file:
        file.writestr(MEMBERS["palm detection"], palm)
    for error in (FileNotFoundError, RuntimeError):
        with pytest.raises(error, match=r"lacks hand_landmarks_detector\.tflite"):
            Landmarker.create_from_model_path(str(half))
    with pytest.raises(RuntimeError, match="cannot be read: Is a directory"):
        Landmarker.create_from_model_path(str(tmp_path))
    for error in (FileNotFoundError, RuntimeError):
        with pytest.raises(error, match=r"no model at '.*absent\.task': `knuckle models --export"):
            Landmarker.create_from_model_path(str(tmp_path / "absent.task"))


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("tasks.vision", "FaceLandmarker"),
        ("tasks.vision", "PoseLandmarkerOptions"),
        ("tasks.vision.pose_landmarker", "PoseLandmarker"),
        ("tasks.text", "TextClassifier"),
        ("solutions.pose", "Pose"),
        ("solutions.face_mesh", "FACEMESH_TESSELATION"),
        ("solutions.drawing_styles", "get_default_pose_landmarks_style"),
    ],
)
def test_what_is_no_hand_says_so_when_touched(part: str, name: str) -> None:
    """One sentence; the module itself is there, and has no private names."""
    found: Any = mp
    for step in part.split("."):
        found = getattr(found, step)

    with pytest.raises(NotImplementedError, match=rf"hands only, and mp\.{part}\.{name} does"):
        getattr(found, name)
    assert not hasattr(found, "_private")


@pytest.mark.parametrize(
    "part", ["", "tasks.vision", "tasks.vision.pose_landmarker", "tasks.components", "solutions"]
)
def test_an_optional_part_is_looked_for(part: str) -> None:
    """By `hasattr` and by `from ... import` in a `try`; either way the rest of the program runs."""
    found: Any = mp
    for step in filter(None, part.split(".")):
        found = getattr(found, step)
    names = {"": "Matrix", "tasks.components": "processors"}
    name = names.get(part, "PoseLandmarker")

    assert not hasattr(found, name)
    with pytest.raises(ImportError, match=name) as raised:
        exec(f"from {found.__name__} import {name}")
    assert isinstance(raised.value, NotImplementedError)
    assert "mediapipe itself" in str(raised.value)


@pytest.mark.parametrize(
    "path",
    [
        "calculators.audio",
        "calculators.core.mux_calculator_pb2",
        "framework.deps",
        "modules.objectron",
        "python._framework_bindings.matrix",
        "tasks.python.components.processors",
        "tasks.python.core.task_info",
        "tasks.python.vision.core.base_vision_task_api",
        "tasks.python.vision.pose_landmarker.more",
    ],
)
def test_a_module_that_is_not_here_says_so(path: str) -> None:
    """One sentence, and a ModuleNotFoundError for programs that do without it."""
    with pytest.raises(ModuleNotFoundError, match=r"^knuckle .* mediapipe itself$"):
        import_module(f"{OURS}.{path}")


@pytest.mark.parametrize("part", ["tasks.vision", "tasks.vision.gesture_recognizer"])
def test_gestures_have_a_sentence_of_their_own(part: str) -> None:
    """They are about hands: what is there, and who has the rest."""
    found: Any = mp
    for step in part.split("."):
        found = getattr(found, step)

    with pytest.raises(AttributeError, match="tell them by the landmarks of HandLandmarker"):
        _ = found.GestureRecognizerOptions


def test_a_typing_error_is_an_attribute_error() -> None:
    """Of modules that are here."""
    for module in (vision, mp.solutions, mp.solutions.drawing_styles):
        with pytest.raises(AttributeError):
            module.Handz  # noqa: B018
    assert OURS == mp.__name__
