"""Put a finger counter of your own into the tracking graph, and draw what it counts.

pip install '.[video,graph]'                                       # in a clone of knuckle
python examples/graph_finger_counter.py clip.mp4 counted.mp4       # or a folder of pictures
"""

import sys

import knuckle
import numpy as np
from knuckle.graph import Calculator, CalculatorGraph, Context, Contract, Node, Port, load
from knuckle.graph.types import HANDS, INTS, RENDER_DATA
from knuckle.render.annotations import Annotation, Colour, RenderData, Text

TIPS, MIDDLES = [4, 8, 12, 16, 20], [3, 6, 10, 14, 18]  # joints of the thumb, the index, ...
ROOTS = [17, 0, 0, 0, 0]  # the thumb folds towards the little finger, the others to the wrist


class FingerCounter(Calculator):
    """Counts the fingers that each hand holds up, and says what to write above the hand."""

    contract = Contract(
        inputs=(Port("HANDS", HANDS),),
        outputs=(Port("COUNTS", INTS), Port("RENDER_DATA", RENDER_DATA)),
    )

    def process(self, context: Context) -> None:
        """Look at one picture: a raised finger's tip is farther from its root than its middle."""
        counts, texts = [], []
        for hand in context.get("HANDS"):
            joints = hand.world_landmarks  # in metres, so the hand may be turned any way
            tips = np.linalg.norm(joints[TIPS] - joints[ROOTS], axis=1)
            middles = np.linalg.norm(joints[MIDDLES] - joints[ROOTS], axis=1)
            counts.append(int(np.count_nonzero(tips > middles)))
            text = Text(str(counts[-1]), hand.box.x0, hand.box.y0 - 12, height=60)
            texts.append(Annotation(text, Colour(255, 190, 46), thickness=6))
        context.emit("COUNTS", tuple(counts))
        context.emit("RENDER_DATA", RenderData(texts))


GRAPH = load("knuckle_tracking").with_nodes(
    Node.of("FingerCounter", inputs=["HANDS:hands"], outputs=["COUNTS:counts", "RENDER_DATA:text"]),
    Node.of("AnnotationOverlayCalculator", inputs=["IMAGE:image", "text"], outputs=["IMAGE:video"]),
    outputs=["COUNTS:counts", "IMAGE:video"],
)

if __name__ == "__main__":
    source, output = sys.argv[1:]
    with (
        knuckle.open_source(source) as clip,
        knuckle.open_sink(output) as sink,
        CalculatorGraph(GRAPH, calculators={"FingerCounter": FingerCounter}) as graph,
    ):
        video, hands = graph.observe("video"), graph.observe("hands")
        graph.start()
        for frame in clip:
            graph.add_packet("image", frame.image, round(frame.time * 1e6))  # microseconds
            graph.wait_until_idle()
            [picture], [found] = video.take(), hands.take()
            sink.write(knuckle.Frame(picture.value, frame.index, frame.time), found.value)
