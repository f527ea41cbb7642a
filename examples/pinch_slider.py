"""Use thumb and index finger as a slider, for a volume or a zoom: pinched is 0, apart is 1.

pip install '.[video]' opencv-python                    # in a clone of knuckle
python examples/pinch_slider.py                         # camera 0; press q to quit
python examples/pinch_slider.py clip.mp4 --headless     # print the values, show no window
"""

import argparse
import sys

import cv2
import knuckle
import numpy as np
from numpy.typing import NDArray

PINCHED, APART = 0.03, 0.10  # metres between the two tips
GREY, YELLOW = (90, 90, 90), (255, 190, 46)


def slider_value(hand: knuckle.Hand) -> float:
    """How far thumb and index finger are apart, 0 to 1, however far away the hand is."""
    thumb, index = hand.world_landmarks[[4, 8]]
    distance = float(np.linalg.norm(index - thumb))
    return min(max((distance - PINCHED) / (APART - PINCHED), 0.0), 1.0)


def annotate(image: NDArray[np.uint8], hands: list[knuckle.Hand]) -> NDArray[np.uint8]:
    """The picture with its hand and the slider at the right."""
    picture = knuckle.draw(image, hands, handedness=False)
    x, bottom, top = picture.shape[1] - 40, picture.shape[0] - 50, 50
    cv2.line(picture, (x, bottom), (x, top), GREY, 24, cv2.LINE_AA)
    for hand in hands:
        level = round(bottom + slider_value(hand) * (top - bottom))
        cv2.line(picture, (x, bottom), (x, level), YELLOW, 24, cv2.LINE_AA)
    return picture


def main() -> None:
    """Show and print the value until the source ends or q is pressed."""
    parser = argparse.ArgumentParser(description="Use thumb and index finger as a slider.")
    parser.add_argument("source", nargs="?", default="0", help="camera number or file (default 0)")
    parser.add_argument("--headless", action="store_true", help="print, without a window")
    options = parser.parse_args()
    source = int(options.source) if options.source.isdecimal() else options.source
    with knuckle.Tracker(max_hands=1) as track:
        for frame in knuckle.open_source(source):
            hands = track(frame)
            for hand in hands:
                print(f"{frame.time:.2f} s: {slider_value(hand):.2f}")
            if not options.headless:
                cv2.imshow("Slider", annotate(frame.image, hands)[..., ::-1])  # OpenCV wants BGR
                if cv2.waitKey(1) == ord("q"):
                    break


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, knuckle.KnuckleError, cv2.error) as error:
        sys.exit(str(error) or "stopped")
