"""Make the pictures of examples/README.md: run the examples on the samples, show what comes out.

Usage: python examples/make_pictures.py, in an environment with knuckle and the group `examples`.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.request import urlopen

import knuckle
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.font_manager import findfont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pythonosc.osc_message import OscMessage

EXAMPLES = Path(__file__).parent
ROOT = EXAMPLES.parent
sys.path.insert(0, str(ROOT))
from examples import finger_counter, pinch_slider  # noqa: E402

CLIP = ROOT / "samples" / "two_hands.mp4"
IMAGES = ROOT / "docs" / "images" / "examples"
WIDTH = 640
NIGHT = "#0e111a"
Pixels = NDArray[np.uint8]


def run(name: str, *arguments: str | Path) -> str:
    """What an example prints; it runs in the samples' folder."""
    command = [sys.executable, EXAMPLES / f"{name}.py", *arguments]
    done = subprocess.run(command, cwd=CLIP.parent, check=True, capture_output=True, text=True)
    return done.stdout


def tracked(index: int) -> tuple[Pixels, list[knuckle.Hand]]:
    """A frame of the clip with the hands that a tracker has there."""
    with knuckle.Tracker() as track:
        for frame in knuckle.open_source(CLIP):
            hands = track(frame)
            if frame.index == index:
                return frame.image, hands
    raise ValueError(f"the clip has no frame {index}")


def terminal(text: str, width: int = WIDTH, size: int = 14) -> Image.Image:
    """Text as a terminal shows it."""
    font = ImageFont.truetype(findfont("DejaVu Sans Mono"), size)
    lines = text.rstrip().splitlines()
    sheet = Image.new("RGB", (width, 24 + (size + 6) * len(lines)), NIGHT)
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        colour = "#7dd3fc" if line.startswith("$") else "#e2e8f0"
        pen.text((14, 12 + (size + 6) * row), line, fill=colour, font=font)
    return sheet


