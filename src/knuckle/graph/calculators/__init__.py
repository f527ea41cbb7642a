"""The table of calculators: one row each."""

from __future__ import annotations

from ..calculator import Calculator
from . import (
    drawn_hands,
    flow,
    images,
    landmarks,
    loops,
    models,
    overlay,
    palms,
    rectangles,
    render_data,
    scores,
    tracking,
    vectors,
    video,
)

# The calculators that nodes may name. `CalculatorGraph(calculators=...)` adds others.
CALCULATORS: dict[str, type[Calculator]] = {
    # Which packets go where.
    "AssociationNormRectCalculator": vectors.AssociationNormRectCalculator,
    "FlowLimiterCalculator": flow.FlowLimiterCalculator,
    "GateCalculator": flow.GateCalculator,
    "LogicCalculator": flow.LogicCalculator,
    "MergeCalculator": flow.MergeCalculator,
    "PacketPresenceCalculator": flow.PacketPresenceCalculator,
    "PacketSequencerCalculator": flow.PacketSequencerCalculator,
    "PassThroughCalculator": flow.PassThroughCalculator,
    "PreviousLoopbackCalculator": flow.PreviousLoopbackCalculator,
    "RealTimeFlowLimiterCalculator": flow.FlowLimiterCalculator,
    "SwitchDemuxCalculator": flow.SwitchDemuxCalculator,
    "SwitchMuxCalculator": flow.SwitchMuxCalculator,
    **loops.LOOPS,
    **vectors.VECTORS,
    # Pictures and videos.
    "ColorConvertCalculator": images.ColorConvertCalculator,
    "FromImageCalculator": images.FromImageCalculator,
    "GpuBufferToImageFrameCalculator": images.CopyImageCalculator,
    "ImageCroppingCalculator": images.ImageCroppingCalculator,
    "ImageFrameToGpuBufferCalculator": images.CopyImageCalculator,
    "ImagePropertiesCalculator": images.ImagePropertiesCalculator,
    "ImageToTensorCalculator": images.ImageToTensorCalculator,
    "ImageTransformationCalculator": images.ImageTransformationCalculator,
    "OpenCvVideoDecoderCalculator": video.OpenCvVideoDecoderCalculator,
    "OpenCvVideoEncoderCalculator": video.OpenCvVideoEncoderCalculator,
    "TfLiteConverterCalculator": images.TfLiteConverterCalculator,
    "ToImageCalculator": images.ToImageCalculator,
    # Networks and constants.
    "ConstantSidePacketCalculator": models.ConstantSidePacketCalculator,
    "InferenceCalculator": models.InferenceCalculator,
    "InferenceCalculatorCpu": models.InferenceCalculator,
    "InferenceCalculatorGl": models.GpuInferenceCalculator,
    "InferenceCalculatorGlAdvanced": models.GpuInferenceCalculator,
    "InferenceCalculatorMetal": models.GpuInferenceCalculator,
    "InferenceCalculatorXnnpack": models.InferenceCalculator,
    "LocalFileContentsCalculator": models.LocalFileContentsCalculator,
    "ResourceProviderCalculator": models.ResourceProviderCalculator,
    "SsdAnchorsCalculator": models.SsdAnchorsCalculator,
    "TfLiteCustomOpResolverCalculator": models.TfLiteCustomOpResolverCalculator,
    "TfLiteInferenceCalculator": models.TfLiteInferenceCalculator,
    "TfLiteModelCalculator": models.TfLiteModelCalculator,
    # Palms.
    "DetectionLabelIdToTextCalculator": palms.DetectionLabelIdToTextCalculator,
    "DetectionLetterboxRemovalCalculator": palms.DetectionLetterboxRemovalCalculator,
    "NonMaxSuppressionCalculator": palms.NonMaxSuppressionCalculator,
    "TensorsToDetectionsCalculator": palms.TensorsToDetectionsCalculator,
    "TfLiteTensorsToDetectionsCalculator": palms.TfLiteTensorsToDetectionsCalculator,
    # Scores and landmarks.
    "TensorsToClassificationCalculator": scores.TensorsToClassificationCalculator,
    "TensorsToFloatsCalculator": scores.TensorsToFloatsCalculator,
    "TfLiteTensorsToClassificationCalculator": scores.TfLiteTensorsToClassificationCalculator,
    "TfLiteTensorsToFloatsCalculator": scores.TfLiteTensorsToFloatsCalculator,
    "ThresholdingCalculator": scores.ThresholdingCalculator,
    "LandmarkLetterboxRemovalCalculator": landmarks.LandmarkLetterboxRemovalCalculator,
    "LandmarkProjectionCalculator": landmarks.LandmarkProjectionCalculator,
    "TensorsToLandmarksCalculator": landmarks.TensorsToLandmarksCalculator,
    "TfLiteTensorsToLandmarksCalculator": landmarks.TfLiteTensorsToLandmarksCalculator,
    "WorldLandmarkProjectionCalculator": landmarks.WorldLandmarkProjectionCalculator,
    # Rectangles and regions of interest.
    "DetectionsToRectsCalculator": rectangles.DetectionsToRectsCalculator,
    "HandDetectionsToRectsCalculator": rectangles.HandDetectionsToRectsCalculator,
    "HandLandmarksToRectCalculator": rectangles.HandLandmarksToRectCalculator,
    "LandmarksToDetectionCalculator": rectangles.LandmarksToDetectionCalculator,
    "RectTransformationCalculator": rectangles.RectTransformationCalculator,
    # Drawing.
    "AnnotationOverlayCalculator": overlay.AnnotationOverlayCalculator,
    "DetectionsToRenderDataCalculator": render_data.DetectionsToRenderDataCalculator,
    "KnuckleDrawCalculator": drawn_hands.KnuckleDrawCalculator,
    "LabelsToRenderDataCalculator": render_data.LabelsToRenderDataCalculator,
    "LandmarksToRenderDataCalculator": render_data.LandmarksToRenderDataCalculator,
    "RectToRenderDataCalculator": render_data.RectToRenderDataCalculator,
    # knuckle's own tracker.
    **tracking.TRACKING,
}
