"""`mp.packet_getter`: what packets hold.

Every function raises TypeError if it does not get a packet, and ValueError if the packet is empty
or holds something else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .image import Image, ImageFrame
from .packets import Packet, content_of


def get_str(packet: Packet) -> str:
    """The text. Raises UnicodeDecodeError, a ValueError, for bytes that are no text."""
    content = content_of(packet, "str", wanted="a string")
    return content if isinstance(content, str) else str(content, "utf-8")


def get_bytes(packet: Packet) -> bytes:
    """The bytes; of a text those of UTF-8."""
    content = content_of(packet, "str", wanted="a string")
    return content.encode() if isinstance(content, str) else bytes(content)


def get_bool(packet: Packet) -> bool:
    """The bool."""
    return bool(content_of(packet, "bool", wanted="a bool"))


def get_int(packet: Packet) -> int:
    """The whole number with a sign."""
    return int(content_of(packet, "int", wanted="an int of 8 to 64 bits"))


def get_uint(packet: Packet) -> int:
    """The whole number without a sign."""
    return int(content_of(packet, "uint", wanted="a uint of 8 to 64 bits"))


def get_float(packet: Packet) -> float:
    """The number, in single precision."""
    return float(np.float32(content_of(packet, "float", wanted="a float or double")))


def get_int_list(packet: Packet) -> list[int]:
    """The whole numbers."""
    return list(content_of(packet, "int_list", wanted="a vector of ints"))


def get_bool_list(packet: Packet) -> list[bool]:
    """The bools."""
    return list(content_of(packet, "bool_list", wanted="a vector of bools"))


def get_float_list(packet: Packet) -> list[float]:
    """The numbers."""
    return list(content_of(packet, "float_list", wanted="a vector of floats"))


def get_str_list(packet: Packet) -> list[str]:
    """The texts."""
    return list(content_of(packet, "str_list", wanted="a vector of strings"))


def get_image_list(packet: Packet) -> list[Image]:
    """The pictures."""
    return list(content_of(packet, "image_list", wanted="a vector of Images"))


def get_packet_list(packet: Packet) -> list[Packet]:
    """The packets."""
    return list(content_of(packet, "packet_list", wanted="a vector of packets"))


def get_str_to_packet_dict(packet: Packet) -> dict[str, Packet]:
    """The packets by name."""
    return dict(content_of(packet, "str_to_packet_dict", wanted="a map of packets"))


def get_matrix(packet: Packet) -> NDArray[np.float32]:
    """The matrix: (rows, columns), a copy."""
    matrix: NDArray[np.float32] = content_of(packet, "matrix", wanted="a matrix").copy()
    return matrix


def get_image(packet: Packet) -> Image:
    """The picture; that of an `mp.ImageFrame`, too."""
    return _as(Image, content_of(packet, "image", "image_frame", wanted="an Image"))


def get_image_frame(packet: Packet) -> ImageFrame:
    """The picture; that of an `mp.Image`, too."""
    return _as(ImageFrame, content_of(packet, "image_frame", "image", wanted="an ImageFrame"))


def _as(kind: type[Any], picture: Any) -> Any:
    if isinstance(picture, kind):
        return picture
    return kind.sharing(picture.image_format, picture.numpy_view())


def get_proto(packet: Packet) -> Any:
    """The message, a copy."""
    return _copy(content_of(packet, "proto", wanted="a message"))


def get_proto_list(packet: Packet) -> list[Any]:
    """The messages, copies."""
    return [_copy(one) for one in content_of(packet, "proto_list", wanted="a vector of messages")]


def _copy(message: Any) -> Any:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy
