"""A window that nobody sees, and keys that come when its state is as a test waits for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from knuckle.window import program
from knuckle.window.state import State
from knuckle.window.update import Event, update

CODES = {"space": 32, "left": 1073741904, "right": 1073741903, "home": 1073741898}
Key = tuple[Callable[[State], bool], str]
Press = Callable[..., list[State]]


def at_frame(index: int) -> Callable[[State], bool]:
    """Whether this frame, or one that follows soon, is on the screen of a clip that has not ended.

    A busy machine leaves frames out, so a test waits for no single one.
    """
    frames = range(index, index + 80)
    return lambda state: (
        state.place is not None and state.place.index in frames and not state.is_ended
    )


def is_paused(state: State) -> bool:
    """Whether the picture stands still, and it is the one that was asked for."""
    return state.is_paused and not state.is_waiting_for_step


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    """Press keys, each when its condition holds and those before it are pressed.

    Gives the states of the window, as they come.
    """
    pygame = pytest.importorskip("pygame", reason="a window needs pygame-ce")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")

    def press_all(*keys: Key) -> list[State]:
        states: list[State] = []
        pending = deque(keys)

        def update_and_press(state: State, event: Event, now: float) -> State:
            after = update(state, event, now)
            states.append(after)
            if pending and pending[0][0](after):
                _post(pygame, pending.popleft()[1])
            return after

        monkeypatch.setattr(program, "update", update_and_press)
        return states

    return press_all


def _post(pygame: Any, key: str) -> None:
    is_named = key in CODES
    code = CODES[key] if is_named else ord(key)
    event = pygame.event.Event(pygame.KEYDOWN, key=code, unicode="" if is_named else key)
    pygame.event.post(event)
