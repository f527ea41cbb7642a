"""The state -> where the picture goes, and the text around it. A pure function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from ..values import Size
from . import cards
from .cards import AMBER, GREEN, RED, SOFT, Line, RgbaArray, Span, line, row
from .finder import Answer
from .keys import Group, Key, keys_for
from .state import State

TEXT = 15.0  # pixels, in a window of this size and in proportion in others:
BASE = (1280, 720)
TEXT_LIMITS = (0.8, 4.0)  # of the proportion
MARGIN = 1.1  # from the window's edges, in text sizes
PANEL_WIDTH = 14.0  # least, in text sizes, so that it does not change with its numbers
HELP_SIDES: tuple[tuple[Group, ...], ...] = (("Playing", "Saving"), ("Tracking", "View"))
HELP_THIRD: tuple[Group, ...] = ("Window",)


class Rect(NamedTuple):
    """Pixels of the window."""

    x: int
    y: int
    width: int
    height: int


class Placed(NamedTuple):
    """A card and the place of its top left corner, pixels of the window."""

    image: RgbaArray
    x: int
    y: int


class Scene(NamedTuple):
    """What the window shows."""

    picture: Rect
    cards: tuple[Placed, ...]
    bar: Rect | None  # the progress bar, for clicks


def fitted(size: Size, window: Size) -> Rect:
    """The largest rectangle of the picture's shape, in the middle of the window."""
    scale = min(window[0] / size[0], window[1] / size[1])
    width, height = (max(round(side * scale), 1) for side in size)
    return Rect((window[0] - width) // 2, (window[1] - height) // 2, width, height)


def text_size(state: State, window: Size) -> float:
    """Pixels."""
    share = min(window[0] / BASE[0], window[1] / BASE[1])
    least, most = TEXT_LIMITS
    return TEXT * state.text_scale * min(max(share, least), most)


def scene(state: State, answer: Answer, size: Size | None, window: Size) -> Scene:
    """Lay out the window.

    answer: what was found in the frame on the screen. size: of its picture, None before the first.
    window: its width and height, pixels.
    """
    text = text_size(state, window)
    bar = _bar_rect(state, window, text)
    placed: list[Placed] = []
    if state.has_help:
        bar = None  # nothing beside the help
    elif state.has_panel:
        lines = _panel(state, answer, text)
        placed.append(_at_corner(cards.card(lines, text, PANEL_WIDTH * text), text))
    elif badge := _badge(state):
        placed.append(_at_corner(cards.card((line(badge),), text), text))
    if bar is not None:
        placed.append(_progress(state, bar))
    placed += _notices(state, window, text)
    return Scene(fitted(size or BASE, window), tuple(placed), bar)


def _at_corner(image: RgbaArray, text: float) -> Placed:
    return Placed(image, round(MARGIN * text), round(MARGIN * text))


def _bar_rect(state: State, window: Size, text: float) -> Rect | None:
    if state.media.is_live or state.media.duration is None or not state.has_panel:
        return None
    margin, height = round(MARGIN * text), max(round(0.4 * text), 4)
    return Rect(margin, window[1] - margin - height, max(window[0] - 2 * margin, 8), height)


def _progress(state: State, rect: Rect) -> Placed:
    seconds = 0.0 if state.place is None else state.place.seconds + 1 / state.media.rate
    share = 1.0 if state.is_ended else min(seconds / (state.media.duration or 1.0), 1.0)
    return Placed(cards.bar(rect.width, rect.height, round(share * rect.width)), rect.x, rect.y)


def _notices(state: State, window: Size, text: float) -> Iterator[Placed]:
    """What is in the middle: the help, a problem, a message."""
    if state.has_help:
        yield _centred(_help(state), window, text)
        return
    if state.problem is not None:
        yield _centred(_problem(state, window, text), window, text)
    elif state.place is None:
        yield _centred(
            (
                line(
                    Span(f"Opening {_name(state, window, text)}"),
                ),
            ),
            window,
            text,
        )
    if state.message is not None:
        words = cards.wrapped(state.message.text, window[0] - 6 * text, text)
        image = cards.card(tuple(line(Span(each)) for each in words), text)
        height, width = image.shape[:2]
        yield Placed(image, (window[0] - width) // 2, window[1] - height - round(2.8 * text))


def _name(state: State, window: Size, text: float) -> str:
    return cards.shortened(state.media.name, window[0] - 16 * text, text)


def _centred(lines: tuple[Line, ...], window: Size, text: float) -> Placed:
    """A card in the middle of the window, with smaller text if it would not fit."""
    image = cards.card(lines, text)
    height, width = image.shape[:2]
    room = min((window[0] - text) / width, (window[1] - text) / height)
    if room < 1:
        image = cards.card(lines, text * room * 0.97)
        height, width = image.shape[:2]
    return Placed(image, max((window[0] - width) // 2, 0), max((window[1] - height) // 2, 0))


def _problem(state: State, window: Size, text: float) -> tuple[Line, ...]:
    words = cards.wrapped(state.problem or "", min(window[0] - 6 * text, 34 * text), text)
    lines = [line(Span("It has stopped", dot=RED, size=1.15))]
    lines += [line(Span(each), above=0.3 * (i == 0)) for i, each in enumerate(words)]
    again = "open the camera again" if state.media.is_live else "from the beginning"
    keys = (("Home", again), ("Q", "close the window"))
    for i, (cap, help) in enumerate(keys):
        lines.append(line(Span(cap, is_cap=True), Span(help, SOFT), above=0.6 if i == 0 else 0.25))
    return tuple(lines)


def _badge(state: State) -> Span | None:
    """What is going on, if it is out of the ordinary."""
    if state.is_recording:
        return Span(f"Recording {_clock(state.recorded)}", dot=RED)
    if state.problem is not None:
        return Span("Stopped", dot=RED)
    if state.is_ended:
        return Span("The end", dot=AMBER)
    return Span("Paused", dot=AMBER) if state.is_paused else None


def _panel(state: State, answer: Answer, text: float) -> tuple[Line, ...]:
    running = "Live" if state.media.is_live else "Playing"
    badge = _badge(state) or Span(running, dot=GREEN)
    also = [Span("paused", SOFT)] if state.is_recording and state.is_paused else []
    also += [Span(f"{state.speed:g} x", SOFT)] if state.speed != 1 else []
    room = (PANEL_WIDTH - 0.2) * text
    title = Path(state.media.name).name or state.media.name
    lines = [
        line(Span(cards.shortened(title, room, text * 1.1), size=1.1)),
        line(badge, *also, above=0.1),
    ]
    for pairs in (_place(state), _speeds(state), _settings(state, answer)):
        lines += _rows(pairs)
    lines.append(line(Span("H", is_cap=True), Span("all keys", SOFT), above=0.6))
    return tuple(lines)


Pairs = Sequence[tuple[str, str]]


def _rows(pairs: Pairs) -> list[Line]:
    """Names and values in two columns, with space above the first."""
    return [
        row([Span(name, SOFT)], [Span(value)], above=0.45 if i == 0 else 0.0)
        for i, (name, value) in enumerate(pairs)
    ]


def _place(state: State) -> Pairs:
    """Where a clip is; its frame only while it can be read."""
    place, duration = state.place, state.media.duration
    if state.media.is_live or place is None:
        return ()
    whole = "" if duration is None else f" of {_clock(duration)}"
    time = ("Time", f"{_clock(place.seconds)}{whole}")
    return [time, ("Frame", str(place.index))] if state.is_paused else [time]


def _speeds(state: State) -> Pairs:
    figures = state.reading.figures
    stages = figures.stages
    if stages is None:
        return ()
    rate = None if state.is_paused else figures.rate
    pairs = [] if rate is None else [("Frame rate", f"{rate:.1f} per second")]
    pairs += [
        ("Tracking", f"{1e3 * stages.track:.1f} ms"),
        ("Drawing", f"{1e3 * (stages.draw + stages.show):.1f} ms"),
    ]
    pairs += [("Latency", f"{1e3 * stages.latency:.0f} ms")] if state.media.is_live else []
    noun = "frame" if figures.dropped == 1 else "frames"
    return [*pairs, ("Dropped", f"{figures.dropped} {noun}")]


def _settings(state: State, answer: Answer) -> Pairs:
    options, palms = state.settings.options, state.settings.palms_only
    names = [f"{hand.handedness.capitalize()} {hand.track_id}" for hand in answer.hands]
    more = f" +{len(names) - 2}" if len(names) > 2 else ""
    found = ", ".join(names[:2]) + more
    is_smooth = options["smoothing"] is not None and not palms
    return [
        ("Palms", str(len(answer.palms)))
        if answer.palms is not None
        else ("Hands", found or "none"),
        ("Networks", f"{options['variant']}, at most {options['max_hands']}"),
        ("Smoothing", "on" if is_smooth else "off"),
    ]


def _help(state: State) -> tuple[Line, ...]:
    keys = keys_for(is_live=state.media.is_live)
    sides = [_help_side(keys, groups) for groups in (*HELP_SIDES, HELP_THIRD)]
    empty: tuple[tuple[Span, ...], ...] = ((), ())
    lines = [line(Span("Keys", size=1.15))]
    for i, cells in enumerate(zip_longest(*sides, fillvalue=empty)):
        first, second, third = cells
        lines.append(row(*first, (), *second, (), *third, above=0.4 if i == 0 else 0.15))
    return tuple(lines)


def _help_side(keys: Sequence[Key], groups: Sequence[Group]) -> list[tuple[tuple[Span, ...], ...]]:
    """A column of the help: a heading for each group, then the keys and what they do."""
    rows: list[tuple[tuple[Span, ...], ...]] = []
    for group in groups:
        if rows:
            rows.append(((), ()))
        rows.append(((Span(group, SOFT),), ()))
        rows += [
            (tuple(Span(cap, is_cap=True) for cap in key.caps), (Span(key.help),))
            for key in keys
            if key.group == group
        ]
    return rows


def _clock(seconds: float) -> str:
    """Minutes and seconds, with hours if there are any: 1:05, 1:01:05."""
    whole = int(max(seconds, 0.0))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
