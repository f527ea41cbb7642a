"""Draw in the air: a stretched index finger draws, a bent one lifts the pen.

pip install '.[video]' opencv-python                    # in a clone of knuckle
python examples/air_drawing.py                          # camera 0; press q to quit
python examples/air_drawing.py clip.mp4 -o drawing.png  # save the drawing, show no window
"""

import argparse
from contextlib import suppress

import cv2
import knuckle
import numpy as np

Pens = dict[int, list[int]]  # by a hand's track_id where its tip is, while it draws
COLOURS = [(255, 84, 112), (255, 190, 46), (46, 213, 134), (38, 172, 255)]


def is_drawing(hand: knuckle.Hand) -> bool:
    """Whether the index finger is stretched: its tip is farther from the wrist than its middle."""
    wrist, middle, tip = hand.world_landmarks[[0, 6, 8]]
    return bool(np.linalg.norm(tip - wrist) > np.linalg.norm(middle - wrist))


def draw_on(canvas: cv2.typing.MatLike, hands: list[knuckle.Hand], pens: Pens) -> Pens:
    """Draw lines from where the pens were to where they are now; returns where they are."""
    moved = {h.track_id or 0: h.index_tip.astype(int).tolist() for h in hands if is_drawing(h)}
    for track_id, tip in moved.items():
        cv2.line(canvas, pens.get(track_id) or tip, tip, COLOURS[track_id % len(COLOURS)], 8)
    return moved


def main() -> None:
    """Draw until the source ends or q is pressed."""
    parser = argparse.ArgumentParser(description="Draw in the air with your index finger.")
    parser.add_argument("source", nargs="?", default="0", help="camera number or file (default 0)")
    parser.add_argument("-o", "--output", help="save this picture instead of opening a window")
    options = parser.parse_args()
    is_camera = options.source.isdecimal()
    canvas, drawn, pens = None, None, Pens()
    with suppress(KeyboardInterrupt), knuckle.Tracker(mirrored=is_camera) as track:
        for frame in knuckle.open_source(int(options.source) if is_camera else options.source):
            image = frame.image[:, ::-1] if is_camera else frame.image  # people expect a mirror
            canvas = np.zeros_like(image) if canvas is None else canvas
            hands = track(knuckle.Frame(image, frame.index, frame.time))
            pens = draw_on(canvas, hands, pens)
            drawn = np.where(canvas.any(axis=2, keepdims=True), canvas, knuckle.draw(image, hands))
            if not options.output:
                cv2.imshow("Drawing", drawn[..., ::-1])  # OpenCV wants BGR
                if cv2.waitKey(1) == ord("q"):
                    break
    if options.output and drawn is not None and not cv2.imwrite(options.output, drawn[..., ::-1]):
        raise SystemExit(f"{options.output} cannot be written")


if __name__ == "__main__":
    try:
        main()
    except (knuckle.KnuckleError, cv2.error) as error:
        raise SystemExit(str(error)) from None
