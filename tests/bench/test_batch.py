"""The race of many clips: its arithmetic, its part of the page, and short runs of its pieces."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import pool_mediapipe
from bench.batch import with_rounds
from bench.batch_clips import SAMPLE, copied, write_tiny
from bench.batch_costs import measure_overhead, memory_figures
from bench.batch_rates import figures_of, hands_of_table
from bench.batch_report import cost_of, overheads, ratios_of, section
from bench.batch_runs import RunError, batch, timed
from bench.sections import write_section
from knuckle.io.sources import open_source


def took(*seconds: float) -> dict[str, list[float]]:
    """Rounds of 100 frames each."""
    return {"frames": [100] * len(seconds), "seconds": [*seconds], "cpu": [*seconds]}


@pytest.fixture
def figures() -> dict[str, Any]:
    """Two rounds: 100 and 200 frames a second with two workers, 50 and 100 by commands."""
    workers = [{"7": {"rss": 100 + done / 100, "pss": 80.0}} for done in range(0, 500, 50)]
    return {
        "command": "python -m bench.batch",
        "commit": "abc",
        "processor": "a processor",
        "rounds": 2,
        "load": [0.1, 0.2, 0.3],
        "versions": {"knuckle": "1"},
        "clips": ["a.mp4"],
        "frames": 100,
        "rates": {
            "batch, 2 workers, full": took(1, 0.5),
            "batch, 2 workers, lite": took(0.5, 0.5),
            "track, command by command, full": took(2, 1),
            "pool, static mode, full": took(4, 1),
        },
        "tables": {"bytes": 100_000, "seconds": 4, "frames": 100, "rows": 150},
        "found": {"batch, 2 workers, full": {"frames with a hand": 0.97}},
        "overhead": {
            "clips": 11,
            "seconds": {
                "loop": {"many": [2.0, 2.0], "one": [1.0, 1.0]},
                "local": {"many": [2.2, 2.3], "one": [1.0, 1.1]},
            },
        },
        "memory": {
            "clips": 500,
            "looks": [
                {"done": 50 * i, "driver": 60.0, "workers": each} for i, each in enumerate(workers)
            ],
        },
        "resume": {"clips": 10_000, "first": 90.0, "seconds": {"index": [1.0, 1.2]}},
    }


def test_ratios_are_taken_within_a_round(figures: dict[str, Any]) -> None:
    """Rates of the same round are divided; who did not run has no ratio."""
    batch = "batch, 2 workers, full"

    assert [2, 2] == ratios_of(figures, batch, "track, command by command, full")
    assert [4, 2] == ratios_of(figures, batch, "pool, static mode, full")
    assert [] == ratios_of(figures, batch, "pool, a tracker per clip, full")


def test_the_overhead_is_what_the_loop_does_not_take(figures: dict[str, Any]) -> None:
    """Per clip, without starting up: 1.2 s less 1.0 s for ten clips more."""
    assert [20, 20] == pytest.approx(overheads(figures, "local"))


def test_the_cost_follows_from_the_rate(figures: dict[str, Any]) -> None:
    """150 frames a second on two cores: 720,000 s of each for 1,000 hours of 30 a second."""
    assert 400 == pytest.approx(cost_of(figures))


def test_memory_grows_from_when_it_is_warm(figures: dict[str, Any]) -> None:
    """A MiB for each 100 clips, and the most that there was."""
    found = memory_figures(figures["memory"]["looks"])

    assert 1 == pytest.approx(found["growth"])
    assert (104.5, 80.0, 60.0) == (found["rss"], found["pss"], found["driver"])


def test_the_part_of_the_page_has_all_figures(figures: dict[str, Any]) -> None:
    """Rates, ratios, costs, overhead, memory and what it takes to go on."""
    text = section(figures)
    lines = text.splitlines()

    assert "| batch, 2 workers, full | 150.0 | 7.5 | 0.970 |" in lines
    assert (
        "| batch, 2 workers, full | mediapipe in a pool, static mode | 3.00 | 2.50 to 3.50 | 3.33 |"
    ) in lines
    assert "take 400 core-hours" in text
    assert "108 MB of tables, with 1.5 rows in a frame" in text
    assert "| local | 20.0 | 20.0 to 20.0 | 1.1 |" in lines
    assert "it grew by +1.0 MiB per 100 clips" in text
    assert "| index | 1.1 | 1.1 to 1.1 |" in lines


def test_a_part_that_was_not_measured_is_left_out(figures: dict[str, Any]) -> None:
    """The others are there."""
    del figures["resume"], figures["rates"]
    text = section(figures)

    assert "Going on" not in text
    assert "core-hours" not in text
    assert "| local |" in text


def test_no_race_loses_the_part_of_another(tmp_path: Path, figures: dict[str, Any]) -> None:
    """Whoever writes its part, writes the others again from their figures, in one order."""
    browser: dict[str, Any] = {"command": "b", "processor": "p", "commit": "c", "rounds": 1}
    browser |= {"userAgent": "u", "references": {}, "times": {}, "accuracy": {}, "visits": {}}
    (tmp_path / "benchmarks.md").write_text("# Benchmarks\n\nThe race.\n")
    write_section(tmp_path, "benchmarks-browser.json", {**browser, "faults": []})
    for commit in ("first", "second"):
        write_section(tmp_path, "benchmarks-batch.json", {**figures, "commit": commit})
    text = (tmp_path / "benchmarks.md").read_text()
    heads = [line for line in text.splitlines() if line.startswith("#")]

    assert ["# Benchmarks", "## Many clips", "## In the browser"] == heads
    assert text.startswith("# Benchmarks\n\nThe race.\n\n## Many clips\n")
    assert "Commit second" in text
    assert "Commit first" not in text


def test_rounds_can_be_added(figures: dict[str, Any]) -> None:
    """To those of the same contestants; others begin anew."""
    more = with_rounds(figures, {"rates": {name: took(3) for name in figures["rates"]}})
    other = with_rounds(figures, {"rates": {"batch, 2 workers, full": took(3)}})

    assert [2, 1, 3] == more["rates"]["track, command by command, full"]["seconds"]
    assert [3] == other["rates"]["batch, 2 workers, full"]["seconds"]


def test_clips_are_copied_in_turns(tmp_path: Path) -> None:
    """Each under a name of its own, with the content of the first."""
    tiny = write_tiny(tmp_path / "tiny.mp4")
    made = copied([SAMPLE, tiny], 3, tmp_path / "clips")

    assert ["00000-two_hands.mp4", "00001-tiny.mp4", "00002-two_hands.mp4"] == [
        path.name for path in made
    ]
    assert SAMPLE.read_bytes() == made[2].read_bytes()
    with open_source(tiny) as frames:
        assert [(64, 64, 3)] == [frame.image.shape for frame in frames]


def test_a_command_that_fails_stops_the_race() -> None:
    """With what it said."""
    with pytest.raises(RunError, match="a word of it"):
        timed([sys.executable, "-c", "raise SystemExit('a word of it')"])


def test_hands_of_tables_are_held_against_the_truth(tmp_path: Path) -> None:
    """A second of the sample, by the real command: one hand in each of its 30 frames."""
    clips, output = tmp_path / "clips", tmp_path / "out"
    copied([SAMPLE], 1, clips)
    run = timed(batch(clips, output, 1, "--stop", 1))
    hands = hands_of_table(output, SAMPLE)
    found = figures_of({"batch": {SAMPLE.name: hands}}, [SAMPLE])["batch"]

    assert 0 < run.cpu
    assert [1] * 30 == [len(each) for each in hands]
    assert 30 / 150 == pytest.approx(found["frames with a hand"])
    assert 1 == found["two_hands.mp4: recall"]  # frames that were not tracked do not count


def test_overhead_is_measured_by_real_commands(tmp_path: Path) -> None:
    """Two clips, one round: seconds of the loop and of the engine."""
    found = measure_overhead(tmp_path, 2, 1, has_ray=False, tell=lambda text: None)

    assert {"loop", "local"} == set(found["seconds"])
    assert all(0 < s for way in found["seconds"].values() for [s] in way.values())
    assert json.loads(json.dumps(found)) == found


def test_a_row_of_the_pool_has_a_hand_in_pixels() -> None:
    """The frame, the label's score with its side, and the points in their order."""
    points = [SimpleNamespace(x=i / 20, y=0.5) for i in range(21)]
    label = SimpleNamespace(label="Left", score=0.75)
    result = SimpleNamespace(
        multi_hand_landmarks=[SimpleNamespace(landmark=points)],
        multi_handedness=[SimpleNamespace(classification=[label])],
    )
    [row] = pool_mediapipe.rows_of(result, 3, 200, 100)

    assert pool_mediapipe.COLUMNS == len(row)
    assert [3, -0.75, 0.0, 50.0, 10.0, 50.0] == pytest.approx(row[:6])
    assert [] == pool_mediapipe.rows_of(SimpleNamespace(multi_hand_landmarks=None), 0, 1, 1)
