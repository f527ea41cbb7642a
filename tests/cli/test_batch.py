"""`knuckle batch`: from clips to tables, and what is said about it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from knuckle.batch.engines.local import LocalEngine
from knuckle.batch.jobs import Event, Job, Order
from knuckle.errors import BatchError
from knuckle.values import ImageArray
from tests.batch.made_clips import write_hand_clips
from tests.cli.conftest import CLIP, Result, Run, command, run_apart

Clips = list[Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, open_palm: ImageArray) -> Clips:
    """Four clips of 10 to 16 frames. Do not change the files."""
    return write_hand_clips(tmp_path_factory.mktemp("made"), open_palm, 4)


@pytest.fixture
def clips(made: Clips, workplace: Path) -> Clips:
    """The clips in the current folder."""
    Path("clips").mkdir()
    return [Path(shutil.copy(path, Path("clips") / path.name)) for path in made]


@pytest.fixture
def broken_clip(workplace: Path) -> Path:
    """A file that is named as a video and is none."""
    path = Path("clips/broken.mp4")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"no video at all" * 100)
    return path


def states(output: str = "out") -> dict[str, str]:
    """The states in the index by the names of the clips."""
    rows = parquet.read_table(f"{output}/index.parquet").to_pylist()
    return {Path(row["uri"]).name: row["state"] for row in rows}


def files(folder: str = ".") -> set[str]:
    """All files below a folder."""
    return {str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file()}


def rows_of(out: str) -> dict[str, list[str]]:
    """The lines of the summary by their first cell: the other cells."""
    lines = (line.split("│")[1:-1] for line in out.splitlines() if line.startswith("│"))
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_each_clip_becomes_a_table(run: Run, clips: Clips) -> None:
    """And a row of the index; the summary counts what is in them."""
    result = run("batch", *clips, "-o", "out")
    tables = sorted(Path("out/clips").iterdir())
    rows = [parquet.read_table(path).num_rows for path in tables]
    clips_told, frames, _, hands, size = rows_of(result.out)["done"]

    assert 0 == result.status
    assert {path.name: "done" for path in clips} == states()
    assert [10, 12, 14, 16] == rows
    assert ("4", "52", "4") == (clips_told, frames, hands)
    assert size.endswith("kB")
    assert "4 clips in " in result.err
    assert "frames/s with " in result.err
    assert result.err.endswith("; out/index.parquet lists all clips\n")


def test_finished_clips_are_not_tracked_again(run: Run, clips: Clips) -> None:
    """The same command says what it skips, and goes on with new clips."""
    run("batch", *clips[:3], "-o", "out")
    before = {path: path.stat().st_mtime_ns for path in Path("out/clips").iterdir()}
    result = run("batch", *clips, "-o", "out")

    assert 0 == result.status
    assert ["3", "36"] == rows_of(result.out)["finished before"][:2]
    assert ["1", "16"] == rows_of(result.out)["done"][:2]
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_nothing_to_do_is_a_success(run: Run, clips: Clips) -> None:
    """And is said."""
    run("batch", *clips[:1], "-o", "out")
    result = run("batch", *clips[:1], "-o", "out")

    assert (0, "") == (result.status, result.err)
    assert ["finished before"] == list(rows_of(result.out))


def test_all_is_tracked_anew_if_asked(run: Run, clips: Clips) -> None:
    """Also with other options, which are refused otherwise."""
    run("batch", *clips[:1], "-o", "out")
    refused = run("batch", *clips[:1], "-o", "out", "--max-hands", "1")
    result = run("batch", *clips[:1], "-o", "out", "--max-hands", "1", "--again")

    assert (1, "") == (refused.status, refused.out)
    assert "--again" in refused.err
    assert 0 == result.status
    assert "1" == rows_of(result.out)["done"][0]


def test_a_clip_that_cannot_be_read_is_reported(run: Run, clips: Clips, broken_clip: Path) -> None:
    """With its reason and the command that tries it again; the others are done."""
    result = run("batch", *clips[:2], broken_clip, "-o", "out")

    assert 1 == result.status
    assert "done" == states()["clip00.mp4"] == states()["clip01.mp4"]
    assert "failed" == states()["broken.mp4"]
    assert f"knuckle: failed: {broken_clip.absolute()} cannot be opened: " in result.err
    assert 1 == result.err.count("knuckle: ")
    typed = ["knuckle", "batch", *map(str, clips[:2]), str(broken_clip), "-o", "out"]
    assert f"\n{shlex.join([*typed, '--retry-failed'])}\n" in result.err


def test_clips_that_failed_are_tried_again_only_if_asked(
    run: Run, clips: Clips, broken_clip: Path
) -> None:
    """Until then they are reported each time."""
    args = ["batch", str(clips[0]), str(broken_clip), "-o", "out"]
    run(*args)
    again = run(*args)
    retried = run(*args, "--retry-failed")
    shutil.copy(clips[1], broken_clip)
    repaired = run(*args, "--retry-failed")

    assert [1, 1, 0] == [result.status for result in (again, retried, repaired)]
    assert "1" == rows_of(again.out)["failed before"][0]
    assert "cannot be opened" in again.err
    assert "1" == rows_of(retried.out)["failed"][0]
    assert 1 == retried.err.splitlines()[-1].count("--retry-failed")
    assert "done" == states()["broken.mp4"]


def test_the_command_is_quoted(run: Run, clips: Clips) -> None:
    """A name with a space is one word for the shell."""
    path = Path("clips/it's a clip.mp4")
    path.write_bytes(b"no video")
    result = run("batch", path, "-o", "my output")

    expected = ["knuckle", "batch", str(path), "-o", "my output", "--retry-failed"]
    assert expected == shlex.split(result.err.splitlines()[-1])


def test_a_name_cannot_steer_the_terminal(run: Run, workplace: Path) -> None:
    """Characters that would are written out."""
    Path("a\x1b[31m.mp4").write_bytes(b"no video")
    result = run("batch", "a\x1b[31m.mp4", "-o", "out")

    assert 1 == result.status
    assert "\x1b[31m" not in result.err + result.out
    assert r"a\x1b[31m.mp4 cannot be opened" in result.err
    assert "the same command with --retry-failed" == result.err.splitlines()[-1]


def test_many_failures_are_counted(run: Run, workplace: Path) -> None:
    """Twenty are named, and the index has the rest."""
    paths = [Path(f"{i}.mp4") for i in range(23)]
    for path in paths:
        path.write_bytes(b"no video")
    result = run("batch", *paths, "-o", "out")
    again = run("batch", *paths, "-o", "out")

    for err in (result.err, again.err):
        assert 20 == err.count("knuckle: failed: ")
        assert "knuckle: 3 more clips without a table: out/index.parquet has the reasons" in err


def test_a_long_command_is_not_repeated(run: Run, workplace: Path) -> None:
    """Nobody types ten thousand names again."""
    paths = [Path(f"{'long name ' * 8}{i}.mp4") for i in range(20)]
    for path in paths:
        path.write_bytes(b"no video")
    result = run("batch", *paths, "-o", "out")

    assert "the same command with --retry-failed" == result.err.splitlines()[-1]


def test_a_clip_that_takes_too_long_is_given_up(run: Run) -> None:
    """It is reported as one that failed is."""
    result = run("batch", CLIP, "-o", "out", "--timeout", "0.1")

    assert 1 == result.status
    assert {"two_hands.mp4": "timeout"} == states()
    assert f"knuckle: timeout: {CLIP}: " in result.err
    assert "--retry-failed" in result.err.splitlines()[-1]


def test_a_run_that_cannot_go_on_keeps_what_is_finished(
    run: Run, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says why in one sentence, and how to go on."""

    class Stopping:
        workers = 1

        def run(self, order: Order, jobs: deque[Job]) -> Generator[Event, None, None]:
            yield from LocalEngine(1).run(order, deque([jobs.popleft()]))
            raise BatchError("the disk is full")

    running = import_module("knuckle.cli.batch.running")
    monkeypatch.setattr(running, "_engine", lambda asked: Stopping())
    result = run("batch", *clips, "-o", "out")

    assert 1 == result.status
    assert ["1", "10"] == rows_of(result.out)["done"][:2]
    assert 1 == result.err.count("knuckle: the disk is full\n")
    assert "stopped, finished work is kept. To go on with 3 clips:" in result.err
    assert {"clip00.mp4": "done"} == states()


