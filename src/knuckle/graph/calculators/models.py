"""Calculators that open networks and run them, and the constants that go with them.

Source: mediapipe/calculators/tensor/inference_calculator.cc, mediapipe/calculators/tflite/,
mediapipe/calculators/util/local_file_contents_calculator.cc (behaviour)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from ...geometry.rois import WHOLE
from ...networks.engine import Engine, open_network, setups
from ...networks.models import MODELS, ModelSpec
from ...networks.setup import Wanted
from ...stages.anchors import anchor_centres
from ...stages.warp import crop_to
from ...values import FloatArray, ImageArray
from ..calculator import Calculator, Context
from ..contracts import ANY, Contract, Port
from ..types import (
    ANCHORS,
    MODEL,
    RESOLVER,
    STRING,
    TENSORS,
    Classification,
    Resolver,
)
from .demands import GPU_NOTE, demand
from .images import PictureTensors

# Networks of 2019 to early 2021, which are in no release any more, and what runs in their place.
FORMER = {
    "palm_detection": "palm_detection_full",
    "palm_detection_without_custom_op": "palm_detection_full",
    "hand_landmark": "hand_landmark_full",
    "hand_landmark_3d": "hand_landmark_full",
    "hand_landmark_sparse": "hand_landmark_full",
}
_IN_PIXELS = ("boxes", "landmarks")  # outputs in pixels of the network's input


class FileContents(bytes):
    """What a file holds.

    path: of the file, as the graph names it.
    """

    path: str


def network_of(path: str, tell: Callable[[str], None]) -> ModelSpec | None:
    """The network that goes by the name of a file; None if there is none.

    tell: is told if another network takes its place.
    """
    name = PurePath(path).stem
    if name in FORMER:
        tell(f"{name}.tflite is in no release any more: {FORMER[name]} runs in its place")
    return MODELS.get(FORMER.get(name, name))


def _unknown_network(path: str) -> ValueError:
    names = ", ".join(f"{name}.tflite" for name in MODELS)
    return ValueError(f'"{path}" is none of knuckle\'s networks: use one of {names}')


class ConstantSidePacketCalculator(Calculator):
    """Makes side packets with values from its options."""

    contract = Contract(
        side_outputs=(Port("PACKET", ANY, repeated=True),),
        options="mediapipe.ConstantSidePacketCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Make them. Raises ValueError unless there is a value for each."""
        packets = context.options.packet
        places = context.side_output_places
        if len(packets) != len(places):
            raise ValueError(
                f"there are {len(places)} output side packets and {len(packets)} values: "
                "write one `packet` in the options for each"
            )
        for (tag, index), packet in zip(sorted(places), packets, strict=True):
            context.emit_side(tag, _constant(packet), index=index)


def _constant(packet: Any) -> Any:
    """The value that the options give for one side packet."""
    fields = packet.ListFields()
    if not fields:
        raise ValueError("a `packet` in the options has no value: give it one, as int_value: 2")
    field, value = fields[0]
    if field.name == "classification_list_value":
        return tuple(Classification(c.index, c.score, c.label) for c in value.classification)
    if field.name == "landmark_list_value":
        return np.array([(point.x, point.y, point.z) for point in value.landmark], np.float32)
    if field.name == "string_vector_value":
        return tuple(value.string_value)
    return value


