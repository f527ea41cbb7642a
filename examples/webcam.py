"""Show the hands in front of your webcam, with OpenCV reading and showing the pictures.

pip install . opencv-python                         # in a clone of knuckle
python examples/webcam.py                           # camera 0; press q to quit
python examples/webcam.py clip.mp4 -o hands.mp4     # write a video, show no window
"""

import argparse
import sys
from contextlib import suppress

import cv2
import knuckle


def open_writer(path: str, capture: cv2.VideoCapture) -> cv2.VideoWriter:
    """A video file with the size and the frame rate of what is captured."""
    width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
    height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    rate = capture.get(cv2.CAP_PROP_FPS) or 30.0
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"mp4v"), rate, (width, height))
    if not writer.isOpened():
        sys.exit(f"{path} cannot be written: give a path that ends in .mp4")
    return writer


def main() -> None:
    """Read, track and show until the source ends or q is pressed."""
    parser = argparse.ArgumentParser(description="Show the hands in front of your webcam.")
    parser.add_argument("source", nargs="?", default="0", help="camera number or file (default 0)")
    parser.add_argument("-o", "--output", help="write this .mp4 instead of opening a window")
    options = parser.parse_args()
    is_camera = options.source.isdecimal()
    capture = cv2.VideoCapture(int(options.source) if is_camera else options.source)
    if not capture.isOpened():
        sys.exit(f"{options.source} cannot be opened: give a video or the number of a camera")
    writer = open_writer(options.output, capture) if options.output else None

    with suppress(KeyboardInterrupt), knuckle.Tracker(mirrored=is_camera) as track:
        while True:
            is_read, bgr = capture.read()
            if not is_read:
                break
            rgb = cv2.cvtColor(cv2.flip(bgr, 1) if is_camera else bgr, cv2.COLOR_BGR2RGB)
            shown = cv2.cvtColor(knuckle.draw(rgb, track(rgb)), cv2.COLOR_RGB2BGR)
            if writer:
                writer.write(shown)
                continue
            cv2.imshow("Hands", shown)
            if cv2.waitKey(1) == ord("q"):
                break


if __name__ == "__main__":
    try:
        main()
    except (knuckle.KnuckleError, cv2.error) as error:
        sys.exit(str(error))
