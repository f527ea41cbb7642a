"""`knuckle batch --format lerobot`: from clips to a data set."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from knuckle.batch.lerobot.videos import Stopped
from knuckle.values import ImageArray
from tests.batch.lerobot.made_datasets import TOP, write_dataset
from tests.batch.lerobot.made_tables import content_of, rows_of
from tests.batch.made_clips import moving_hand, write_hand_clips
from tests.cli.conftest import Run
from tests.io.files import greys, write_clip

OUT = Path("set")
LEROBOT = ("--format", "lerobot", "-o", str(OUT))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, open_palm: ImageArray) -> list[Path]:
    """Two clips of 10 and 12 frames. Do not change the files."""
    return write_hand_clips(tmp_path_factory.mktemp("made"), open_palm, 2)


@pytest.fixture
def clips(made: list[Path], workplace: Path) -> Path:
    """The clips, in a folder of the current one."""
    Path("clips").mkdir()
    for path in made:
        shutil.copy(path, Path("clips") / path.name)
    return Path("clips")


def info() -> dict[str, Any]:
    """The description of the data set."""
    found: dict[str, Any] = json.loads((OUT / "meta/info.json").read_text())
    return found


def test_clips_become_a_data_set(run: Run, clips: Path) -> None:
    """The tables are beside it, in the store."""
    result = run("batch", clips, *LEROBOT, "--videos", "--task", "wave a hand")

    assert 0 == result.status
    assert "LeRobot data set set: 2 episodes, 22 frames\n" in result.err
    assert {"data", "meta", "videos", "knuckle"} == {path.name for path in OUT.iterdir()}
    assert 2 == parquet.read_table(OUT / "knuckle/index.parquet").num_rows
    assert ["wave a hand"] == parquet.read_table(OUT / "meta/tasks.parquet").to_pydict()["task"]
    assert 22 == len(rows_of(OUT))
    assert "observation.images.camera" in info()["features"]


def test_the_same_command_finds_it_finished(run: Run, clips: Path) -> None:
    """And another rate needs no tracking."""
    run("batch", clips, *LEROBOT)
    before = content_of(OUT)

    again = run("batch", clips, *LEROBOT)
    slower = run("batch", clips, *LEROBOT, "--fps", "15")

    assert "LeRobot data set set: 2 episodes, 22 frames, as before\n" in again.err
    assert "LeRobot data set set: 2 episodes, 11 frames\n" in slower.err
    assert "frames/s" not in again.err + slower.err
    assert 15 == info()["fps"]
    assert before != content_of(OUT)


def test_a_clip_that_fails_is_left_out(run: Run, clips: Path) -> None:
    """The others are a data set, and the exit status tells."""
    (clips / "broken.mp4").write_bytes(b"no video" * 100)

    result = run("batch", clips, *LEROBOT)

    assert 1 == result.status
    assert "left out: " in result.err
    assert "LeRobot data set set: 2 episodes, 22 frames\n" in result.err


def test_a_rate_that_does_not_fit(run: Run, clips: Path) -> None:
    """The sentence names the clip, its rate and the cure; the cure needs no tracking."""
    write_clip(clips / "zz.mp4", greys(6), times=[i / 12.5 for i in range(6)])

    refused = run("batch", clips, *LEROBOT)
    cured = run("batch", clips, *LEROBOT, "--fps", "30")

    assert 1 == refused.status
    assert re.search(
        r"knuckle: .*zz\.mp4 has 1[\d.]+ frames per second, and others have 30: "
        r"resample all clips with --fps 30\n",
        refused.err,
    )
    assert 0 == cured.status
    assert "LeRobot data set set: 3 episodes, 36 frames\n" in cured.err
    assert "frames/s" not in cured.err


def test_shards_are_joined_in_the_end(run: Run, clips: Path) -> None:
    """A shard has not all clips, so a run without one makes the data set."""
    for shard in ("1/2", "2/2"):
        result = run("batch", clips, *LEROBOT, "--shard", shard)
        assert "When all shards are done, run it without --shard" in result.err
        assert not (OUT / "meta").exists()

    assert "LeRobot data set set: 2 episodes" in run("batch", clips, *LEROBOT).err


def test_a_dry_run_writes_nothing(run: Run, clips: Path) -> None:
    """Not even the store."""
    assert 0 == run("batch", clips, *LEROBOT, "--dry-run").status
    assert not OUT.exists()


def test_an_interrupted_run_says_how_to_go_on(
    run: Run, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables are there already."""

    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr("knuckle.batch.lerobot.assemble.assemble", interrupted)
        result = run("batch", clips, *LEROBOT)

    assert 128 + signal.SIGINT == result.status
    assert "knuckle batch clips --format lerobot -o set\n" in result.err
    assert "LeRobot data set set: 2 episodes" in run("batch", clips, *LEROBOT).err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-o", "set", "--fps", "30"), "--fps works only with --format lerobot"),
        (("-o", "set", "--videos"), "--videos works only with --format lerobot"),
        (("-o", "set", "--task", "wave"), "--task works only with --format lerobot"),
        ((*LEROBOT, "--stills"), "--stills are pictures on their own, and a LeRobot data set"),
        (("--format", "lerobot", "-o", "s3://bucket/set"), "in a folder of this machine, not in "),
    ],
)
def test_what_makes_no_sense(run: Run, clips: Path, words: tuple[str, ...], sentence: str) -> None:
    """It is said before any work."""
    result = run("batch", clips, *words)

    assert result.status
    assert sentence in result.err
    assert not OUT.exists()


