"""One tracker in a process of its own: knuckle or a peer, on a Python that has it.

    python program.py INTERFACE OPTIONS      OPTIONS is JSON: see `Contestant` in process.py
    python program.py versions

The first reads requests from stdin and answers them on stdout, each a line of JSON, until stdin
ends. `process.py` is the other end and has the types of both.

Runs on Python 3.9, too. Imports of the libraries count in the first answer, so none is up here.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, TextIO

Reader = Callable[[Any], Any]  # the next picture of a stream, or a still -> the library's result
Hands = list[dict[str, Any]]  # see `Answer` in process.py

COMPLEXITIES = {"full": 1, "lite": 0}
PACKAGES = ("knuckle", "mediapipe", "numpy", "onnxruntime", "ai-edge-litert", "openvino")
OTHER_HAND = {"Left": "right", "Right": "left"}
FRAME_MS = 33  # between two pictures of a stream: the Tasks API wants rising times
STARTED = time.perf_counter()


def knuckle_reader(options: dict[str, Any], slots: int, still: bool) -> Reader:
    """Made as the README of knuckle says, on its default of one thread."""
    knuckle = import_module("knuckle")
    chosen = {"max_hands": slots, "variant": options["variant"], "engine": options["engine"]}
    if still:
        return lambda image: knuckle.detect(image, **chosen)
    return knuckle.Tracker(**chosen)


def knuckle_hands(result: Any, width: int, height: int) -> Hands:
    """Pixels, metres and the person's own hand already."""
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
    """Made as the documentation of mediapipe 0.10.21 says."""
    hands = import_module(options["library"]).solutions.hands.Hands(
        static_image_mode=still,
        max_num_hands=slots,
        model_complexity=COMPLEXITIES[options["variant"]],
        **dict.fromkeys(options["switches"], True),
    )
    return hands.process


def legacy_hands(result: Any, width: int, height: int) -> Hands:
    """Its labels are those of a mirrored picture, so the person's own hand is the other one."""
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
    """Made as the documentation of the Tasks API says."""
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
    """Its labels are the person's own hand."""
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
    """One picture of the file; no other stays in memory to count as the contestant's own."""
    numpy = import_module("numpy")
    image = numpy.array(numpy.load(path, mmap_mode="r")[index])
    image.flags.writeable = False  # mediapipe's documentation: then it need not copy the picture
    return image


def read_pictures(
    reader: Reader, hands_of: Callable[[Any, int, int], Hands], request: dict[str, Any]
) -> dict[str, Any]:
    """What each picture took, the hands in it, and what the process has taken so far."""
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
    """The most memory this process has had resident."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    except OSError:  # not Linux, where ru_maxrss would include the parent before the exec
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that matter and are there."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def private_stdout() -> TextIO:
    """The way to the driver; what libraries print on stdout goes to stderr from here on."""
    private = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return private


def main(interface: str, options: dict[str, Any]) -> None:
    """Answer requests until stdin ends; requests that name the same stream share a tracker."""
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
