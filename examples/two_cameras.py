"""Triangulate hands from two calibrated cameras that take their pictures at the same time.

pip install '.[video]' opencv-python                            # in a clone of knuckle
python examples/two_cameras.py left.mp4 right.mp4 stereo.npz    # or the numbers of two cameras

stereo.npz holds K1, D1, K2, D2, R and T as cv2.stereoCalibrate gives them; T is in metres.
"""

import argparse
import sys
from collections.abc import Mapping

import cv2
import knuckle
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Stereo = Mapping[str, Array]
MOST_ERROR = 10.0  # pixels; a worse match is taken for two different hands


def triangulate(left: knuckle.Hand, right: knuckle.Hand, stereo: Stereo) -> tuple[Array, float]:
    """Landmarks before the left camera, (21, 3) metres, and their error in its picture, pixels."""
    left_rays = cv2.undistortPoints(left.points, stereo["K1"], stereo["D1"])[:, 0]
    right_rays = cv2.undistortPoints(right.points, stereo["K2"], stereo["D2"])[:, 0]
    right_from_left = np.column_stack([stereo["R"], stereo["T"]])
    homogeneous = cv2.triangulatePoints(np.eye(3, 4), right_from_left, left_rays.T, right_rays.T)
    points = (homogeneous[:3] / homogeneous[3]).T
    seen, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), stereo["K1"], stereo["D1"])
    return points, float(np.sqrt(np.mean((seen[:, 0] - left.points) ** 2)))


def main() -> None:
    """Print a table: a row for each landmark of each hand that both cameras see."""
    parser = argparse.ArgumentParser(description="Triangulate hands from two cameras.")
    parser.add_argument("cameras", nargs=2, help="left and right: files or camera numbers")
    parser.add_argument("stereo", help="calibration, an .npz file")
    options = parser.parse_args()
    stereo = dict(np.load(options.stereo))
    sources = [int(name) if name.isdecimal() else name for name in options.cameras]
    trackers = [knuckle.Tracker(), knuckle.Tracker()]
    print("time,handedness,landmark,x,y,z")
    for frames in zip(*map(knuckle.open_source, sources), strict=False):
        lefts, rights = (track(frame) for track, frame in zip(trackers, frames, strict=True))
        for hand in lefts:
            same = [other for other in rights if other.handedness == hand.handedness]
            pairs = [triangulate(hand, other, stereo) for other in same]
            points, error = min(pairs, key=lambda pair: pair[1], default=(np.empty((0, 3)), np.inf))
            for landmark, (x, y, z) in enumerate(points if error < MOST_ERROR else []):
                row = f"{frames[0].time:.3f},{hand.handedness},{landmark}"
                print(f"{row},{x:.4f},{y:.4f},{z:.4f}")


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, OSError, KeyError, knuckle.KnuckleError) as error:
        sys.exit(str(error) or "stopped")
