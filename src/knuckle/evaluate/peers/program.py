"""Runs one tracker, knuckle or a peer, in a process with the tracker's own Python.

    python program.py INTERFACE OPTIONS      OPTIONS is JSON: see `Contestant` in process.py
    python program.py versions

The first form reads requests from stdin and answers them on stdout, each a line of JSON, until
stdin ends. `process.py` is the other end and defines the types.

It also runs on Python 3.9. The time to import a library counts in the first answer, so libraries
are not imported at the top.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, TextIO

Reader = Callable[[Any], Any]  # from the next frame, or a still, to the library's result
Hands = list[dict[str, Any]]  # see `Reply` in process.py

COMPLEXITIES = {"full": 1, "lite": 0}
PACKAGES = ("knuckle", "mediapipe", "numpy", "onnxruntime", "ai-edge-litert", "openvino")
OTHER_HAND = {"Left": "right", "Right": "left"}
FRAME_MS = 33  # between two frames of a stream: the Tasks API wants increasing times
STARTED = time.perf_counter()


def knuckle_reader(options: dict[str, Any], slots: int, still: bool) -> Reader:
    """Create it as knuckle's README says, with its default of one thread."""
    knuckle = import_module("knuckle")
    chosen = {name: options[name] for name in ("variant", "engine", "precision")}
    chosen["max_hands"] = slots
    if still:
        return lambda image: knuckle.detect(image, **chosen)
    return knuckle.Tracker(**chosen)


def knuckle_hands(result: Any, width: int, height: int) -> Hands:
    """Convert the hands, which have pixels, metres and the person's own hand already."""
    return [
        {
            "points": hand.points.tolist(),
            "world": hand.world_landmarks.tolist(),
            "handedness": hand.handedness,
            "id": getattr(hand, "track_id", None),
        }
        for hand in result
    ]


def legacy_reader(options: dict[str, Any], slots: int, still: bool) -> Reader:
    """Create it as the documentation of mediapipe 0.10.21 says."""
    hands = import_module(options["library"]).solutions.hands.Hands(
        static_image_mode=still,
        max_num_hands=slots,
        model_complexity=COMPLEXITIES[options["variant"]],
        **dict.fromkeys(options["switches"], True),
    )
    return hands.process


def legacy_hands(result: Any, width: int, height: int) -> Hands:
    """Convert the hands. Labels are for a mirrored picture, so left and right are swapped."""
    if not result.multi_hand_landmarks:
        return []
    found = zip(
        result.multi_hand_landmarks, result.multi_hand_world_landmarks, result.multi_handedness
    )
    return [
        {
            "points": [[p.x * width, p.y * height] for p in landmarks.landmark],
            "world": [[p.x, p.y, p.z] for p in world.landmark],
            "handedness": OTHER_HAND[handedness.classification[0].label],
            "id": None,
        }
        for landmarks, world, handedness in found
    ]


def tasks_reader(options: dict[str, Any], slots: int, still: bool) -> Reader:
    """Create it as the documentation of the Tasks API says."""
    mediapipe = import_module(options["library"])
    vision = mediapipe.tasks.vision
    mode = vision.RunningMode.IMAGE if still else vision.RunningMode.VIDEO
    landmarker = vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(
            base_options=mediapipe.tasks.BaseOptions(model_asset_path=options["bundle"]),
            running_mode=mode,
            num_hands=slots,
            **dict.fromkeys(options["switches"], True),
        )
    )
    shown = 0

    def read(image: Any) -> Any:
        nonlocal shown
        picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
        if still:
            return landmarker.detect(picture)
        shown += 1
        return landmarker.detect_for_video(picture, shown * FRAME_MS)

    return read


def tasks_hands(result: Any, width: int, height: int) -> Hands:
    """Convert the hands, whose labels are the person's own hand already."""
    found = zip(result.hand_landmarks, result.hand_world_landmarks, result.handedness)
    return [
        {
            "points": [[p.x * width, p.y * height] for p in landmarks],
            "world": [[p.x, p.y, p.z] for p in world],
            "handedness": handedness[0].category_name.lower(),
            "id": None,
        }
        for landmarks, world, handedness in found
    ]


INTERFACES = {
    "knuckle": (knuckle_reader, knuckle_hands),
    "mediapipe-legacy": (legacy_reader, legacy_hands),
    "mediapipe-tasks": (tasks_reader, tasks_hands),
}


def read_picture(path: str, index: int) -> Any:
    """Read one picture of the file. No other is in memory, where it would count."""
    numpy = import_module("numpy")
    image = numpy.array(numpy.load(path, mmap_mode="r")[index])
    image.flags.writeable = False  # so mediapipe need not copy it, as its documentation says
    return image


def read_pictures(
    reader: Reader, hands_of: Callable[[Any, int, int], Hands], request: dict[str, Any]
) -> dict[str, Any]:
    """Each picture's times and hands, and the process's time and memory so far."""
    wall_ms, cpu_ms, hands = [], [], []
    for index in request["indices"]:
        image = read_picture(request["path"], index)
        cpu, wall = time.process_time(), time.perf_counter()
        result = reader(image)
        wall_ms.append(1000 * (time.perf_counter() - wall))
        cpu_ms.append(1000 * (time.process_time() - cpu))
        hands.append(hands_of(result, image.shape[1], image.shape[0]))
    return {
        "wall_ms": wall_ms,
        "cpu_ms": cpu_ms,
        "hands": hands,
        "since_start_ms": 1000 * (time.perf_counter() - STARTED),
        "peak_mib": peak_mib(),
    }


def peak_mib() -> float:
    """The largest resident memory of this process so far."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    except OSError:  # not Linux, where ru_maxrss would include the parent before the exec
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def versions() -> dict[str, str]:
    """Versions of Python and of the installed packages that matter here."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def private_stdout() -> TextIO:
    """Keep stdout for answers: from here on, what libraries print there goes to stderr."""
    private = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return private


def main(interface: str, options: dict[str, Any]) -> None:
    """Answer requests until stdin ends. Requests with the same stream name share a tracker."""
    replies = private_stdout()
    if options["core"] is not None:
        os.sched_setaffinity(0, {options["core"]})
    make, hands_of = INTERFACES[interface]
    readers: dict[str, Reader] = {}
    for line in sys.stdin:
        request = json.loads(line)
        stream = request["stream"]
        if stream not in readers:
            readers[stream] = make(options, request["slots"], request["still"])
        print(
            json.dumps(read_pictures(readers[stream], hands_of, request)),
            file=replies,
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        print(json.dumps(versions()))
    else:
        main(sys.argv[1], json.loads(sys.argv[2]))
