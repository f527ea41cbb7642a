"""Names of inner nodes, compared with those that MediaPipe gives them.

MediaPipe 0.10.21 was asked for the expanded graph of its hand_landmark_tracking_cpu.binarypb. Two
kinds of nodes are left out: inference, which is a subgraph there, and what reads files, which is
another calculator in its model loaders.
"""

from __future__ import annotations

from knuckle.graph.config import node_names
from knuckle.graph.expanding.expansion import expanded
from knuckle.graph.library import load

# What stands before the names, and the names.
NAMES = {
    "handlandmarkcpu__": """
        GateCalculator_1 GateCalculator_2 GateCalculator_3 ImageToTensorCalculator
        LandmarkLetterboxRemovalCalculator LandmarkProjectionCalculator
        SplitTensorVectorCalculator TensorsToClassificationCalculator
        TensorsToFloatsCalculator TensorsToLandmarksCalculator_1
        TensorsToLandmarksCalculator_2 ThresholdingCalculator
        WorldLandmarkProjectionCalculator
    """,
    "handlandmarkcpu__handlandmarkmodelloader__": """
        TfLiteModelCalculator
    """,
    "handlandmarkcpu__handlandmarkmodelloader__switchcontainer__": """
        ConstantSidePacketCalculator_1 ConstantSidePacketCalculator_2 SwitchDemuxCalculator
        SwitchMuxCalculator
    """,
    "handlandmarklandmarkstoroi__": """
        HandLandmarksToRectCalculator RectTransformationCalculator
    """,
    "palmdetectioncpu__": """
        DetectionLetterboxRemovalCalculator ImageToTensorCalculator
        NonMaxSuppressionCalculator SsdAnchorsCalculator TensorsToDetectionsCalculator
        TfLiteCustomOpResolverCalculator
    """,
    "palmdetectioncpu__palmdetectionmodelloader__": """
        TfLiteModelCalculator
    """,
    "palmdetectioncpu__palmdetectionmodelloader__switchcontainer__": """
        ConstantSidePacketCalculator_1 ConstantSidePacketCalculator_2 SwitchDemuxCalculator
        SwitchMuxCalculator
    """,
    "palmdetectiondetectiontoroi__": """
        DetectionsToRectsCalculator RectTransformationCalculator
    """,
    "": """
        AssociationNormRectCalculator BeginLoopDetectionCalculator
        BeginLoopNormalizedRectCalculator ClipDetectionVectorSizeCalculator
        EndLoopClassificationListCalculator EndLoopLandmarkListVectorCalculator
        EndLoopNormalizedLandmarkListVectorCalculator EndLoopNormalizedRectCalculator
        GateCalculator ImagePropertiesCalculator NormalizedRectVectorHasMinSizeCalculator
        PreviousLoopbackCalculator
    """,
}
OTHERS = ("InferenceCalculator", "LocalFileContentsCalculator", "ResourceProviderCalculator")


def test_inner_nodes_have_mediapipe_s_names() -> None:
    """So that programs written for it find them; nodes outside subgraphs are numbered."""
    ours = node_names(expanded(load("hand_landmark_tracking")))
    inner = {name for name in ours if "__" in name and not name.endswith(OTHERS)}
    outer = {
        node.calculator for node in expanded(load("hand_landmark_tracking")).nodes if not node.name
    }

    assert {
        f"{before}{name}" for before, row in NAMES.items() if before for name in row.split()
    } == inner
    assert set(NAMES[""].split()) == outer
