"""Steps together and one by one: that both do the same work, in short."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from bench import streams
from bench.scenarios import SIZES, pictures
from knuckle.streams import step as stepping
from tests.detectors import a_follower


def test_every_count_of_streams_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rates of both ways and their ratio."""
    monkeypatch.setattr(stepping, "MOST_ON_PROCESSOR", stepping.MOST_ON_PROCESSOR)
    monkeypatch.setattr(streams, "VARIANTS", ("lite",))
    monkeypatch.setattr(streams, "FRAMES", 2)
    words = ["--rounds", "1", "--streams", "1,2", "--kind", "float32", "--at-once", "1"]
    done = CliRunner().invoke(streams.main, words)
    cells = [[cell.strip() for cell in line.split("|")] for line in done.output.splitlines()[2:]]

    assert 0 == done.exit_code, done.output
    assert [["lite, float32", "1"], ["lite, float32", "2"]] == [row[1:3] for row in cells]
    assert all(int(row[3]) > 0 and int(row[4]) > 0 for row in cells)


def test_a_way_that_finds_other_hands_is_no_contestant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time would say nothing."""

    def blind(*arguments: Any) -> Any:
        return [(state, []) for state, _ in streams.one_by_one(*arguments)]

    monkeypatch.setattr(streams, "together", blind)
    clip = pictures(streams.SCENE, SIZES[0])[60:62]
    with pytest.raises(ValueError, match=r"single steps found \d+ hands, steps together 0"):
        streams.measure_gain(a_follower("lite"), clip, streams=1, rounds=1)
