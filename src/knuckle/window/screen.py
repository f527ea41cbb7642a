"""The window itself. Only this module imports pygame."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..closing import Closing
from ..errors import CannotRunHere
from ..extras import import_extra
from ..values import ImageArray, Size, image_size
from .scene import Scene
from .update import Closed, Event, Pressed, Sought

BACKGROUND = (9, 11, 17)
DESKTOP_SHARE = 0.75  # of the desktop, which a new window takes at most
MOST_ENLARGED = 2.0  # times the picture
LEAST: Size = (480, 320)  # of a window, pixels
NOBODY_SEES = ("dummy", "offscreen")  # SDL's drivers without a display


class Screen(Closing):
    """A window that can be resized, with what `Scene` says in it."""

    def __init__(self) -> None:
        """Connect to the display. Raises ExtraMissing, and CannotRunHere without a display."""
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "knuckle")
        os.environ.setdefault("SDL_VIDEO_WAYLAND_WMCLASS", "knuckle")
        os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
        if not _has_display():
            raise CannotRunHere(_no_display())
        self._pygame = import_extra("pygame", purpose="a window", extra="window")
        self._window: Any = None
        self._scene: Scene | None = None
        self._is_full = False
        self.is_stale = True  # whether the system asks for the picture again
        try:
            self._pygame.display.init()
        except self._pygame.error as error:
            raise CannotRunHere(_no_display()) from error
        if self._pygame.display.get_driver() in NOBODY_SEES and not _was_asked_for():
            self.close()
            raise CannotRunHere(_no_display())
        self._wake_up = self._pygame.event.custom_type()

    def open(self, title: str, picture: Size) -> None:
        """Open the window, in a size that suits a picture."""
        pygame = self._pygame
        if pygame.display.get_driver() == "x11":
            # Without this, SDL draws each picture with OpenGL, which takes 5 to 8 ms where the
            # graphics card does not do it, instead of 0.2 ms.
            os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        self._window = pygame.Window(
            title, self._first_size(picture), resizable=True, allow_high_dpi=True
        )
        self._window.minimum_size = LEAST
        self._window.get_surface().fill(BACKGROUND)
        self._window.flip()
        pygame.key.set_repeat(350, 60)  # milliseconds: to hold the key of a step

    def _first_size(self, picture: Size) -> Size:
        desktop = self._pygame.display.get_desktop_sizes()[0]
        room = min(DESKTOP_SHARE * d / p for d, p in zip(desktop, picture, strict=True))
        scale = min(room, MOST_ENLARGED)
        width, height = (
            max(round(side * scale), least) for side, least in zip(picture, LEAST, strict=True)
        )
        return width, height

    @property
    def size(self) -> Size:
        """Width and height, in pixels of the screen."""
        width, height = self._window.get_surface().get_size()
        return int(width), int(height)

    def set_full(self, is_full: bool) -> None:
        """Fill the whole screen, or go back to a window."""
        if is_full:
            self._window.set_fullscreen(True)
        else:
            self._window.set_windowed()
        self.is_stale = True

    def scaled(self, image: ImageArray, size: Size) -> ImageArray:
        """A picture in another size; SDL does it in a fifth of the time that others take."""
        pygame = self._pygame
        pixels = pygame.image.frombuffer(image, image_size(image), "RGB")
        # SDL is quick only with four bytes a pixel.
        large = pygame.transform.smoothscale(pixels.convert(self._window.get_surface()), size)
        width, height = size
        flat = np.frombuffer(pygame.image.tobytes(large, "RGB"), np.uint8)
        return flat.reshape(height, width, 3)

    def show(self, scene: Scene, picture: ImageArray | None) -> None:
        """Put a picture and its cards on the screen."""
        surface, image = self._window.get_surface(), self._pygame.image
        surface.fill(BACKGROUND)
        if picture is not None:
            pixels = image.frombuffer(picture, image_size(picture), "RGB")
            surface.blit(pixels, (scene.picture.x, scene.picture.y))
        for card in scene.cards:
            height, width = card.image.shape[:2]
            pixels = image.frombuffer(card.image.tobytes(), (width, height), "RGBA")
            surface.blit(pixels, (card.x, card.y))
        self._window.flip()
        self._scene = scene
        self.is_stale = False

    def wake(self) -> None:
        """End the wait in `events`; any thread may call it."""
        if self._pygame.display.get_init():
            self._pygame.event.post(self._pygame.event.Event(self._wake_up))

    def events(self, seconds: float) -> Iterator[Event]:
        """What has happened; waits so long for the first event, or until it is woken."""
        pygame = self._pygame
        first = pygame.event.wait(max(round(1000 * seconds), 1)) if seconds > 0 else None
        for event in ([first] if first else []) + pygame.event.get():
            if event.type == pygame.KEYDOWN:
                yield Pressed(self._name(event))
            elif self._is_press(event):
                yield from self._clicked(event.pos)
            elif event.type in (pygame.QUIT, pygame.WINDOWCLOSE):
                yield Closed()
            elif event.type in (pygame.WINDOWEXPOSED, pygame.WINDOWSIZECHANGED):
                self.is_stale = True

    def _is_press(self, event: Any) -> bool:
        """Whether it is a click of the left button, or a move with it held down."""
        pygame = self._pygame
        if event.type == pygame.MOUSEBUTTONDOWN:
            return bool(event.button == 1)
        return bool(event.type == pygame.MOUSEMOTION and event.buttons[0])

    def _name(self, event: Any) -> str:
        """What a key is called in `keys.py`: its character on any keyboard, or its name."""
        text = event.unicode.lower()
        if text.isprintable() and text.strip():
            return str(text)
        return str(self._pygame.key.name(event.key)).removeprefix("keypad ")

    def _clicked(self, place: tuple[int, int]) -> Iterator[Event]:
        """A click near the progress bar. The mouse counts in points, not in pixels."""
        bar = None if self._scene is None else self._scene.bar
        if bar is None:
            return
        (width, height), points = self.size, self._window.size
        x, y = place[0] * width / points[0], place[1] * height / points[1]
        reach = 2 * bar.height
        if bar.y - reach <= y <= bar.y + bar.height + reach:
            yield Sought((x - bar.x) / bar.width)

    def close(self) -> None:
        """Close the window."""
        if self._window is not None:
            self._window.destroy()
            self._window = None
        self._pygame.display.quit()


def _was_asked_for() -> bool:
    return os.environ.get("SDL_VIDEODRIVER", "") in NOBODY_SEES


def _has_display() -> bool:
    """Whether there may be a display. On Linux, SDL's libraries print lines of their own if not."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def _no_display() -> str:
    """The sentence for a machine without a display."""
    name = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    what = f"the display {name} cannot be opened" if name else "there is no display for a window"
    return f'{what}: "knuckle serve" shows hands in a browser, also on another machine'
