"""The messages of `knuckle.messages` that MediaPipe has below mediapipe/framework/formats."""

from __future__ import annotations

from knuckle.errors import ExtraMissing

try:
    from knuckle.messages.formats import classification_pb2 as classification_pb2
    from knuckle.messages.formats import detection_pb2 as detection_pb2
    from knuckle.messages.formats import landmark_pb2 as landmark_pb2
    from knuckle.messages.formats import location_data_pb2 as location_data_pb2
    from knuckle.messages.formats import rasterization_pb2 as rasterization_pb2
    from knuckle.messages.formats import rect_pb2 as rect_pb2
    from knuckle.messages.tables import _restore as _restore  # older pickles look for it here
except ExtraMissing as error:
    raise ExtraMissing("MediaPipe's interface", "mediapipe") from error