class LocalFileContentsCalculator(Calculator):
    """Reads files. Names of networks stand for those in the package."""

    contract = Contract(
        side_inputs=(Port("FILE_PATH", STRING, repeated=True),),
        side_outputs=(Port("CONTENTS", STRING, repeated=True),),
        options="mediapipe.LocalFileContentsCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the files. Raises ValueError for one that is not there."""
        for tag, index in context.side_places:
            path = context.side(tag, index)
            context.emit_side("CONTENTS", _contents(path, context.tell_once), index=index)


class ResourceProviderCalculator(Calculator):
    """Reads files, as LocalFileContentsCalculator does; in graphs since 2023."""

    contract = Contract(
        side_inputs=(Port("RESOURCE_ID", STRING, repeated=True),),
        side_outputs=(Port("RESOURCE", STRING, repeated=True),),
    )

    def open(self, context: Context) -> None:
        """Read the files. Raises ValueError for one that is not there."""
        for tag, index in context.side_places:
            path = context.side(tag, index)
            context.emit_side("RESOURCE", _contents(path, context.tell_once), index=index)


def _contents(path: str, tell: Callable[[str], None]) -> FileContents:
    file = Path(path)
    if not file.is_file():
        network = network_of(path, tell)
        if network is None:
            raise (
                _unknown_network(path)
                if file.suffix == ".tflite"
                else ValueError(f'there is no file "{path}": correct the path')
            )
        file = network.tflite
    contents = FileContents(file.read_bytes())
    contents.path = path
    return contents


class TfLiteModelCalculator(Calculator):
    """Recognises a network by its file."""

    contract = Contract(
        side_inputs=(
            Port("MODEL_BLOB", STRING, optional=True),
            Port("MODEL_RESOURCE", STRING, optional=True),
        ),
        side_outputs=(Port("MODEL", MODEL), Port("SHARED_MODEL", MODEL, optional=True)),
    )

    def open(self, context: Context) -> None:
        """Look it up. Raises ValueError for a network that is not knuckle's."""
        blob = context.side("MODEL_BLOB")
        if blob is None:
            blob = context.side("MODEL_RESOURCE")
        if blob is None:
            raise ValueError("no network is given: connect MODEL_BLOB or MODEL_RESOURCE")
        digest = hashlib.sha256(blob).hexdigest()
        path = getattr(blob, "path", "the model")
        known = (spec for spec in MODELS.values() if digest in (spec.sha256, spec.twin))
        network = next(known, None) or network_of(path, context.tell_once)
        if network is None:
            raise _unknown_network(path)
        for tag in ("MODEL", "SHARED_MODEL"):
            context.emit_side(tag, network)


class TfLiteCustomOpResolverCalculator(Calculator):
    """Says where the operations of a network run, which changes nothing here."""

    contract = Contract(
        side_outputs=(
            Port("", RESOLVER, optional=True),
            Port("OP_RESOLVER", RESOLVER, optional=True),
        ),
        options="mediapipe.TfLiteCustomOpResolverCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Say it."""
        resolver = Resolver(context.options.use_gpu)
        for tag in ("", "OP_RESOLVER"):
            context.emit_side(tag, resolver)


class InferenceCalculator(Calculator):
    """Runs a network, which comes as a side packet or by the path of its file.

    The service `Wanted` says how. Without it, the network runs in float32 with as many threads as
    the options say. Delegates and GPU options change nothing else.
    """

    contract = Contract(
        inputs=(
            Port("TENSORS", TENSORS, optional=True),
            Port("TENSORS_GPU", TENSORS, optional=True),
        ),
        outputs=(
            Port("TENSORS", TENSORS, optional=True),
            Port("TENSORS_GPU", TENSORS, optional=True),
        ),
        side_inputs=(
            Port("MODEL", MODEL, optional=True),
            Port("OP_RESOLVER", RESOLVER, optional=True),
            Port("CUSTOM_OP_RESOLVER", RESOLVER, optional=True),
        ),
        options="mediapipe.InferenceCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Open the network. Raises ValueError for one that is not knuckle's."""
        options = context.options
        if "input_output_config" in options.DESCRIPTOR.fields_by_name:
            demand(options, input_output_config=[], cure="remove it")
        self._tag = "TENSORS_GPU" if context.has("TENSORS_GPU") else "TENSORS"
        if self._tag == "TENSORS_GPU" or _asks_for_gpu(options):
            context.tell_once(GPU_NOTE)
        spec = context.side("MODEL")
        if spec is None:
            if not options.model_path:
                raise ValueError("no network is given: set model_path, or connect MODEL")
            spec = network_of(options.model_path, context.tell_once)
        if spec is None:
            raise _unknown_network(options.model_path)
        wanted = context.service(Wanted)
        if wanted is None:
            wanted = Wanted(precision="float32", threads=_threads(options))
        self._network = _opened(spec, wanted)
        self._names = tuple(output.name for output in spec.outputs)
        self._side = spec.input_size

    def process(self, context: Context) -> None:
        """Run it on the tensor of a picture."""
        tensors = context.get(self._tag)
        if tensors is None:
            return
        picture = tensors[0]
        if picture.shape == (1, self._side, self._side, 3) and picture.dtype == np.uint8:
            found = self._network(picture)
            outputs = tuple([found[name] for name in self._names])
        else:
            outputs = self._resized(context, tensors)
        context.emit("TENSORS", outputs)
        context.emit("TENSORS_GPU", outputs)

    def _resized(self, context: Context, tensors: tuple[Any, ...]) -> tuple[FloatArray, ...]:
        """The outputs for a picture that has not the size of the network's input.

        Graphs of 2019 and 2020 have other sizes. What the network says in pixels becomes pixels of
        the picture that was given.
        """
        picture = tensors[0]
        if picture.ndim != 4 or picture.shape[3] != 3 or picture.dtype != np.uint8:
            raise ValueError(
                f"a network takes a picture, uint8 (1, height, width, 3), "
                f"not {picture.dtype} {picture.shape}"
            )
        height, width = picture.shape[1:3]
        if width != height:
            raise ValueError(
                f"a network takes a square picture, not {width}x{height}: make the widths and "
                "heights in the options equal"
            )
        name = self._network.spec.name
        context.tell_once(
            f"{name} takes {self._side}x{self._side} pixels, not {width}x{width}: it is given them"
        )
        found = self._network(_at(tensors, self._side))
        scale = np.float32(width / self._side)
        return tuple(found[n] * scale if n in _IN_PIXELS else found[n] for n in self._names)


def _at(tensors: tuple[Any, ...], side: int) -> ImageArray:
    """The picture of a tensor at another size, if possible from where it was cut out."""
    if isinstance(tensors, PictureTensors):
        return tensors.cut.at((side, side))[None]
    whole = np.ascontiguousarray(tensors[0][0])
    return crop_to(whole, WHOLE, (side, side), border="replicate")[None]


def _threads(options: Any) -> int:
    """How many threads the options ask for, 1 if they do not."""
    return max(options.delegate.xnnpack.num_threads, options.cpu_num_thread, 1)


def _opened(spec: ModelSpec, wanted: Wanted) -> Engine:
    """The network, run as its twin of the other task would be; see `setups`."""
    choices = setups(spec.variant, wanted)
    return open_network(next(setup for setup in choices if setup.spec is spec))


def _asks_for_gpu(options: Any) -> bool:
    return (
        options.use_gpu
        or options.use_nnapi
        or options.delegate.WhichOneof("delegate")
        in (
            "gpu",
            "nnapi",
        )
    )


class GpuInferenceCalculator(InferenceCalculator):
    """Runs a network on a GPU in MediaPipe, and on the same code as the others here."""

    def open(self, context: Context) -> None:
        """Open the network and say so."""
        context.tell_once(GPU_NOTE)
        super().open(context)


class TfLiteInferenceCalculator(InferenceCalculator):
    """Runs a network whose file its options or a side packet name; in graphs of 2019 and 2020."""

    contract = replace(
        InferenceCalculator.contract, options="mediapipe.TfLiteInferenceCalculatorOptions"
    )


class SsdAnchorsCalculator(Calculator):
    """Lays out the anchors, the places to which the boxes of a palm network are relative."""

    contract = Contract(
        side_outputs=(Port("", ANCHORS),), options="mediapipe.SsdAnchorsCalculatorOptions"
    )

    def open(self, context: Context) -> None:
        """Lay them out. Raises ValueError for anchors that palm networks do not have."""
        options = context.options
        if options.input_size_width <= 0:
            raise ValueError(
                f"input_size_width is {options.input_size_width}: give the side of the picture "
                "that the network takes, pixels"
            )
        demand(
            options,
            input_size_height=options.input_size_width,
            anchor_offset_x=0.5,
            anchor_offset_y=0.5,
            feature_map_width=[],
            feature_map_height=[],
            reduce_boxes_in_lowest_layer=False,
            fixed_anchor_size=True,
            multiscale_anchor_generation=False,
            fixed_anchors=[],
            normalize_coordinates=True,
        )
        if len(options.strides) != options.num_layers:
            raise ValueError(
                f"num_layers is {options.num_layers}, with {len(options.strides)} strides: give a "
                "stride for each layer"
            )
        if min(options.strides, default=1) <= 0:
            raise ValueError(f"strides are {list(options.strides)}: each is 1 pixel or more")
        per_cell = len(options.aspect_ratios) + (options.interpolated_scale_aspect_ratio > 0)
        centres = anchor_centres(options.input_size_width, tuple(options.strides), per_cell)
        context.emit_side("", centres)