def test_a_data_set_of_others_is_not_overwritten(run: Run, clips: Path) -> None:
    """Nor is anything tracked for it."""
    (OUT / "meta").mkdir(parents=True)

    result = run("batch", clips, *LEROBOT)

    assert 1 == result.status
    assert (
        "knuckle: set has a folder meta that knuckle did not write: name another output\n"
        == result.err
    )
    assert [OUT / "meta"] == list(OUT.iterdir())


@pytest.fixture
def push(clips: Path, open_palm: ImageArray) -> Path:
    """A data set of others, with two episodes of one camera."""
    return write_dataset(Path("push"), [moving_hand(open_palm, 5), moving_hand(open_palm, 4, 1)])


def test_a_data_set_gets_hands(run: Run, push: Path) -> None:
    """All that it had stays."""
    result = run("batch", push, *LEROBOT)

    assert 0 == result.status
    assert "LeRobot data set set: 2 episodes, 9 frames\n" in result.err
    names = set(info()["features"])
    assert {TOP, "action", "observation.hands.top.hand_1.landmarks"} < names
    assert "arm" == info()["robot_type"]


def test_a_data_set_may_become_tables(run: Run, push: Path) -> None:
    """Without --format lerobot, beside other clips."""
    assert 0 == run("batch", push, "clips", "-o", "out").status
    rows = parquet.read_table("out/index.parquet").to_pylist()
    assert {"push/000000/top", "push/000001/top"} < {row["clip"] for row in rows}
    assert [5, 4] == [row["frames"] for row in rows if row["clip"].startswith("push/")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("clips", *LEROBOT), "which is extended on its own: name no other input, or leave out "),
        (("--format", "lerobot", "-o", "push"), "push stays as it is: name another folder with -o"),
        (
            (*LEROBOT, "--fps", "30"),
            "push keeps its rate and its tasks: leave out --fps and --task",
        ),
        (
            (*LEROBOT, "--task", "x"),
            "push keeps its rate and its tasks: leave out --fps and --task",
        ),
        ((*LEROBOT, "--every", "2"), "has a row: leave out --start, --stop and --every"),
    ],
)
def test_what_a_data_set_does_not_take(
    run: Run, push: Path, words: tuple[str, ...], sentence: str
) -> None:
    """It is said before any work, and the data set stays as it was."""
    before = content_of(push)

    result = run("batch", push, *words)

    assert 1 == result.status
    assert sentence in result.err
    assert before == content_of(push)
    assert not OUT.exists()
