"""Plot how far the knuckles of each hand bend in the course of a clip.

pip install '.[video,plot]'                                     # in a clone of knuckle
python examples/joint_angle_plot.py clip.mp4                    # in a window
python examples/joint_angle_plot.py clip.mp4 -o angles.png      # to a file, without a window
"""

import argparse
import sys
from collections import defaultdict
from math import degrees

import knuckle
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

FINGERS = ["thumb", "index", "middle", "ring", "pinky"]


def read_bends(clip: str) -> dict[str, NDArray[np.float64]]:
    """For each hand rows of the time, in seconds, and the bend of each finger, in degrees."""
    rows = defaultdict(list)
    for frame, hands in knuckle.track_clip(knuckle.open_source(clip)):
        for hand in hands:
            angles = knuckle.joint_angles(hand)
            if angles is None:  # the hand points straight at the camera
                continue
            named = angles.to_dict()
            bends = [degrees(named[f"{finger}_mcp_flexion"]) for finger in FINGERS]
            rows[f"{hand.handedness} hand {hand.track_id}"].append([frame.time, *bends])
    return {name: np.array(values) for name, values in rows.items()}


def main() -> None:
    """Read the clip, then draw a panel for each hand."""
    parser = argparse.ArgumentParser(description="Plot how far knuckles bend in a clip.")
    parser.add_argument("clip", help="video file")
    parser.add_argument("-o", "--output", help="write this .png or .pdf instead of a window")
    options = parser.parse_args()
    hands = read_bends(options.clip)
    if not hands:
        sys.exit(f"{options.clip} shows no hands")
    figure, panels = plt.subplots(
        len(hands), sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for panel, (name, rows) in zip(panels[:, 0], hands.items(), strict=True):
        panel.plot(rows[:, 0], rows[:, 1:], label=FINGERS)
        panel.set(title=name, ylabel="degrees")
    figure.supxlabel("seconds")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside right upper")
    figure.savefig(options.output) if options.output else plt.show()


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, knuckle.KnuckleError) as error:
        sys.exit(str(error) or "stopped")
