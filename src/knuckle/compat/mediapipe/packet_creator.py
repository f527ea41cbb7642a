"""`mp.packet_creator`: packets from numbers, texts, pictures and messages.

Arguments of the wrong type raise a TypeError, numbers that are too big an OverflowError.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from knuckle.messages.tables import message_class

from .image import Image, ImageFormat, ImageFrame, cast
from .packet_types import KINDS, message_name
from .packets import Packet, created

_Whole = int | np.integer[Any]


def create_string(data: str | bytes) -> Packet:
    """A packet with a text, or with bytes."""
    return created("string", _checked(data, (str, bytes), "a str or bytes"))


def create_bool(data: bool | np.bool_) -> Packet:
    """A packet with a bool."""
    return created("bool", bool(_checked(data, (bool, np.bool_), "a bool")))


def _whole(name: str) -> Callable[[_Whole], Packet]:
    least, most = _range_of(name)

    def create(data: _Whole) -> Packet:
        number = int(_checked(data, (int, np.integer), "a whole number"))
        if not least <= number <= most:
            raise OverflowError(f"{name} holds {least} to {most}, not {number}")
        return created(name, number)

    create.__name__ = create.__qualname__ = f"create_{name}"
    create.__doc__ = f"A packet with a whole number from {least} to {most}."
    return create


def _range_of(name: str) -> tuple[int, int]:
    info = np.iinfo("int32" if name == "int" else name)
    return int(info.min), int(info.max)


create_int = _whole("int")
create_int8 = _whole("int8")
create_int16 = _whole("int16")
create_int32 = _whole("int32")
create_int64 = _whole("int64")
create_uint8 = _whole("uint8")
create_uint16 = _whole("uint16")
create_uint32 = _whole("uint32")
create_uint64 = _whole("uint64")


def create_float(data: float) -> Packet:
    """A packet with a number, in single precision."""
    return created("float", float(np.float32(_checked(data, _NUMBERS, "a number"))))


def create_double(data: float) -> Packet:
    """A packet with a number. `packet_getter.get_float` gives it in single precision."""
    return created("double", float(_checked(data, _NUMBERS, "a number")))


_NUMBERS = (int, float, np.integer, np.floating)


def create_int_array(data: Sequence[int]) -> Packet:
    """A packet with an array of C++, which programs cannot look into."""
    return created("int []", _ints(data))


def create_float_array(data: Sequence[float]) -> Packet:
    """A packet with an array of C++, which programs cannot look into."""
    return created("float []", _floats(data))


def create_int_vector(data: Sequence[int]) -> Packet:
    """A packet with whole numbers."""
    return created("::std::vector<int>", _ints(data))


def create_bool_vector(data: Sequence[bool]) -> Packet:
    """A packet with bools."""
    values = _each(data, (bool, np.bool_), "bools")
    return created("::std::vector<bool>", [bool(value) for value in values])


def create_float_vector(data: Sequence[float]) -> Packet:
    """A packet with numbers, in single precision."""
    return created("::std::vector<float>", _floats(data))


def create_string_vector(data: Sequence[str]) -> Packet:
    """A packet with texts."""
    return created("::std::vector<std::string>", _each(data, (str,), "texts"))


def create_image_vector(data: Sequence[Image]) -> Packet:
    """A packet with pictures."""
    return created("::std::vector<::mediapipe::Image>", _each(data, (Image,), "mp.Images"))


def create_packet_vector(data: Sequence[Packet]) -> Packet:
    """A packet with packets."""
    return created("::std::vector<::mediapipe::Packet>", _each(data, (Packet,), "mp.Packets"))


def create_string_to_packet_map(data: Mapping[str, Packet]) -> Packet:
    """A packet with packets by name."""
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        raise TypeError(f"create_string_to_packet_map takes a dict with names, not {data!r}")
    _each(list(data.values()), (Packet,), "mp.Packets")
    return created("::std::map<std::string,::mediapipe::Packet>", dict(data))


def create_matrix(matrix: NDArray[Any] | Sequence[Any], transpose: bool = False) -> Packet:
    """A packet with a matrix (rows, columns) in single precision.

    matrix: one row of numbers becomes a column.
    """
    values = np.array(matrix, np.float32)
    if values.ndim not in (1, 2):
        raise TypeError(f"a matrix has two dimensions, not {values.ndim}")
    table = values[:, None] if values.ndim == 1 else values
    return created("Eigen::Matrix<float, -1, -1, 0, -1, -1>", table.T if transpose else table)


def create_image_frame(
    data: ImageFrame | NDArray[Any],
    *,
    image_format: ImageFormat | None = None,
    copy: bool | None = None,
) -> Packet:
    """A packet with a picture as most graphs take it, an `mp.ImageFrame`.

    data: the picture, or its pixels (height, width, channels).
    image_format: of the pixels; it must be given with an array.
    copy: whether to copy the pixels. By default an array that can be written to is copied.
    Raises ValueError without an image_format or for pixels that do not fit it, TypeError for pixels
    of another type.
    """
    return created(
        "::mediapipe::ImageFrame", _picture(ImageFrame, data, image_format=image_format, copy=copy)
    )


def create_image(
    data: Image | NDArray[Any],
    *,
    image_format: ImageFormat | None = None,
    copy: bool | None = None,
) -> Packet:
    """A packet with a picture, an `mp.Image`. Arguments and errors as for `create_image_frame`."""
    return created(
        "::mediapipe::Image", _picture(Image, data, image_format=image_format, copy=copy)
    )


def _picture(
    kind: type[Any], data: Any, *, image_format: ImageFormat | None, copy: bool | None
) -> Any:
    if isinstance(data, kind):
        if image_format is not None and data.image_format != image_format:
            raise ValueError(
                f"the picture is {data.image_format.name}, not {ImageFormat(image_format).name}: "
                "leave image_format out"
            )
        if copy is not None and not copy:
            raise ValueError("a picture is always copied: leave copy out, or pass its pixels")
        return data  # immutable, so that nobody sees that it is no copy
    if image_format is None:
        raise ValueError("pixels need an image_format, such as mp.ImageFormat.SRGB")
    if not isinstance(data, np.ndarray):
        return kind(image_format, data)  # refuses it
    pixels = cast(ImageFormat(image_format), data)
    is_copied = data.flags.writeable if copy is None else copy
    if is_copied:
        return kind(image_format, pixels)
    if not data.flags.c_contiguous:
        raise ValueError("copy=False needs a contiguous array: np.ascontiguousarray makes it one")
    if data.flags.writeable:
        warnings.warn(
            "the packet shares these pixels: do not write to them any more", RuntimeWarning, 3
        )
    return kind.sharing(image_format, pixels)


def create_proto(proto_message: Any) -> Packet:
    """A packet with a copy of a message.

    Raises AttributeError if it is no message, RuntimeError for one that no stream of these graphs
    carries.
    """
    name = proto_message.DESCRIPTOR.full_name
    kind = message_name(name)
    if kind not in KINDS:
        raise RuntimeError(f"no packet holds a {name}: this is for messages such as Detection")
    return created(kind, _copy(proto_message))


def create_proto_vector(message_list: Sequence[Any]) -> NoReturn:
    """MediaPipe has this name, but no packet behind it. Raises NotImplementedError."""
    raise NotImplementedError("packets with several messages only come out of graphs")


def _copy(message: Any) -> Any:
    """The message in a class of ours, also if it is one of a real mediapipe."""
    return message_class(message.DESCRIPTOR.full_name).FromString(message.SerializeToString())


def _checked(data: Any, kinds: tuple[type, ...], wanted: str) -> Any:
    if not isinstance(data, kinds):
        raise TypeError(f"a packet needs {wanted}, not {data!r}")
    return data


def _each(data: Any, kinds: tuple[type, ...], wanted: str) -> list[Any]:
    if isinstance(data, (str, bytes)) or not isinstance(data, Iterable):
        raise TypeError(f"a packet needs a list of {wanted}, not {data!r}")
    values = list(data)
    for value in values:
        if not isinstance(value, kinds):
            raise TypeError(f"a packet needs a list of {wanted}, but it has {value!r}")
    return values


def _ints(data: Any) -> list[int]:
    values = [int(value) for value in _each(data, (int, np.integer), "whole numbers")]
    least, most = _range_of("int")
    if not all(least <= value <= most for value in values):
        raise TypeError(f"a packet needs whole numbers from {least} to {most}, not {values}")
    return values


def _floats(data: Any) -> list[float]:
    return [float(np.float32(value)) for value in _each(data, _NUMBERS, "numbers")]
