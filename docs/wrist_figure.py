"""Draws the figure of docs/wrist.md: the palm's frame on a picture, on a table, and the angles.

Usage: python docs/wrist_figure.py, in an environment with knuckle.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import knuckle
from knuckle.geometry.average_hand import BONES, PALM, PALM_JOINTS
from knuckle.geometry.camera import Array
from knuckle.geometry.joint_angles import CHAINS, SPREADS_TO_THUMB
from knuckle.render.style import LANDMARK_PARTS, PART_COLOURS

ROOT = Path(__file__).parent.parent
CLIP, SECOND = ROOT / "samples" / "two_hands.mp4", 1.7
SHOWN = (175, 55, 765, 387)  # of its frame, pixels
TARGET = ROOT / "docs" / "images" / "wrist.jpg"

SIZE = (1640, 1110)
FINE = 2  # everything is drawn larger by this and made smaller in the end, for smooth edges
INK, PALE, SKIN, FAINT = "#222222", "#6b7280", "#e7eaf0", "#b8bec9"
AXES = {"x": "#d92b2b", "y": "#1c9a3f", "z": "#2563eb"}
AXIS = 0.075  # metres

Point = tuple[float, float]


class Sheet:
    """A white sheet to draw on, in pixels of the finished picture."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.image = Image.new("RGB", (size[0] * FINE, size[1] * FINE), "white")
        self.pen = ImageDraw.Draw(self.image)

    def line(self, points: list[Point], colour: str, width: float) -> None:
        """Through points, with round ends."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self.pen.line(scaled, fill=colour, width=round(width * FINE), joint="curve")
        for at in (points[0], points[-1]):
            self.dot(at, colour, width / 2)

    def dot(self, at: Point, colour: str, radius: float, outline: str | None = None) -> None:
        """A disc, or a ring."""
        x, y, r = at[0] * FINE, at[1] * FINE, radius * FINE
        self.pen.ellipse([x - r, y - r, x + r, y + r], colour, outline, 2 * FINE)

    def fill(self, points: list[Point], colour: str) -> None:
        """The area between points."""
        self.pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def text(
        self, at: Point, text: str, size: int = 20, colour: str = INK, anchor: str = "la"
    ) -> None:
        """Words; the anchor is Pillow's."""
        font = ImageFont.load_default(size * FINE)
        x, y = at[0] * FINE, at[1] * FINE
        self.pen.text((x, y), text, fill=colour, font=font, anchor=anchor)

    def arrow(self, start: Point, end: Point, colour: str, width: float = 5) -> None:
        """A line with a head."""
        step = np.subtract(end, start)
        along = step / max(float(np.hypot(*step)), 1e-9)
        across = np.array([-along[1], along[0]])
        head = 3.2 * width
        base = np.array(end) - head * along
        self.line([start, pair(base)], colour, width)
        wings = [pair(base + side * 0.6 * head * across) for side in (-1, 1)]
        self.fill([end, *wings], colour)

    def arc(self, centre: Point, radius: float, start: float, stop: float, colour: str) -> None:
        """An arc with a head, from one angle to another; degrees, clockwise from the right."""
        angles = np.radians(np.linspace(start, stop, 40))
        points = np.array(centre) + radius * np.column_stack([np.cos(angles), np.sin(angles)])
        self.line([pair(point) for point in points[:-4]], colour, 3.5)
        self.arrow(pair(points[-6]), pair(points[-1]), colour, 3.5)

    def paste(self, picture: Image.Image, at: tuple[int, int]) -> None:
        """A picture that is as fine as the sheet."""
        self.image.paste(picture, (at[0] * FINE, at[1] * FINE))

    def finished(self) -> Image.Image:
        """The sheet as it is to be seen."""
        size = (self.image.width // FINE, self.image.height // FINE)
        return self.image.resize(size, Image.Resampling.LANCZOS)


def pair(point: Array) -> Point:
    """As Pillow takes it."""
    return float(point[0]), float(point[1])


def flat_hand(side: str, degrees: tuple[float, ...]) -> Array:
    """The average hand with straight fingers spread by so much, in its frame, (21, 3) metres."""
    hand = np.zeros((21, 3))
    hand[list(PALM_JOINTS)] = PALM
    for chain, bones, spread, sign in zip(CHAINS, BONES, degrees, SPREADS_TO_THUMB, strict=True):
        angle = np.radians(spread) * sign
        direction = np.array([np.cos(angle), np.sin(angle), 0])
        hand[chain[1:]] = hand[chain[0]] + np.cumsum(bones)[:, None] * direction
    return hand * (1, 1 if side == "right" else -1, 1)


def draw_hand(sheet: Sheet, points: Array, flesh: float) -> None:
    """A hand from above: flesh, bones, joints.

    points: (21, 2), pixels. flesh: width of a finger, pixels.
    """
    palm = [0, 1, 2, 5, 9, 13, 17]
    sheet.fill([pair(points[i]) for i in palm], SKIN)
    rim = [pair(points[i]) for i in [*palm, 0]]
    sheet.line(rim, SKIN, flesh)
    for chain in CHAINS:
        sheet.line([pair(points[i]) for i in chain], SKIN, flesh)
    for pairs in knuckle.CONNECTIONS.values():
        for a, b in pairs:
            sheet.line([pair(points[a]), pair(points[b])], colour_of(b, a), 3.5)
    for i, point in enumerate(points):
        sheet.dot(pair(point), colour_of(i, i), 4.5)


def colour_of(landmark: int, other: int) -> str:
    """Of a landmark's finger; bones within the palm are grey."""
    part, beside = (LANDMARK_PARTS[i] for i in (landmark, other))
    if part == "palm" or part != beside:
        return FAINT
    return "#{:02x}{:02x}{:02x}".format(*PART_COLOURS[part])


def draw_frame(sheet: Sheet, at: Point, ends: dict[str, Point], *, rim: bool = False) -> None:
    """The axes as arrows with their names beside the tips; a rim sets them off from a picture."""
    for name, end in ends.items():
        along = np.subtract(end, at) / np.hypot(*np.subtract(end, at))
        if rim:
            sheet.arrow(at, pair(end + 5 * along), "white", 8)
        sheet.arrow(at, end, AXES[name], 5)
        beside = pair(end + 6 * along + 17 * np.array([-along[1], along[0]]))
        if rim:
            sheet.dot(beside, "white", 12)
        sheet.text(beside, name, 22, AXES[name], "mm")
    sheet.dot(at, "white" if rim else INK, 7 if rim else 5)
    sheet.dot(at, INK, 5)


def picture_panel(sheet: Sheet, at: tuple[int, int], size: tuple[int, int]) -> None:
    """A frame of the clip with the frames of both hands."""
    frame = next(knuckle.open_source(CLIP, start=SECOND))
    height, width = frame.image.shape[:2]
    camera = knuckle.Camera.from_field_of_view(width, height, degrees=40)
    hands = knuckle.detect(frame.image)
    drawn = Image.fromarray(knuckle.draw(frame.image, hands, handedness=False)).crop(SHOWN)
    sheet.paste(drawn.resize((size[0] * FINE, size[1] * FINE), Image.Resampling.LANCZOS), at)
    scale = size[0] / (SHOWN[2] - SHOWN[0])
    for hand in hands:
        pose = knuckle.wrist_pose(hand, camera=camera)
        if pose is None or pose.translation is None:
            continue
        tips = pose.translation + AXIS * pose.rotation.T
        spots = camera.project(np.vstack([pose.translation, tips]))
        spots = (spots - SHOWN[:2]) * scale + np.array(at)
        ends = dict(zip("xyz", map(pair, spots[1:]), strict=True))
        draw_frame(sheet, pair(spots[0]), ends, rim=True)
        below = (spots[0][0], spots[0][1] + 60)
        sheet.text(below, f"{hand.handedness} hand", 20, "white", "mm")


def table_panel(sheet: Sheet, at: Point) -> None:
    """Both hands on a table, seen from above."""
    scale = 1500
    for side, x, word in (("left", at[0] + 175, "little finger"), ("right", at[0] + 570, "thumb")):
        hand = flat_hand(side, (38, 7, 0, 7, 15))
        wrist = (x, at[1] + 385)
        points = np.array(wrist) + scale * hand[:, :2] @ np.array([[0, -1], [-1, 0]])
        draw_hand(sheet, points, 30)
        ends = {"x": (wrist[0], wrist[1] - 190), "y": (wrist[0] - 120, wrist[1])}
        draw_frame(sheet, wrist, ends)
        sheet.dot(wrist, "white", 13, AXES["z"])
        sheet.dot(wrist, AXES["z"], 5)
        sheet.text((wrist[0] + 22, wrist[1] + 2), "z, up", 22, AXES["z"], "lm")
        sheet.text((wrist[0], wrist[1] + 34), f"{side} hand", 24, INK, "ma")
        sheet.text((wrist[0], wrist[1] + 64), f"y to the {word}", 19, PALE, "ma")


def flexion_panel(sheet: Sheet, at: Point) -> None:
    """A finger from the side, with its three angles."""
    scale, bends = 3300, np.radians([30, 50, 40])
    wrist = np.array([at[0] + 40, at[1] + 130])
    steps = np.array([0.0988, *BONES[2]]) * scale
    angles = np.array([0, *np.cumsum(bends)])
    moves = steps[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    joints = wrist + np.vstack([[0, 0], np.cumsum(moves, axis=0)])
    sheet.line([pair(joint) for joint in joints], SKIN, 58)
    for joint, angle, bend in zip(joints[1:], angles, bends, strict=False):
        ahead = joint + 92 * np.array([np.cos(angle), np.sin(angle)])
        for a, b in pairwise(np.linspace(joint, ahead, 14)[1:]):
            sheet.line([pair(a), pair((a + b) / 2)], PALE, 2)
        sheet.arc(pair(joint), 74, np.degrees(angle), np.degrees(angle + bend), INK)
        middle = joint + 98 * np.array([np.cos(angle + bend / 2), np.sin(angle + bend / 2)])
        sheet.text(pair(middle), "+", 30, INK, "mm")
    colour = "#{:02x}{:02x}{:02x}".format(*PART_COLOURS["middle"])
    sheet.line([pair(joints[0]), pair(joints[1])], FAINT, 4)
    for a, b in pairwise(joints[1:]):
        sheet.line([pair(a), pair(b)], colour, 5)
    for joint in joints[1:]:
        sheet.dot(pair(joint), colour, 7)
    for joint, angle, name in zip(
        joints[1:], (-1.75, -0.9, 2.6), ("MCP", "PIP", "DIP"), strict=False
    ):
        beside = joint + 52 * np.array([np.cos(angle), np.sin(angle)])
        sheet.text(pair(beside), name, 18, PALE, "mm")
    ends = {"x": (wrist[0] + 130, wrist[1]), "z": (wrist[0], wrist[1] - 100)}
    draw_frame(sheet, pair(wrist), ends)
    sheet.dot(pair(wrist), "white", 13, AXES["y"])
    for cross in (np.array([8, 8]), np.array([8, -8])):
        sheet.line([pair(wrist - cross), pair(wrist + cross)], AXES["y"], 2.5)
    sheet.text((wrist[0], wrist[1] + 36), "y, into the page", 20, AXES["y"], "la")
    sheet.text((wrist[0] + 150, wrist[1] - 52), "back of the hand", 18, PALE, "mm")
    sheet.text((wrist[0] + 240, wrist[1] + 48), "palm", 18, PALE, "mm")


def abduction_panel(sheet: Sheet, at: Point) -> None:
    """A right hand from above, with the directions in which spreading is positive."""
    scale = 1500
    wrist = np.array([at[0] + 390, at[1] + 390])
    spreads = (42.0, 17.0, 0.0, 17.0, 30.0)
    hand = flat_hand("right", spreads)
    to_sheet = np.array([[0, -1], [-1, 0]])
    points = wrist + scale * hand[:, :2] @ to_sheet
    draw_hand(sheet, points, 30)
    for finger, (chain, spread) in enumerate(zip(CHAINS, spreads, strict=True)):
        root, tip = points[chain[0]], points[chain[3]]
        sign = SPREADS_TO_THUMB[finger]
        reach = float(np.linalg.norm(tip - root)) + 26
        ahead = root - np.array([0, reach])
        for a in np.arange(0, 1, 0.08):
            ends = [root + share * (ahead - root) for share in (a, a + 0.04)]
            sheet.line([pair(ends[0]), pair(ends[1])], FAINT, 2)
        stop = spread if finger != 2 else 12.0
        sheet.arc(pair(root), reach, -90, -90 - sign * stop, INK)
        turn = np.radians(-90 - sign * (stop + (7 if finger else 5)))
        beyond = root + (reach + 4) * np.array([np.cos(turn), np.sin(turn)])
        sheet.text(pair(beyond), "+", 26, INK, "mm")
    sheet.text((wrist[0], wrist[1] + 22), "right hand, seen from above", 18, PALE, "ma")


def wrist_figure() -> Image.Image:
    """All four panels."""
    sheet = Sheet(SIZE)
    titles = (
        ((40, 22), "The palm's frame, found in a picture: origin in the wrist"),
        ((880, 22), "On a table, palms down: x forward, y left, z up, for both hands"),
        ((40, 590), "Flexion: towards the palm, a turn about y; 0 is straight"),
        ((880, 590), "Abduction: away from the middle finger; 0 is along x"),
    )
    for place, title in titles:
        sheet.text(place, title, 23)
    picture_panel(sheet, (40, 66), (800, 450))
    table_panel(sheet, (880, 66))
    flexion_panel(sheet, (50, 660))
    abduction_panel(sheet, (880, 640))
    return sheet.finished()


if __name__ == "__main__":
    wrist_figure().save(TARGET, quality=90)
