"""What the server and its workers say to each other, over pipes that nobody else can reach."""

from __future__ import annotations

import pickle
import struct
from typing import Any, NamedTuple

from ..values import Size

# Before each message: its length in bytes, and that of the picture that follows it as it is. A raw
# frame has a megabyte, which is not copied into the message.
HEAD = struct.Struct("<QQ")
Options = tuple[tuple[str, Any], ...]  # completed, by name, so that equal ones compare equal


class Detect(NamedTuple):
    """Find the hands in one picture."""

    data: bytes
    options: Options


class Track(NamedTuple):
    """Find the hands in the next frame of a stream.

    data: a picture's file, or RGB bytes if there is a size.
    size: (width, height) of RGB bytes; None for a picture's file.
    time: of the frame, seconds.
    """

    data: bytes
    options: Options
    stream: int
    size: Size | None
    time: float


class End(NamedTuple):
    """A stream has ended; there is no answer."""

    stream: int


class Ready(NamedTuple):
    """A worker has opened its networks; its first message."""


class Failed(NamedTuple):
    """A worker cannot start; its first and last message."""

    error: Exception


class Answer(NamedTuple):
    """The answer to Detect and Track.

    status: as HTTP has it; 200 for hands.
    body: the hands as a JSON list, or a sentence for another status.
    image_size: (width, height) of the picture, pixels.
    seconds: of work.
    """

    status: int
    body: bytes
    image_size: Size = (0, 0)
    seconds: float = 0.0


Job = Detect | Track
Message = Job | End | Ready | Failed | Answer


def packed(message: Message) -> tuple[bytes, bytes]:
    """A message with its lengths before it, and the picture to send after it."""
    picture = b""
    if isinstance(message, Detect | Track):
        picture, message = message.data, message._replace(data=b"")
    words = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(words), len(picture)) + words, picture


def unpacked(words: bytes, picture: bytes) -> Any:
    """The message in what follows the lengths."""
    message = pickle.loads(words)
    return message._replace(data=picture) if isinstance(message, Detect | Track) else message
