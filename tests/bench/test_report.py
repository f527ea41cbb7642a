from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bench.accuracy import Accuracy
from bench.contestants import Entry
from bench.measurement import Row, Side, spread
from bench.report import Machine, Race, page, record
from bench.stages import Arithmetic, Stage, Stages
from bench.throughput import Throughput
from bench.tracked import TrackedFrame
from knuckle.evaluate.peers.process import Contestant

OURS = Entry("ours", Contestant("knuckle", "python"), "theirs")
THEIRS = Entry("theirs", Contestant("mediapipe-legacy", "python"), None)
LATE = Entry("late", Contestant("mediapipe-tasks", "python"), "theirs")


def row(work: str = "still", **sides: Side) -> Row:
    """A row with these sides."""
    return Row(work, "ms", sides, (640, 480))


def side(*values: float, fault: str | None = None) -> Side:
    """A side of rounds with one picture each."""
    return Side([*values], [*values], [*values], fault)


@pytest.fixture
def race() -> Race:
    """Two kinds of work; the third contestant finds the wrong hands in the first."""
    rows = [
        row(
            ours=side(8, 9, 10),
            theirs=side(10, 10, 10),
            late=side(9, fault="found 1 of 2"),
        ),
        row("empty", ours=side(12, 12, 12), theirs=side(10, 10, 10), late=side(10, 10, 10)),
        replace(row("crowd", ours=side(120), theirs=side(100), late=side(90)), more_is_better=True),
    ]
    stages = Stages(
        [Stage("warp", 0.5, 0.05)],
        10.0,
        200.0,
        [Arithmetic("palm", 100.0, 0.5)],
        tracked=[TrackedFrame("tracked, 1 hand", 10.0, 1.5)],
        throughput=Throughput("a.mp4", 9, [100.0, 120.0], {"nothing": [95.0, 108.0]}),
    )
    machine = Machine("Linux", "a processor", 2, (0.1, 0.2, 0.3))
    versions = {"ours": {"python": "3.11"}}
    return Race(
        "python bench/race.py", machine, "abc", 3, versions, [OURS, THEIRS, LATE], rows, stages
    )


def test_ratios_are_taken_round_by_round(race: Race) -> None:
    """Each round's value over the reference's of the same round."""
    assert [0.8, 0.9, 1.0] == race.rows[0].ratios(OURS)
    assert [] == race.rows[0].ratios(THEIRS)
    assert (0.85, 0.95) == pytest.approx(spread(race.rows[0].ratios(OURS)))


def test_who_finds_other_hands_has_no_ratio(race: Race) -> None:
    """It is said what was found; the others are compared all the same."""
    lines = page(race).splitlines()

    assert [] == race.rows[0].ratios(LATE)
    assert "| late | found 1 of 2 | - | - | - |  |" in lines
    assert "| ours | 9.0 | 8.0 | 9.0 | 0.90 | 0.85 to 0.95 |" in lines


def test_the_page_says_where_we_are_ahead_and_behind(race: Race) -> None:
    """By the first contestant's ratios; for a rate more is better."""
    text = page(race)

    assert "- Ahead: still, 640x480 0.90; crowd, 640x480 1.20." in text
    assert "- Even: nowhere." in text
    assert "- Behind: empty, 640x480 1.20." in text
    assert "Written by bench/race.py, never by hand" in text
    assert "| warp | 0.50 | 5.0% |" in text
    assert "| palm | 100 | 50% |" in text


def test_the_most_of_a_rate_is_its_best(race: Race) -> None:
    """And the least of a time."""
    crowd = page(race).split("### crowd")[1]

    assert "| ms | median | most | CPU |" in crowd


def test_a_row_may_leave_somebody_out(race: Race) -> None:
    """The lite networks take no more room than the full ones, so they have no size of their own."""
    sizes = Row("installed", "MB", {"ours": side(200), "theirs": side(900)})
    some = replace(race, rows=[sizes])

    assert "| ours | 200.0 | 200.0 | 200.0 | 0.22 |  |" in page(some).splitlines()
    assert "| late" not in page(some)
    assert [] == record(some)["rows"][0]["ratios"]["late"]


def test_the_record_has_every_round(race: Race) -> None:
    """As JSON, with references and ratios."""
    plain = json.loads(json.dumps(record(race)))

    assert [8, 9, 10] == plain["rows"][0]["sides"]["ours"]["values"]
    assert [0.8, 0.9, 1.0] == plain["rows"][0]["ratios"]["ours"]
    assert "found 1 of 2" == plain["rows"][0]["sides"]["late"]["fault"]
    assert {"ours": "theirs", "theirs": None, "late": "theirs"} == plain["references"]


def test_accuracy_stands_beside_the_times(race: Race) -> None:
    """One table has both, with a dash for what is not defined."""
    timed = row("tracked, 1 hand of 1 slot", ours=side(2, 2), theirs=side(4, 4))
    figures = [
        Accuracy("people", "recall", 3, {"ours": 1.0, "theirs": 0.5}),
        Accuracy("clip", "jitter, still", 4, {"ours": 0.001, "theirs": float("nan")}),
    ]
    race = replace(race, entries=[OURS, THEIRS], rows=[timed], accuracy=figures)

    text = page(race)

    assert "| | tracked, 1 hand of 1 slot | people: recall | clip: jitter, still |" in text
    assert "| ours | 0.50 | 1.000 | 0.0010 |" in text
    assert "| theirs | 1 | 0.500 | - |" in text
    assert 0.5 == record(race)["accuracy"][0]["values"]["theirs"]