def beside(*parts: Image.Image, colour: str = NIGHT) -> Image.Image:
    """Pictures in a row, in the middle of a ground of that colour."""
    size = sum(part.width for part in parts), max(part.height for part in parts)
    sheet = Image.new("RGB", size, colour)
    x = 0
    for part in parts:
        sheet.paste(part, (x, (sheet.height - part.height) // 2))
        x += part.width
    return sheet


def scaled(picture: Image.Image | Pixels, width: int) -> Image.Image:
    """The picture so wide."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    return image.convert("RGB").resize((width, round(width * image.height / image.width)))


def webcam(folder: Path) -> Image.Image:
    """A frame of the video that it writes."""
    run("webcam", CLIP, "-o", folder / "hands.mp4")
    [frame] = islice(knuckle.open_source(folder / "hands.mp4"), 90, 91)
    return scaled(frame.image, WIDTH)


def finger_counter_picture(folder: Path) -> Image.Image:
    """Three fingers and five."""
    return scaled(finger_counter.annotate(*tracked(95)), WIDTH)


def graph_finger_counter(folder: Path) -> Image.Image:
    """A frame of the video that it writes: two fingers and five."""
    run("graph_finger_counter", CLIP, folder / "counted.mp4")
    [frame] = islice(knuckle.open_source(folder / "counted.mp4"), 75, 76)
    return scaled(frame.image, WIDTH)


def pinch_slider_picture(folder: Path) -> Image.Image:
    """Apart, half way, and pinched."""
    frames = [tracked(index) for index in (100, 108, 118)]
    annotated = [pinch_slider.annotate(image, hands[:1]) for image, hands in frames]
    parts = [np.hstack([a[:, 120:400], a[:, -80:]]) for a in annotated]
    return scaled(np.hstack(parts), WIDTH)


def air_drawing(folder: Path) -> Image.Image:
    """What both index fingers drew in the whole clip."""
    run("air_drawing", CLIP, "-o", folder / "drawing.png")
    return scaled(Image.open(folder / "drawing.png"), WIDTH)


def annotate_folder(folder: Path) -> Image.Image:
    """The samples, small."""
    run("annotate_folder", CLIP.parent, folder / "annotated")
    sheet = Image.new("RGB", (WIDTH, 2 * 142), "white")
    for i, path in enumerate(sorted((folder / "annotated").iterdir())[:6]):
        small = scaled(Image.open(path), 213)
        sheet.paste(small.crop((0, 0, 213, 142)), (i % 3 * 214, i // 3 * 143))
    return sheet


def joint_angle_plot(folder: Path) -> Image.Image:
    """The plot as it is."""
    run("joint_angle_plot", CLIP, "-o", folder / "angles.png")
    return scaled(Image.open(folder / "angles.png"), WIDTH)


def two_cameras(folder: Path) -> Image.Image:
    """A frame of either view, and the hands before the cameras, seen from above and aside."""
    shift, focal, baseline = 40, 700.0, 0.1
    for frame in knuckle.open_source(CLIP, start=1.5, stop=2.0):
        for name, image in (("left", frame.image), ("right", frame.image[:, shift:])):
            (folder / name).mkdir(exist_ok=True)
            padded = np.pad(image, ((0, 0), (0, 854 - image.shape[1]), (0, 0)), mode="edge")
            Image.fromarray(padded).save(folder / name / f"{frame.index}.bmp")
    matrix = np.array([[focal, 0, 426.5], [0, focal, 239.5], [0, 0, 1]])
    lens, turn, move = np.zeros(5), np.eye(3), np.array([[-baseline], [0], [0]])
    np.savez(folder / "s.npz", K1=matrix, D1=lens, K2=matrix, D2=lens, R=turn, T=move)
    rows = run("two_cameras", folder / "left", folder / "right", folder / "s.npz").splitlines()
    last = np.array([row.split(",")[3:] for row in rows[-42:]], float).reshape(2, 21, 3)
    views = [scaled(Image.open(folder / name / "59.bmp"), 240) for name in ("left", "right")]
    column = Image.new("RGB", (240, 2 * views[0].height + 8), "white")
    for i, view in enumerate(views):
        column.paste(view, (0, i * (view.height + 8)))
    return beside(column, hands_in_space(last), colour="white")


def hands_in_space(hands: NDArray[np.float64]) -> Image.Image:
    """Hands before a camera at the origin; (n, 21, 3) metres."""
    figure = plt.figure(figsize=(4, 3.4), dpi=100, layout="constrained")
    axes = figure.add_subplot(projection="3d")
    for x, y, z in hands.transpose(0, 2, 1):
        for part in knuckle.CONNECTIONS.values():
            for i, j in part:
                axes.plot(x[[i, j]], z[[i, j]], -y[[i, j]], color="#26acff")
    axes.scatter([0], [0], [0], color="#ff5470", marker="s", label="left camera")
    axes.scatter([0.1], [0], [0], color="#ffbe2e", marker="s", label="right camera")
    axes.set(xlabel="metres", ylabel="metres ahead", zticks=[-0.1, 0.1, 0.3])
    axes.legend(loc="upper left")
    axes.set_aspect("equal")
    axes.set_box_aspect(None, zoom=0.9)
    figure.canvas.draw()
    rgba = np.asarray(figure.canvas.buffer_rgba())  # type: ignore[attr-defined]
    return Image.fromarray(rgba[..., :3].copy())


def picture_server(folder: Path) -> Image.Image:
    """A picture, and the start of the answer to it."""
    program = [sys.executable, "-u", str(EXAMPLES / "picture_server.py"), "--port", "0"]
    photo = CLIP.parent / "open_palm.jpg"
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        with urlopen(address, photo.read_bytes()) as answer:
            [hand] = json.loads(answer.read())
        server.terminate()
    shown = {key: hand[key] for key in ("handedness", "presence", "box", "points")}
    text = json.dumps(rounded(shown))
    command = "$ curl --data-binary @open_palm.jpg http://127.0.0.1:8000/"
    lines = [command, *textwrap.wrap("[" + text, 50)[:8], "..."]
    return beside(scaled(Image.open(photo), 200), terminal("\n".join(lines), 440, 12))


def rounded(value: object) -> object:
    """The value with its numbers rounded to what can be read."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 1) if isinstance(value, float) else value


def server_client(folder: Path) -> Image.Image:
    """A picture, and what it prints for it and for a clip."""
    photo = CLIP.parent / "two_hands.jpg"
    with knuckle_serve(folder) as address:
        picture = run("server_client", photo.name, "--server", address)
        clip = run("server_client", CLIP.name, "--server", address).splitlines()
    lines = [f"$ python server_client.py {photo.name}", *picture.splitlines()]
    lines += [f"$ python server_client.py {CLIP.name}", *clip[40:44], "..."]
    return beside(scaled(Image.open(photo), 200), terminal("\n".join(lines), 440, 11))


@contextmanager
def knuckle_serve(folder: Path) -> Iterator[str]:
    """The address of a server that runs for a while."""
    program = [sys.executable, "-m", "knuckle", "serve", "--port", "0"]
    with subprocess.Popen(program, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip().rstrip("/")
        finally:
            server.terminate()


def process_pool(folder: Path) -> Image.Image:
    """What it prints, and the start of a line that it writes."""
    names = ["two_hands.mp4", "open_palm.jpg", "thumb_up.jpg", "missing.mp4"]
    for name in names[:3]:
        shutil.copy(CLIP.parent / name, folder)
    command = [sys.executable, str(EXAMPLES / "process_pool.py"), *names]
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    line = (folder / "two_hands.mp4.jsonl").read_text().splitlines()[0]
    start = [f"$ python process_pool.py {' '.join(names)}", *done.stdout.splitlines()]
    return terminal("\n".join([*start, "$ head -1 two_hands.mp4.jsonl", line[:74], "..."]), size=13)


def daft_batch(folder: Path) -> Image.Image:
    """What the program prints for two clips and a file that is none."""
    clips = folder / "clips"
    clips.mkdir()
    for name in ("monday.mp4", "tuesday.mp4"):
        shutil.copy(CLIP, clips / name)
    (clips / "broken.mp4").write_bytes(b"no video")
    command = [sys.executable, str(EXAMPLES / "daft_batch.py"), "clips/*.mp4", "tables"]
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    lines = [
        line.replace(f"file://{folder}/", "") for line in done.stdout.splitlines() if ".mp4" in line
    ]
    return terminal("\n".join(["$ python daft_batch.py 'clips/*.mp4' tables/", *lines]), 640, 11)


def osc_sender(folder: Path) -> Image.Image:
    """A frame, and the messages that it sends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        run("osc_sender", CLIP.parent / "open_palm.jpg", "--port", str(receiver.getsockname()[1]))
        messages = [OscMessage(receiver.recv(1000)) for _ in range(8)]
    lines = [f"{m.address:<16} {' '.join(map(str, rounded_to(m.params)))}" for m in messages]
    photo = scaled(Image.open(CLIP.parent / "open_palm.jpg"), 260)
    return beside(photo, terminal("\n".join(lines), 380))


def rounded_to(values: list[object]) -> list[object]:
    """Numbers with three digits."""
    return [round(value, 3) if isinstance(value, float) else value for value in values]


PICTURES = {
    "webcam": webcam,
    "finger_counter": finger_counter_picture,
    "graph_finger_counter": graph_finger_counter,
    "pinch_slider": pinch_slider_picture,
    "air_drawing": air_drawing,
    "annotate_folder": annotate_folder,
    "joint_angle_plot": joint_angle_plot,
    "two_cameras": two_cameras,
    "picture_server": picture_server,
    "server_client": server_client,
    "process_pool": process_pool,
    "daft_batch": daft_batch,
    "osc_sender": osc_sender,
}


def main() -> None:
    """Make all pictures, or those that are named."""
    matplotlib.use("agg")
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or PICTURES:
        with tempfile.TemporaryDirectory() as folder:
            path = IMAGES / f"{name}.webp"
            PICTURES[name](Path(folder)).save(path, quality=80, method=6)
            print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