def test_quiet_prints_only_errors(run: Run, clips: Clips, broken_clip: Path) -> None:
    """One line for each."""
    good = run("batch", clips[0], "-o", "out", "-q")
    bad = run("batch", clips[0], broken_clip, "-o", "out", "-q")

    assert (0, "", "") == (good.status, good.out, good.err)
    assert (1, "") == (bad.status, bad.out)
    assert 1 == len(bad.err.splitlines())


def test_verbose_tells_of_each_clip(run: Run, clips: Clips) -> None:
    """And how the networks run."""
    result = run("batch", *clips[:2], "-o", "out", "-v")

    assert f"{clips[0].absolute()}: done, 10 frames, 1 hand, " in result.err
    assert "onnxruntime" in result.err


def test_shards_are_all_clips_together(run: Run, clips: Clips) -> None:
    """Each has its own, and the index lists both."""
    first = run("batch", *clips, "-o", "out", "--shard", "1/2")
    second = run("batch", *clips, "-o", "out", "--shard", "2/2")

    assert [0, 0] == [first.status, second.status]
    shares = [rows_of(result.out).get("done", ["0"])[0] for result in (first, second)]
    assert 4 == sum(map(int, shares))
    assert {path.name: "done" for path in clips} == states()


def test_folders_patterns_and_manifests_name_clips(run: Run, clips: Clips) -> None:
    """A clip that is named twice is tracked once."""
    Path("manifest.csv").write_text("uri,stop,id\nclips/clip03.mp4,0.2,mine\n")
    result = run("batch", "clips", "clips/*.mp4", "manifest.csv", "-o", "out")
    index = parquet.read_table("out/index.parquet").to_pylist()

    assert 0 == result.status
    assert ["5", "58"] == rows_of(result.out)["done"][:2]
    assert ["mine"] == [row["clip"] for row in index if row["stop"] is not None]
    assert Path("out/clips/mine.parquet").is_file()


