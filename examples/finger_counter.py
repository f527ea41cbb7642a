"""Count the fingers that each hand holds up, and write the number above the hand.

pip install '.[video]' opencv-python                    # in a clone of knuckle
python examples/finger_counter.py                       # camera 0; press q to quit
python examples/finger_counter.py clip.mp4 --headless   # print the counts, show no window
"""

import argparse
import sys

import cv2
import knuckle
import numpy as np
from numpy.typing import NDArray

TIPS, MIDDLES = [4, 8, 12, 16, 20], [3, 6, 10, 14, 18]  # joints of the thumb, the index, ...
ROOTS = [17, 0, 0, 0, 0]  # the thumb folds towards the little finger, the others to the wrist
FONT, COLOUR = cv2.FONT_HERSHEY_SIMPLEX, (255, 190, 46)


def count_fingers(hand: knuckle.Hand) -> int:
    """How many fingers are up: a raised finger's tip is farther from its root than its middle."""
    joints = hand.world_landmarks  # in metres, so the hand may be turned any way
    tips = np.linalg.norm(joints[TIPS] - joints[ROOTS], axis=1)
    middles = np.linalg.norm(joints[MIDDLES] - joints[ROOTS], axis=1)
    return int(np.count_nonzero(tips > middles))


def annotate(image: NDArray[np.uint8], hands: list[knuckle.Hand]) -> NDArray[np.uint8]:
    """The picture with its hands and their counts."""
    picture = knuckle.draw(image, hands, handedness=False)
    for hand in hands:
        above = int(hand.box.x0), int(hand.box.y0) - 12
        cv2.putText(picture, str(count_fingers(hand)), above, FONT, 2.0, COLOUR, 5)
    return picture


def main() -> None:
    """Show or print the counts until the source ends or q is pressed."""
    parser = argparse.ArgumentParser(description="Count the fingers that each hand holds up.")
    parser.add_argument("source", nargs="?", default="0", help="camera number or file (default 0)")
    parser.add_argument("--headless", action="store_true", help="print, without a window")
    options = parser.parse_args()
    source = int(options.source) if options.source.isdecimal() else options.source
    with knuckle.Tracker() as track:
        for frame in knuckle.open_source(source):
            hands = track(frame)
            counts = [f"{hand.handedness} {count_fingers(hand)}" for hand in hands]
            print(f"{frame.time:.2f} s: {', '.join(counts) or 'no hands'}")
            if not options.headless:
                cv2.imshow("Fingers", annotate(frame.image, hands)[..., ::-1])  # OpenCV wants BGR
                if cv2.waitKey(1) == ord("q"):
                    break


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, knuckle.KnuckleError, cv2.error) as error:
        sys.exit(str(error) or "stopped")
