"""Ask a running `knuckle serve` for the hands in a picture, or in the frames of a clip.

pip install '.[serve,video]'                                    # in a clone of knuckle
knuckle serve                                                   # in another terminal
python examples/server_client.py samples/two_hands.jpg
"""

import argparse
import json
import os
import struct
import sys
import urllib.error
import urllib.request
from pathlib import Path

import knuckle
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect


def detect(server: str, headers: dict[str, str], path: str) -> None:
    """Print the hands in a picture."""
    address, data = f"{server}/v1/detect?max_hands=4", Path(path).read_bytes()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, headers)) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as error:  # the answer says what is wrong
        sys.exit(json.load(error)["detail"])
    print(*("{handedness}, box {box}".format(**hand) for hand in found["hands"]), sep="\n")


def track(server: str, headers: dict[str, str], path: str) -> None:
    """Send the frames of a clip, and print the hands of each with their ids."""
    with connect(f"ws{server.removeprefix('http')}/v1/track", additional_headers=headers) as stream:
        for frame in knuckle.open_source(path):
            if frame.index == 0:  # the first message says what the frames are
                height, width, _ = frame.image.shape
                start = {"format": "rgb", "width": width, "height": height, "time": "sent"}
                stream.send(json.dumps(start))
                stream.recv()
            stream.send(struct.pack("<d", frame.time) + frame.image.tobytes())
            while "restarted" in (answer := json.loads(stream.recv())):
                pass  # its worker died: ids start anew, and the answer follows
            hands = answer.get("hands", [])  # none where there is an "error" instead
            names = [f"{hand['track_id']} {hand['handedness']}" for hand in hands]
            print(f"{frame.time:.3f} s: {', '.join(names) or 'no hands'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Ask a server for hands.")
    parser.add_argument("path", help="a picture or a video")
    parser.add_argument("--server", default="http://127.0.0.1:8021")
    options = parser.parse_args()
    headers = {"Authorization": f"Bearer {os.environ.get('KNUCKLE_TOKEN', '')}"}
    ask = detect if options.path.lower().endswith((".jpg", ".png", ".webp")) else track
    try:
        ask(options.server, headers, options.path)
    except (knuckle.KnuckleError, WebSocketException, OSError) as error:
        sys.exit(str(error))
