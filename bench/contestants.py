"""One contestant in a process of its own: knuckle or mediapipe, on a Python that has it.

    python bench/contestants.py knuckle full [CORE]
    python bench/contestants.py versions

The first reads requests from stdin and answers them on stdout, each a line of JSON, until stdin
ends. `processes.py` is the other end and has the types of both.

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

Reader = Callable[[Any], int]  # the next picture of a stream, or a still -> hands found in it

COMPLEXITIES = {"full": 1, "lite": 0}
PACKAGES = ("knuckle", "mediapipe", "numpy", "onnxruntime", "kornia_rs")
STARTED = time.perf_counter()


def knuckle_reader(variant: str, slots: int, still: bool) -> Reader:
    """Made as the README of knuckle says, on its default of one thread."""
    knuckle = import_module("knuckle")
    if still:
        return lambda image: len(knuckle.detect(image, max_hands=slots, variant=variant))
    track = knuckle.Tracker(max_hands=slots, variant=variant)
    return lambda image: len(track(image))


def mediapipe_reader(variant: str, slots: int, still: bool) -> Reader:
    """Made as the documentation of mediapipe says."""
    hands = import_module("mediapipe").solutions.hands.Hands(
        static_image_mode=still, max_num_hands=slots, model_complexity=COMPLEXITIES[variant]
    )
    return lambda image: len(hands.process(image).multi_hand_landmarks or ())


READERS = {"knuckle": knuckle_reader, "mediapipe": mediapipe_reader}


def read_picture(path: str, index: int) -> Any:
    """One picture of the file; no other stays in memory to count as the contestant's own."""
    numpy = import_module("numpy")
    image = numpy.array(numpy.load(path, mmap_mode="r")[index])
    image.flags.writeable = False  # mediapipe's documentation: then it need not copy the picture
    return image


def read_pictures(reader: Reader, path: str, indices: list[int]) -> dict[str, Any]:
    """What each picture took, the hands in it, and what the process has taken so far."""
    wall_ms, cpu_ms, hands = [], [], []
    for index in indices:
        image = read_picture(path, index)
        cpu, wall = time.process_time(), time.perf_counter()
        hands.append(reader(image))
        wall_ms.append(1000 * (time.perf_counter() - wall))
        cpu_ms.append(1000 * (time.process_time() - cpu))
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


def main(library: str, variant: str, core: str = "") -> None:
    """Answer requests until stdin ends; requests that name the same stream share a tracker.

    core: the number of the only processor core to use.
    """
    replies = private_stdout()
    if core:
        os.sched_setaffinity(0, {int(core)})
    readers: dict[str, Reader] = {}
    for line in sys.stdin:
        request = json.loads(line)
        stream = request["stream"]
        if stream not in readers:
            make = READERS[library]
            readers[stream] = make(variant, request["slots"], request["still"])
        reply = read_pictures(readers[stream], request["path"], request["indices"])
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        print(json.dumps(versions()))
    else:
        main(*sys.argv[1:])
