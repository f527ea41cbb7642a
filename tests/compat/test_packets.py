"""`mp.Packet`, `mp.packet_creator` and `mp.packet_getter`."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import knuckle.compat.mediapipe as mp
from knuckle.compat.mediapipe.formats import (
    classification_pb2,
    detection_pb2,
    landmark_pb2,
    rect_pb2,
)

create: Any = mp.packet_creator
get: Any = mp.packet_getter
RECT = rect_pb2.NormalizedRect(x_center=0.5, y_center=0.25, width=1, height=2, rotation=0.5)
PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)

ROUND_TRIPS = [
    ("string", "hä", "str", "hä"),
    ("string", b"\xff", "bytes", b"\xff"),
    ("bool", np.bool_(True), "bool", True),
    ("int", np.int32(-3), "int", -3),
    ("int64", 2**62, "int", 2**62),
    ("uint8", 255, "uint", 255),
    ("uint64", 2**64 - 1, "uint", 2**64 - 1),
    ("float", 0.1, "float", float(np.float32(0.1))),
    ("double", 0.1, "float", float(np.float32(0.1))),
    ("int_vector", (1, 2), "int_list", [1, 2]),
    ("bool_vector", [True, False], "bool_list", [True, False]),
    ("float_vector", [0.5, 2], "float_list", [0.5, 2.0]),
    ("string_vector", ["a", "b"], "str_list", ["a", "b"]),
    ("proto", RECT, "proto", RECT),
    (
        "proto",
        classification_pb2.ClassificationList(),
        "proto",
        classification_pb2.ClassificationList(),
    ),
]


@pytest.mark.parametrize(("creator", "value", "getter", "expected"), ROUND_TRIPS)
def test_a_packet_gives_back_what_it_holds(
    creator: str, value: Any, getter: str, expected: Any
) -> None:
    """In the form of the getter; floats in single precision."""
    packet = getattr(create, f"create_{creator}")(value)

    assert expected == getattr(get, f"get_{getter}")(packet)
    assert not packet.is_empty()


def test_packets_are_shown_as_in_mediapipe() -> None:
    """With their time and the name of their type."""
    packets = [
        create.create_int(3).at(4),
        create.create_proto(RECT).at(mp.Timestamp.MAX),
        create.create_image_frame(PIXELS, image_format=mp.ImageFormat.SRGB),
        mp.Packet(),
    ]

    assert [
        "<mediapipe.Packet with timestamp: 4 and C++ type: int>",
        "<mediapipe.Packet with timestamp: MAX and C++ type: ::mediapipe::NormalizedRect>",
        "<mediapipe.Packet with timestamp: UNSET and C++ type: ::mediapipe::ImageFrame>",
        "<mediapipe.Packet with timestamp: UNSET and no data>",
    ] == list(map(str, packets))


def test_the_time_of_a_packet_is_set_on_it_or_on_a_copy() -> None:
    """`at` leaves the packet as it is."""
    packet = create.create_int(1)
    later = packet.at(mp.Timestamp(5))
    copy = mp.Packet(later)
    later.timestamp = 6

    assert [mp.Timestamp.UNSET, 6, 5] == [p.timestamp for p in (packet, later, copy)]
    assert 1 == get.get_int(copy)


@pytest.mark.parametrize(
    ("creator", "value", "error"),
    [
        ("string", 3, TypeError),
        ("bool", 1, TypeError),
        ("int", 1.5, TypeError),
        ("int", 2**31, OverflowError),
        ("int8", -129, OverflowError),
        ("uint16", -1, OverflowError),
        ("float", "1", TypeError),
        ("int_vector", [1.5], TypeError),
        ("int_vector", [2**31], TypeError),
        ("string_vector", "ab", TypeError),
        ("string_to_packet_map", {"a": 1}, TypeError),
        ("string_to_packet_map", {1: mp.Packet()}, TypeError),
        ("matrix", np.zeros((2, 2, 2)), TypeError),
        ("proto", 3, AttributeError),
        ("proto", landmark_pb2.LandmarkList.DESCRIPTOR, AttributeError),
        ("proto_vector", [], NotImplementedError),
    ],
)
def test_what_does_not_fit_raises_what_mediapipe_raises(
    creator: str, value: Any, error: type[Exception]
) -> None:
    """By the creators."""
    with pytest.raises(error):
        getattr(create, f"create_{creator}")(value)


def test_a_message_that_no_stream_carries_is_refused() -> None:
    """A graph is no packet."""
    graph = mp.framework.calculator_pb2.CalculatorGraphConfig()  # type: ignore[attr-defined]

    with pytest.raises(RuntimeError, match=r"no packet holds a mediapipe\.CalculatorGraphConfig"):
        create.create_proto(graph)


@pytest.mark.parametrize(
    "getter",
    [
        *("str", "bytes", "bool", "uint", "float", "float_list", "matrix", "proto", "proto_list"),
        *("image", "image_frame", "image_list", "packet_list", "str_to_packet_dict"),
    ],
)
def test_another_type_is_a_value_error(getter: str) -> None:
    """It says what the packet stores; an empty packet and something else are errors, too."""
    look = getattr(get, f"get_{getter}")

    with pytest.raises(ValueError, match="the packet stores int, but"):
        look(create.create_int(3))
    with pytest.raises(ValueError, match="the packet is empty"):
        look(mp.Packet())
    with pytest.raises(TypeError, match=r"takes an mp\.Packet, not 3"):
        look(3)


def test_packets_hold_packets() -> None:
    """In a list, and by name."""
    one = create.create_int(1)

    assert [1] == [get.get_int(p) for p in get.get_packet_list(create.create_packet_vector([one]))]
    by_name = get.get_str_to_packet_dict(create.create_string_to_packet_map({"a": one}))
    assert {"a": 1} == {name: get.get_int(packet) for name, packet in by_name.items()}


def test_a_matrix_has_rows_and_columns() -> None:
    """In single precision; transposed if asked for."""
    rows = [[1, 2], [3, 4], [5, 6]]

    assert rows == get.get_matrix(create.create_matrix(rows)).tolist()
    assert [[1, 3, 5], [2, 4, 6]] == get.get_matrix(create.create_matrix(rows, True)).tolist()
    assert [[1], [2]] == get.get_matrix(create.create_matrix([1, 2])).tolist()


def test_messages_are_copied() -> None:
    """Into the packet, and out of it."""
    message = detection_pb2.Detection(score=[0.5], label=["palm"])
    packet = create.create_proto(message)
    message.score[0] = 1
    get.get_proto(packet).score[0] = 2

    assert [0.5] == list(get.get_proto(packet).score)
    assert ["palm"] == list(get.get_proto(packet).label)


@pytest.mark.parametrize("kind", [mp.Image, mp.ImageFrame])
def test_a_picture_is_a_packet(kind: Any) -> None:
    """From pixels or a picture; both getters take both kinds."""
    name = "image" if kind is mp.Image else "image_frame"
    make = getattr(create, f"create_{name}")
    packets = [
        make(PIXELS, image_format=mp.ImageFormat.SRGB),
        make(kind(image_format=mp.ImageFormat.SRGB, data=PIXELS)),
    ]

    for packet in packets:
        for look in (get.get_image, get.get_image_frame):
            assert (PIXELS == look(packet).numpy_view()).all()
            assert not look(packet).numpy_view().flags.writeable
    assert isinstance(get.get_image(packets[0]), mp.Image)
    assert isinstance(get.get_image_frame(packets[0]), mp.ImageFrame)


def test_a_grey_frame_has_two_dimensions() -> None:
    """As in 0.10.21, which alone has frames; an `mp.Image` has three, as in 1.2.2."""
    grey = PIXELS[..., 0]
    frame = mp.ImageFrame(image_format=mp.ImageFormat.GRAY8, data=grey)
    packet = create.create_image_frame(grey, image_format=mp.ImageFormat.GRAY8)

    assert (grey == frame.numpy_view()).all()
    assert (grey == get.get_image_frame(packet).numpy_view()).all()
    assert (1, 4, 2, 1) == (frame.channels, frame.width, frame.height, frame.byte_depth)
    assert grey[1, 2] == frame[1, 2]
    assert (2, 4, 1) == get.get_image(packet).numpy_view().shape


def test_pixels_that_can_be_written_to_are_copied() -> None:
    """Others are shared, also those for which the caller says so, after a warning."""
    mutable, fixed = PIXELS.copy(), PIXELS.copy()
    fixed.flags.writeable = False
    copied = create.create_image_frame(mutable, image_format=mp.ImageFormat.SRGB)
    shared = create.create_image_frame(fixed, image_format=mp.ImageFormat.SRGB)
    with pytest.warns(RuntimeWarning, match="do not write to them"):
        forced = create.create_image_frame(mutable, image_format=mp.ImageFormat.SRGB, copy=False)
    mutable[:] = 0

    assert (PIXELS == get.get_image_frame(copied).numpy_view()).all()
    assert np.shares_memory(fixed, get.get_image_frame(shared).numpy_view())
    assert not get.get_image_frame(forced).numpy_view().any()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"data": PIXELS}, ValueError),
        ({"data": PIXELS, "image_format": mp.ImageFormat.SRGBA}, ValueError),
        ({"data": PIXELS / 255, "image_format": mp.ImageFormat.SRGB}, TypeError),
        ({"data": None, "image_format": mp.ImageFormat.SRGB}, AttributeError),
        ({"data": mp.ImageFrame(1, PIXELS), "image_format": mp.ImageFormat.GRAY8}, ValueError),
        ({"data": mp.ImageFrame(1, PIXELS), "copy": False}, ValueError),
        ({"data": PIXELS[:, ::2], "image_format": 1, "copy": False}, ValueError),
    ],
)
def test_pixels_that_do_not_fit_are_refused(
    options: dict[str, Any], error: type[Exception]
) -> None:
    """By the error that MediaPipe raises, and where it misreads memory, too."""
    with pytest.raises(error):
        create.create_image_frame(**options)


def test_packets_are_pickled() -> None:
    """With their time."""
    packet = create.create_image(PIXELS, image_format=mp.ImageFormat.SRGB).at(7)
    copy = pickle.loads(pickle.dumps(packet))

    assert str(packet) == str(copy)
    assert (PIXELS == get.get_image(copy).numpy_view()).all()
