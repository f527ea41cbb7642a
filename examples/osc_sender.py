"""Send hands as OSC messages to a synthesizer, a light desk or a game on this machine.

pip install '.[video]' python-osc                               # in a clone of knuckle
python examples/osc_sender.py                                   # camera 0; Ctrl-C to stop
python examples/osc_sender.py clip.mp4 --port 9000

/hands 2                    how many there are, once for each frame
/hand/1/side "right"        hand 1 keeps its number while it is in the picture
/hand/1/index 0.35 0.5      where its index finger's tip is: 0 to 1, from the left and from the top
/hand/1/pinch 0.04          metres from the tip of its thumb to that of its index finger
"""

import argparse
import sys
from contextlib import closing

import knuckle
import numpy as np
from pythonosc.udp_client import SimpleUDPClient

TIPS = {"thumb": 4, "index": 8, "middle": 12, "ring": 16, "pinky": 20}


def send(hands: list[knuckle.Hand], client: SimpleUDPClient) -> None:
    """Send the messages of one frame."""
    client.send_message("/hands", len(hands))
    for hand in hands:
        name = f"/hand/{hand.track_id}"
        client.send_message(f"{name}/side", hand.handedness)
        for finger, tip in TIPS.items():
            client.send_message(f"{name}/{finger}", hand.landmarks[tip, :2].tolist())
        thumb, index = hand.world_landmarks[[4, 8]]
        client.send_message(f"{name}/pinch", float(np.linalg.norm(index - thumb)))


def main() -> None:
    """Send until the source ends."""
    parser = argparse.ArgumentParser(description="Send hands as OSC messages.")
    parser.add_argument("source", nargs="?", default="0", help="camera number or file (default 0)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    options = parser.parse_args()
    source = int(options.source) if options.source.isdecimal() else options.source
    client = SimpleUDPClient(options.host, options.port)
    with closing(client), knuckle.Tracker() as track:
        for frame in knuckle.open_source(source):
            send(track(frame), client)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, OSError, knuckle.KnuckleError) as error:
        sys.exit(str(error) or "stopped")
