"""A worker: a process that finds hands, one job after the other, until its input ends."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, BinaryIO

import numpy as np

from ..api import Detector, Tracker
from ..errors import ExtraMissing, KnuckleError, SourceError
from ..io.pictures import TooManyPixels, UnknownFormat, decode_picture
from ..values import Frame, ImageArray, image_size
from .jobs import (
    HEAD,
    Answer,
    Detect,
    End,
    Failed,
    Message,
    Options,
    Ready,
    Track,
    packed,
    unpacked,
)

DETECTORS = 16  # how many sets of options keep their detector
# What goes wrong with a picture, from the special to the general, and its status.
STATUSES: dict[type[Exception], int] = {
    TooManyPixels: 413,
    UnknownFormat: 415,
    ExtraMissing: 415,
    SourceError: 422,
    MemoryError: 413,
    Exception: 500,
}


class Worker:
    """Answers jobs. It has a tracker for each of its streams."""

    def __init__(self, options: Options, most_pixels: int) -> None:
        """options: those of a request that names none; their networks stay open."""
        self._most_pixels = most_pixels
        self._trackers: dict[int, Tracker] = {}
        self._detector = lru_cache(DETECTORS)(lambda options: Detector(**dict(options)))
        self._kept = Detector(**dict(options))

    def answer(self, job: Detect | Track) -> Answer:
        """The hands of a picture or a frame, or what is wrong with it."""
        started = time.perf_counter()
        try:
            image = self._picture(job)
            if isinstance(job, Detect):
                hands = self._detector(job.options)(image)
            else:
                hands = self._tracker(job)(Frame(image, 0, job.time))
            body = json.dumps([hand.to_dict() for hand in hands]).encode()
        except Exception as error:
            status = next(s for kind, s in STATUSES.items() if isinstance(error, kind))
            sentence = str(error) or type(error).__name__
            return Answer(status, sentence.encode(), seconds=time.perf_counter() - started)
        return Answer(200, body, image_size(image), time.perf_counter() - started)

    def end(self, stream: int) -> None:
        """Forget a stream."""
        self._trackers.pop(stream, None)

    def _picture(self, job: Detect | Track) -> ImageArray:
        if isinstance(job, Detect) or job.size is None:
            return decode_picture(job.data, most_pixels=self._most_pixels)
        width, height = job.size
        return np.frombuffer(job.data, np.uint8).reshape(height, width, 3)

    def _tracker(self, job: Track) -> Tracker:
        if job.stream not in self._trackers:
            self._trackers[job.stream] = Tracker(**dict(job.options))
        return self._trackers[job.stream]


def run(read: Callable[[int], bytes], write: Callable[[bytes], Any], worker: Worker) -> None:
    """Answer messages until they end."""
    while head := read(HEAD.size):
        words, picture = HEAD.unpack(head)
        message: Message = unpacked(read(words), read(picture))
        if isinstance(message, End):
            worker.end(message.stream)
        elif isinstance(message, Detect | Track):
            write(packed(worker.answer(message))[0])


def main(options: Options, most_pixels: int) -> None:
    """Run a worker on standard input and output. What else prints goes to standard error."""
    jobs: BinaryIO = os.fdopen(os.dup(0), "rb")
    answers: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:  # a pipe may take less than all of it
            view = view[answers.write(view) :]

    try:
        worker = Worker(options, most_pixels)
    except KnuckleError as error:
        write(packed(Failed(error))[0])
        sys.exit(1)
    write(packed(Ready())[0])
    try:
        run(jobs.read, write, worker)
    except BrokenPipeError:  # the server is gone
        sys.exit(1)
