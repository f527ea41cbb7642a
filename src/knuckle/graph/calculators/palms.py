"""Calculators from the palm network's tensors to palms.

Source: mediapipe/calculators/tensor/tensors_to_detections_calculator.cc,
mediapipe/calculators/util/{non_max_suppression,detection_letterbox_removal}_calculator.cc
(behaviour)
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...networks.models import model_for
from ...spec import PALM_SCORE_CLIP
from ...stages.anchors import anchor_centres
from ...stages.nms import weighted_nms
from ...stages.palms import decode_palms, image_from_letterbox
from ...values import Detections, FloatArray, Roi
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..types import (
    ANCHORS,
    DETECTIONS,
    LETTERBOX,
    TENSORS,
    Letterbox,
)
from .demands import demand

_NETWORK = model_for("palm detection", "full")  # its sizes are those of all palm networks


class TensorsToDetectionsCalculator(Calculator):
    """Reads palms from the tensors of the palm network, strongest first.

    Its option min_score_thresh is the least score of a palm.
    """

    contract = Contract(
        inputs=(
            Port("TENSORS", TENSORS, optional=True),
            Port("TENSORS_GPU", TENSORS, optional=True),
        ),
        outputs=(Port("DETECTIONS", DETECTIONS),),
        side_inputs=(Port("ANCHORS", ANCHORS),),
        options="mediapipe.TensorsToDetectionsCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for those of another network than of palms."""
        options = context.options
        demand(
            options,
            num_classes=1,
            num_coords=18,
            box_coord_offset=0,
            keypoint_coord_offset=4,
            num_keypoints=7,
            num_values_per_keypoint=2,
            apply_exponential_on_box_size=False,
            sigmoid_score=True,
            ignore_classes=[],
            flip_vertically=False,
        )
        self._demand_order(options)
        scales = {options.x_scale, options.y_scale, options.w_scale, options.h_scale}
        if len(scales) > 1 or min(scales) <= 0:
            found = ", ".join(f"{scale:g}" for scale in sorted(scales))
            raise ValueError(
                f"options x_scale, y_scale, w_scale and h_scale are {found}: set all four to the "
                f"side of the tensor that the network is given, such as {_NETWORK.input_size}"
            )
        self._scale = round(options.x_scale)
        self._min_score: float = (
            options.min_score_thresh if options.HasField("min_score_thresh") else 0.0
        )
        self._clip: float = options.score_clipping_thresh or PALM_SCORE_CLIP
        self._anchors: FloatArray = context.side("ANCHORS")
        self._tag = "TENSORS_GPU" if context.has("TENSORS_GPU") else "TENSORS"

    def _demand_order(self, options: object) -> None:
        """Raise ValueError unless x stands before y; newer files may say so in another way."""
        fields = options.DESCRIPTOR.fields_by_name  # type: ignore[attr-defined]
        if "box_format" not in fields or not options.box_format:  # type: ignore[attr-defined]
            demand(options, reverse_output_order=True)
        else:
            demand(options, box_format="XYWH")
        if "max_results" in fields:
            cure = "put a ClipDetectionVectorSizeCalculator after the NonMaxSuppressionCalculator"
            demand(options, max_results=-1, cure=cure)
            demand(options, allow_classes=[], tensor_mapping=[], cure="remove it")

    def process(self, context: Context) -> None:
        """Read palms. Raises ValueError for tensors of another network."""
        tensors = context.get(self._tag)
        if tensors is None:
            return
        if len(tensors) < 2 or tensors[0].shape[2:] != (18,):
            shapes = " and ".join(str(tensor.shape) for tensor in tensors)
            raise ValueError(
                f"the tensors are {shapes}, not (1, {len(self._anchors)}, 18) and "
                f"(1, {len(self._anchors)}, 1): connect the output of a palm network"
            )
        boxes, scores = tensors[0][0], tensors[1][0]
        if len(boxes) != len(self._anchors):
            self._anchors = self._network_anchors(context, len(boxes))
        palms = decode_palms(
            boxes,
            scores,
            self._scale,
            self._min_score,
            anchors=self._anchors,
            score_clip=self._clip,
        )
        context.emit("DETECTIONS", palms)

    def _network_anchors(self, context: Context, count: int) -> FloatArray:
        """The anchors of knuckle's palm networks, for graphs that lay out those of former ones."""
        anchors = anchor_centres(_NETWORK.input_size)
        if count != len(anchors):
            raise ValueError(
                f"the tensors have {count} boxes for {len(self._anchors)} anchors: "
                "make the options of the SsdAnchorsCalculator those of the network"
            )
        context.tell_once(
            f"the graph has {len(self._anchors)} anchors, and knuckle's palm networks have "
            f"{count}: theirs are used"
        )
        return anchors