def test_inputs_that_are_not_there_leave_nothing(run: Run, workplace: Path) -> None:
    """One sentence, and no folder."""
    Path("empty").mkdir()
    for name in ("nowhere", "empty", "*.mp4"):
        result = run("batch", name, "-o", "out")

        assert (1, "", 1) == (result.status, result.out, len(result.err.splitlines()))
        assert not Path("out").exists()


def test_stills_are_counted_as_pictures(
    run: Run, add_palm: Callable[[str], Path], add_blank: Callable[[str], Path]
) -> None:
    """Not as clips with seconds and hands."""
    add_palm("in/a.png")
    add_blank("in/b.png")
    result = run("batch", "in", "-o", "out", "--stills")
    [table] = Path("out/clips").iterdir()

    assert 0 == result.status
    assert ["1", "2"] == rows_of(result.out)["done"][:2]
    assert "pictures" in result.out
    assert {"right", None} == set(parquet.read_table(table)["handedness"].to_pylist())


def test_an_annotated_video_is_beside_each_table(run: Run, clips: Clips) -> None:
    """Under the same name; a missing one is made later."""
    run("batch", clips[0], "-o", "out")
    result = run("batch", clips[0], "-o", "out", "--annotated")
    [table], [video] = Path("out/clips").iterdir(), Path("out/annotated").iterdir()

    assert 0 == result.status
    assert (table.stem, ".mp4") == (video.stem, video.suffix)


def test_a_dry_run_writes_nothing(run: Run, clips: Clips) -> None:
    """It says what there is to do, how long that takes, and how large it gets."""
    before = files()
    result = run("batch", *clips, "-o", "out", "--dry-run")

    assert 0 == result.status
    assert before == files()
    assert not Path("out").exists()
    assert ["4", "52"] == rows_of(result.out)["to do"][:2]
    assert "tried 52 frames of 4 clips: " in result.err
    assert "of tables" in result.err


def test_a_dry_run_tells_what_is_finished(run: Run, clips: Clips, broken_clip: Path) -> None:
    """And what failed before, or has changed since."""
    run("batch", *clips[:2], broken_clip, "-o", "out")
    shutil.copy(clips[2], clips[1])
    before = files()
    result = run("batch", *clips[:2], broken_clip, "-o", "out", "--dry-run")

    assert 0 == result.status
    assert before == files()
    assert [["1", "14"], ["1", ""], ["1", "10"], ["1", ""]] == [
        row[:2] for row in rows_of(result.out).values()
    ]


