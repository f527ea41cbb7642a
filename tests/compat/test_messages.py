"""Messages: MediaPipe's names, fields, numbers and bytes, in a descriptor pool of our own."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.json_format import MessageToDict

from knuckle.compat.mediapipe.formats import landmark_pb2, location_data_pb2
from knuckle.errors import install_command
from tests.compat.conftest import GOLDEN, OURS
from tests.compat.messages import make_all

RECORDED = json.loads((GOLDEN / "messages.json").read_text())
MESSAGES = make_all(OURS)
EVERY = pytest.mark.parametrize("name", RECORDED)


@EVERY
def test_bytes_are_those_of_mediapipe(name: str) -> None:
    """Written by us as by mediapipe 0.10.21, and its bytes read."""
    recorded = bytes.fromhex(RECORDED[name]["bytes"])
    message = MESSAGES[name]

    assert recorded == message.SerializeToString(deterministic=True)
    assert message == type(message).FromString(recorded)


@EVERY
def test_text_and_dictionaries_are_those_of_mediapipe(name: str) -> None:
    """What `print` and `MessageToDict` show."""
    assert RECORDED[name]["text"] == str(MESSAGES[name])
    assert RECORDED[name]["dict"] == MessageToDict(MESSAGES[name])


@EVERY
def test_messages_are_pickled_and_copied(name: str) -> None:
    """Nested classes, too; the copies are their own."""
    message = MESSAGES[name]
    for twin in (
        pickle.loads(pickle.dumps(message)),
        copy.copy(message),
        copy.deepcopy(message),
    ):
        assert message == twin
        assert message is not twin
        assert type(message) is type(twin)


def nested() -> list[Any]:
    """Messages whose classes live in others."""
    location = MESSAGES["LocationData"]
    return [
        location.bounding_box,
        location.relative_bounding_box,
        location.mask,
        location.mask.rasterization.interval[0],
        location.relative_keypoints[0],
        MESSAGES["Detection"].associated_detections[0],
    ]


@pytest.mark.parametrize("message", nested(), ids=lambda m: m.DESCRIPTOR.full_name)
def test_nested_messages_are_pickled(message: Any) -> None:
    """By themselves."""
    assert message == pickle.loads(pickle.dumps(message))


def test_fields_are_set_or_not() -> None:
    """`HasField`, `ClearField`, `CopyFrom` and `extend`, as programs use them."""
    point = landmark_pb2.NormalizedLandmark(x=0.0)
    hand = landmark_pb2.NormalizedLandmarkList()
    hand.landmark.extend([point, landmark_pb2.NormalizedLandmark(y=2.0)])
    twin = landmark_pb2.NormalizedLandmarkList()
    twin.CopyFrom(hand)
    point.ClearField("x")

    assert (True, False) == (hand.landmark[0].HasField("x"), hand.landmark[0].HasField("y"))
    assert not point.HasField("x")
    assert hand == twin
    assert [0.0, 2.0] == [p.y for p in twin.landmark]


def test_enums_have_their_names() -> None:
    """On the class, and by `Format`."""
    data = location_data_pb2.LocationData

    assert 2 == data.RELATIVE_BOUNDING_BOX == data.Format.Value("RELATIVE_BOUNDING_BOX")
    assert "MASK" == data.Format.Name(3)


def test_the_default_pool_stays_free() -> None:
    """Mediapipe itself registers the same file there, before or after us."""
    pool = descriptor_pool.Default()
    file = descriptor_pb2.FileDescriptorProto()
    landmark_pb2.DESCRIPTOR.CopyToProto(file)
    file.message_type.add(name="SomethingElse")  # so that it would clash with ours
    try:
        pool.FindFileByName(file.name)
    except KeyError:
        pool.AddSerializedFile(file.SerializeToString())

    assert "SomethingElse" in pool.FindFileByName(file.name).message_types_by_name
    assert "SomethingElse" not in landmark_pb2.DESCRIPTOR.message_types_by_name


def test_bytes_go_between_the_pools() -> None:
    """The way to hand a message to mediapipe, whose `CopyFrom` takes its own classes only."""
    file = descriptor_pb2.FileDescriptorProto()
    landmark_pb2.DESCRIPTOR.CopyToProto(file)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    from google.protobuf import message_factory

    other = message_factory.GetMessageClass(
        pool.FindMessageTypeByName("mediapipe.NormalizedLandmark")
    )()
    ours = landmark_pb2.NormalizedLandmark(x=0.5)
    with pytest.raises(TypeError):
        other.CopyFrom(ours)
    other.ParseFromString(ours.SerializeToString())

    assert 0.5 == other.x


def test_without_protobuf_the_extra_is_named() -> None:
    """And knuckle itself does without it."""
    program = (
        "import sys\n"
        "sys.modules['google.protobuf'] = None\n"
        "import knuckle, knuckle.api, knuckle.io.sources\n"
        "print('knuckle')\n"
        "import knuckle.compat.mediapipe\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )

    assert "knuckle\n" == done.stdout
    assert done.stderr.endswith(
        f"MediaPipe's interface needs an optional package: {install_command('mediapipe')}\n"
    )