class TfLiteTensorsToDetectionsCalculator(TensorsToDetectionsCalculator):
    """Reads palms from the tensors of the palm network; in graphs of 2019 and 2020."""

    contract = replace(
        TensorsToDetectionsCalculator.contract,
        options="mediapipe.TfLiteTensorsToDetectionsCalculatorOptions",
    )


class NonMaxSuppressionCalculator(Calculator):
    """Merges the detections of one palm into one.

    Two detections belong to one palm if they overlap by more than min_suppression_threshold. It
    sends nothing if there is no palm, unless return_empty_detections is set.
    """

    contract = Contract(
        inputs=(Port("", DETECTIONS),),
        outputs=(Port("", DETECTIONS),),
        options="mediapipe.NonMaxSuppressionCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options."""
        options = context.options
        demand(options, num_detection_streams=1, overlap_type="INTERSECTION_OVER_UNION")
        self._max_overlap: float = options.min_suppression_threshold
        self._min_score: float = options.min_score_threshold
        self._sends_empty: bool = options.return_empty_detections
        self._is_merged = options.algorithm == 1
        self._most: int = options.max_num_detections

    def process(self, context: Context) -> None:
        """Merge the detections of one picture."""
        palms = context.get()
        if palms is None:
            return
        if len(palms):
            palms = weighted_nms(
                _strongest_first(palms), max_overlap=self._max_overlap, is_merged=self._is_merged
            )
        if self._min_score > 0:
            palms = palms.strongest(int(np.count_nonzero(palms.scores >= self._min_score)))
        if self._most >= 0 and not self._is_merged:  # upstream heeds it only then
            palms = palms.strongest(self._most)
        if len(palms) or self._sends_empty:
            context.emit("", palms)


def _strongest_first(palms: Detections) -> Detections:
    """The same detections, sorted; another calculator may have left them in another order."""
    if np.all(palms.scores[:-1] >= palms.scores[1:]):
        return palms
    order = np.argsort(-palms.scores, kind="stable")
    return Detections(palms.boxes[order], palms.keypoints[order], palms.scores[order])


class DetectionLetterboxRemovalCalculator(Calculator):
    """Maps detections from a tensor to the picture, or to the region of it, that it shows."""

    contract = Contract(
        inputs=(Port("DETECTIONS", DETECTIONS), Port("LETTERBOX_PADDING", LETTERBOX)),
        outputs=(Port("DETECTIONS", DETECTIONS),),
    )

    def process(self, context: Context) -> None:
        """Map the detections of one picture."""
        palms, letterbox = context.get("DETECTIONS"), context.get("LETTERBOX_PADDING")
        if palms is not None and letterbox is not None:
            context.emit("DETECTIONS", image_from_letterbox(palms, relative(letterbox)))


def relative(letterbox: Letterbox) -> Roi:
    """What a tensor shows, in the frame of the region that was asked for."""
    shown, within = letterbox
    return Roi(0.5, 0.5, shown.width / within.width, shown.height / within.height, 0.0)


class DetectionLabelIdToTextCalculator(Calculator):
    """Hands on detections, whose labels are not needed here; in graphs of 2019 and 2020."""

    contract = Contract(
        inputs=(Port("", DETECTIONS),),
        outputs=(Port("", DETECTIONS),),
        options="mediapipe.DetectionLabelIdToTextCalculatorOptions",
    )

    def process(self, context: Context) -> None:
        """Hand on the detections of one picture."""
        found = context.get()
        if found is not None:
            context.emit("", found)