def test_a_dry_run_without_readable_clips_says_so(run: Run, broken_clip: Path) -> None:
    """There is nothing to estimate from."""
    result = run("batch", broken_clip, "-o", "out", "--dry-run")

    assert 0 == result.status
    assert ["1", "?"] == rows_of(result.out)["to do"][:2]
    assert "no estimate" in result.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_goes_on(number: int, status: int, made: Clips, workplace: Path) -> None:
    """What is finished is kept, and the same command does the rest."""
    many = [Path(shutil.copy(made[i % 4], f"{i:02}.mp4")) for i in range(16)]
    words = ["batch", *map(str, many), "-o", "out", "--workers", "1"]
    child = subprocess.Popen(command(*words), stdout=-3, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while len(list(Path("out").glob("clips/*.parquet"))) < 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    kept = {path: path.stat().st_mtime_ns for path in Path("out/clips").glob("*.parquet")}
    result = run_apart(*words)

    assert status == child.returncode
    assert "interrupted, finished work is kept" in err
    assert shlex.join(["knuckle", *words]) == err.splitlines()[-1]
    assert 1 <= len(kept) < 16
    assert 0 == result.status
    assert str(len(kept)) == rows_of(result.out)["finished before"][0]
    assert kept == {path: path.stat().st_mtime_ns for path in kept}
    assert 16 == len(states())
    assert [] == [name for name in files("out") if name.rpartition("/")[2].startswith(".")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--gap", "1"], "--gap works only with --offline"),
        (["--style", "depth"], "--annotated"),
        (["--confidence"], "--annotated"),
        (["--no-second-look"], "--stills"),
        (["--stills", "--offline"], "--offline"),
        (["--offline", "--streams", "4"], "leave out --streams"),
        (["--stills", "--split", "60"], "--split"),
        (["--stills", "--streams", "4"], "--streams"),
        (["--stills", "--stop", "4"], "--stop"),
        (["--stills", "--annotated"], "knuckle detect"),
        (["--stills", "--search", "4"], "--search"),
        (["--stills", "--no-smoothing"], "--smoothing"),
        (["--address", "auto"], "--engine ray"),
        (["--cpus-per-worker", "2"], "--engine ray"),
        (["--gpus-per-worker", "0.5"], "--engine ray"),
        (["--again", "--retry-failed"], "--retry-failed"),
        (["--start", "4", "--stop", "3"], "stop must come after start"),
        (["--engine", "openvino"], "--network-engine openvino"),
        (["--engine", "cloud"], "'local', 'ray'"),
        (["--shard", "3"], "'3' is not I/N"),
        (["--shard", "0/2"], "'0/2' is not I/N"),
        (["--shard", "3/2"], "'3/2' is not I/N"),
        (["--workers", "0"], "--workers"),
        (["--timeout", "nan"], "--timeout"),
        (["--timeout", "0"], "--timeout"),
        (["--split", "inf"], "--split"),
        (["--max-attempts", "0"], "--max-attempts"),
        (["--precision", "bfloat16", "--network-engine", "litert"], "litert"),
        (["--hand-size", "-1"], "hand_size"),
        (["-o", "hands.parquet"], "hands.parquet is the name of one file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_that_makes_no_sense_ends_with_2(
    words: list[str], sentence: str, run: Run, clips: Clips
) -> None:
    """With a sentence, and before anything is written."""
    result = run("batch", *clips[:1], *(words if "-o" in words else ["-o", "out", *words]))

    assert (2, "") == (result.status, result.out)
    assert sentence in result.err.splitlines()[-1]
    assert not Path("out").exists()


@pytest.mark.parametrize("package", ["av", "pyarrow"])
def test_missing_packages_are_named_first(
    package: str, run: Run, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the line to type, and before anything is written."""
    monkeypatch.setitem(sys.modules, package, None)
    result = run("batch", *clips, "-o", "out")

    assert (1, "") == (result.status, result.out)
    assert "knuckle batch needs an optional package: pip install " in result.err
    assert not Path("out").exists()


@pytest.mark.parametrize("words", [["-o", "out"], ["a.mp4"]], ids=" ".join)
def test_inputs_and_output_are_needed(words: list[str], run: Run) -> None:
    """Both."""
    result: Result = run("batch", *words)

    assert (2, "") == (result.status, result.out)
