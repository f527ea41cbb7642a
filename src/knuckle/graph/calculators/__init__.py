"""The table of calculators: one row each."""

from __future__ import annotations

from ..calculator import Calculator
from . import drawn_hands, flow, loops, overlay, render_data, tracking, video

CALCULATORS: dict[str, type[Calculator]] = {
    "AnnotationOverlayCalculator": overlay.AnnotationOverlayCalculator,
    "DetectionsToRenderDataCalculator": render_data.DetectionsToRenderDataCalculator,
    "FlowLimiterCalculator": flow.FlowLimiterCalculator,
    "GateCalculator": flow.GateCalculator,
    "KnuckleDrawCalculator": drawn_hands.KnuckleDrawCalculator,
    "LabelsToRenderDataCalculator": render_data.LabelsToRenderDataCalculator,
    "LandmarksToRenderDataCalculator": render_data.LandmarksToRenderDataCalculator,
    "LogicCalculator": flow.LogicCalculator,
    "MergeCalculator": flow.MergeCalculator,
    "OpenCvVideoDecoderCalculator": video.OpenCvVideoDecoderCalculator,
    "OpenCvVideoEncoderCalculator": video.OpenCvVideoEncoderCalculator,
    "PacketPresenceCalculator": flow.PacketPresenceCalculator,
    "PassThroughCalculator": flow.PassThroughCalculator,
    "PreviousLoopbackCalculator": flow.PreviousLoopbackCalculator,
    "RealTimeFlowLimiterCalculator": flow.FlowLimiterCalculator,
    "RectToRenderDataCalculator": render_data.RectToRenderDataCalculator,
    "SwitchDemuxCalculator": flow.SwitchDemuxCalculator,
    "SwitchMuxCalculator": flow.SwitchMuxCalculator,
    **loops.LOOPS,
    **tracking.TRACKING,
}
