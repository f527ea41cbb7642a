"""`knuckle track --search`."""

from __future__ import annotations

from importlib import import_module

import pytest

from knuckle.streams.search import ADAPTIVE, EveryFrame, EveryFrames, EverySeconds, SearchPolicy
from tests.cli.conftest import Run
from tests.conftest import SAMPLES

CLIP = SAMPLES / "two_hands.mp4"


@pytest.mark.parametrize(
    ("words", "policy"),
    [
        ([], ADAPTIVE),
        (["--search", "adaptive"], ADAPTIVE),
        (["--search", "every-frame"], EveryFrame()),
        (["--search", "4"], EveryFrames(4)),
        (["--search", "0.2s"], EverySeconds(0.2)),
    ],
)
def test_words_become_policies(
    words: list[str], policy: SearchPolicy, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tracker is given."""
    given: list[SearchPolicy] = []
    module = import_module("knuckle.cli.track")  # a name that its command has, too
    tracker = module.Tracker

    def make(**options: SearchPolicy) -> object:
        given.append(options["search"])
        return tracker(**options)

    monkeypatch.setattr(module, "Tracker", make)
    result = run("track", CLIP, "--stop", "0.1", *words)

    assert 0 == result.status
    assert [policy] == given


@pytest.mark.parametrize("words", ["sometimes", "0", "-1", "s", "-1s", "1.5"])
def test_other_words_are_refused(words: str, run: Run) -> None:
    """In one sentence, with what there is."""
    result = run("track", CLIP, f"--search={words}")

    assert 2 == result.status
    assert f"{words!r} is not one of adaptive, every-frame, 4 (frames) or 0.2s" in " ".join(
        result.err.split()
    )
