"""Draws the figures of the README and the other documents from the sample pictures.

Usage: python docs/figures.py, in an environment with knuckle.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parent.parent))
import knuckle
from knuckle.pictures.detector import Effort
from knuckle.render.style import Style
from knuckle.stages.warp import crop
from knuckle.values import ImageArray
from tests.crossings import crossing

ROOT = Path(__file__).parent.parent

SAMPLES = ROOT / "samples"
IMAGES = ROOT / "docs" / "images"
INK = "#222222"

# Of the figure for effort: where a picture is put in another, so small, and what is shown of that.
FAR, FAR_SIZE = (430, 400), (270, 180)
FAR_VIEW = (310, 345, 828, 551)


def sample(name: str) -> ImageArray:
    """A sample picture as RGB."""
    return np.asarray(Image.open(SAMPLES / name))


def readme_figure() -> Image.Image:
    """Three samples side by side: the colours of the fingers, both hands, the depth look."""
    pictures: tuple[tuple[str, Style, int], ...] = (
        ("open_palm.jpg", "fingers", 290),
        ("three_hands.jpg", "fingers", 620),
        ("pointing_back.jpg", "depth", 250),
    )
    parts = []
    for name, style, left in pictures:
        image = sample(name)
        drawn = knuckle.draw(image, knuckle.detect(image, max_hands=4), style=style)
        parts.append(drawn[110:600, left : left + 460])
    return Image.fromarray(np.concatenate(parts, axis=1))


def tutorial_figure() -> Image.Image:
    """What the tutorial makes: a picture with its hand, and a frame of the clip."""
    palm = sample("open_palm.jpg")
    pictures = [knuckle.draw(palm, knuckle.detect(palm))]
    with knuckle.Tracker() as track, knuckle.open_source(SAMPLES / "two_hands.mp4") as frames:
        drawn = [
            knuckle.draw(frame.image, track(frame))
            for frame, _ in zip(frames, range(61), strict=False)
        ]
    pictures.append(drawn[-1])
    height = 360
    parts = [
        np.asarray(Image.fromarray(each).resize((each.shape[1] * height // each.shape[0], height)))
        for each in pictures
    ]
    return Image.fromarray(np.concatenate(parts, axis=1))


def frames_figure() -> Image.Image:
    """The frames of reference: picture, ROI, crop, world."""
    image = sample("open_palm.jpg")
    [hand] = knuckle.detect(image)
    drawn = knuckle.draw(image, [hand], handedness=False, palm_box=True, roi=True)
    sheet = Image.new("RGB", (1640, 790), "white")
    sheet.paste(Image.fromarray(drawn), (60, 50))
    upright = Image.fromarray(crop(image, hand.roi, 224, border="replicate")).resize((350, 350))
    sheet.paste(upright, (1230, 50))
    pen = ImageDraw.Draw(sheet)
    pixels = f"(0, 0) to ({image.shape[1]}, {image.shape[0]})"
    _axes(pen, (60, 50), f"image pixels: {pixels};  normalised image: (0, 0) to (1, 1)")
    _axes(pen, (1230, 50), "crop of the ROI: (0, 0) to (224, 224)")
    _text(pen, (600, 548), "palm box", fill="#1d7a3e")
    _text(pen, (440, 135), "ROI", fill="#c02a7e")
    _world(pen, hand, centre=(1405, 620), scale=1500)
    return sheet


def effort_figure() -> Image.Image:
    """Normal effort beside high: a weak palm, and hands that are small."""
    street = Image.fromarray(sample("no_hands.jpg"))
    hands = Image.open(SAMPLES / "two_hands.jpg").resize(FAR_SIZE, Image.Resampling.LANCZOS)
    street.paste(hands, FAR)
    rows = ((sample("three_hands.jpg"), (0, 130, 1080, 560)), (np.asarray(street), FAR_VIEW))
    sheet = Image.new("RGB", (1640, 40 + 2 * 330), "white")
    pen = ImageDraw.Draw(sheet)
    for column, effort in enumerate(get_args(Effort)):
        _text(pen, (10 + 825 * column, 8), f'effort="{effort}"')
        for row, (image, view) in enumerate(rows):
            found = knuckle.detect(image, max_hands=4, effort=effort)
            drawn = Image.fromarray(knuckle.draw(image, found, handedness=False)).crop(view)
            sheet.paste(drawn.resize((815, 325)), (825 * column, 40 + 330 * row))
    return sheet


def identity_figure() -> Image.Image:
    """One hand passes in front of another, and both keep their identities."""
    steps = [0] * 6 + list(range(0, 620, 12))
    parts = []
    with knuckle.Tracker() as track:
        for frame, _ in crossing(steps):
            hands = track(frame)
            if frame.index in (4, 28, 38, 56):
                drawn = Image.fromarray(knuckle.draw(frame.image, hands)[60:470, 60:800])
                parts.append(np.asarray(drawn.resize((555, 308), Image.Resampling.LANCZOS)))
    rows = [np.concatenate(parts[i : i + 2], axis=1) for i in (0, 2)]
    return Image.fromarray(np.concatenate(rows))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _text(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, fill: str = INK) -> None:
    pen.text(at, text, fill=fill, font=_font(20))


def _arrow(pen: ImageDraw.ImageDraw, at: tuple[int, int], step: tuple[int, int], name: str) -> None:
    end = (at[0] + step[0], at[1] + step[1])
    pen.line([at, end], fill=INK, width=3)
    along = np.array(step) / np.hypot(*step)
    across = np.array([-along[1], along[0]])
    head = [end, *(tuple(np.array(end) - 12 * along + side * 6 * across) for side in (-1, 1))]
    pen.polygon([tuple(map(float, point)) for point in head], fill=INK)
    _text(pen, (end[0] + 6, end[1] - 12), name)


def _axes(pen: ImageDraw.ImageDraw, corner: tuple[int, int], text: str) -> None:
    x, y = corner
    _arrow(pen, (x, y), (90, 0), "x")
    _arrow(pen, (x, y), (0, 90), "y")
    _text(pen, (x, y - 34), text)


def _world(
    pen: ImageDraw.ImageDraw, hand: knuckle.Hand, *, centre: tuple[int, int], scale: float
) -> None:
    points = hand.world_landmarks[:, :2] * scale + np.array(centre)
    for pairs in knuckle.CONNECTIONS.values():
        for a, b in pairs:
            pen.line(
                [tuple(points[a].tolist()), tuple(points[b].tolist())], fill="#888888", width=4
            )
    for x, y in points.tolist():
        pen.ellipse([x - 5, y - 5, x + 5, y + 5], fill=INK)
    _arrow(pen, centre, (60, 0), "x")
    _arrow(pen, centre, (0, 60), "y")
    _text(pen, (1230, 430), "world: metres, origin in the hand,")
    _text(pen, (1230, 456), "z away from the camera")


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    readme_figure().save(IMAGES / "readme.jpg", quality=88)
    tutorial_figure().save(IMAGES / "tutorial.jpg", quality=85)
    frames_figure().save(IMAGES / "frames.jpg", quality=90)
    effort_figure().save(IMAGES / "effort.jpg", quality=88)
    identity_figure().save(IMAGES / "identity.jpg", quality=88)
