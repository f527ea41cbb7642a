"""What a run says, on a terminal and in a pipe, and how it ends when somebody interrupts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as parquet
import pytest

import knuckle
from knuckle.cli.report import Interrupt, RateColumn, interruptible, printable
from knuckle.io.tables import CsvSink
from tests.cli.conftest import (
    CLIP,
    Result,
    Run,
    column,
    command,
    read_csv,
    run_apart,
    run_on_terminal,
)
from tests.io.files import FakeCamera, names_in

AddPicture = Callable[[str], Path]
OUTPUTS = ["t.mp4", "t.csv", "t.parquet", "t.jsonl", "t.json", "out"]
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")


def interrupt(*signals: tuple[str, signal.Signals]) -> Result:
    """Track the sample clip, send each signal when the run has said its word, await the end."""
    words = [word for name in OUTPUTS for word in ("-o", name)]
    awaited = list(signals)
    said = ""
    with subprocess.Popen(
        command("track", CLIP, "-v", *words), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said += line
            if awaited and awaited[0][0] in line:
                process.send_signal(awaited.pop(0)[1])
        status = process.wait(60)
    return Result(status, "", said)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The folder of a run that was interrupted after ten frames, and how it ended."""
    folder, before = tmp_path_factory.mktemp("interrupted"), Path.cwd()
    os.chdir(folder)
    result = interrupt(("frame 10:", signal.SIGINT))
    os.chdir(before)
    return folder, result


@pytest.mark.parametrize(
    ("unit", "rate"),
    [("pictures", "2.5 pictures/s"), ("sign_digits: pictures", "2.5 pictures/s")],
)
def test_a_rate_names_what_is_counted(unit: str, rate: str) -> None:
    """And not what they are of."""
    task: Any = SimpleNamespace(speed=2.5)

    assert rate == RateColumn(unit).render(task).plain


@on_posix
class TestTerminals:
    """A person looks on."""

    def test_track_shows_a_bar_with_rate_and_time(self) -> None:
        """Frames done of all, frames per second, time to go."""
        status, shown = run_on_terminal("track", CLIP, "--stop", "0.5")

        assert 0 == status
        assert "15/15" in shown
        assert "frames/s" in shown
        assert "0:00:0" in shown

    def test_detect_shows_a_bar_with_rate_and_time(self, add_blank: AddPicture) -> None:
        """Pictures done of all, pictures per second, time to go."""
        for i in range(5):
            add_blank(f"in/{i}.png")
        status, shown = run_on_terminal("detect", "in")

        assert 0 == status
        assert "5/5" in shown
        assert "pictures/s" in shown
        assert "0:00:0" in shown

    def test_quiet_shows_no_bar(self, add_blank: AddPicture) -> None:
        """Nothing at all."""
        status, shown = run_on_terminal("detect", add_blank("a.png"), "-q")

        assert (0, "") == (status, shown)

    def test_a_long_name_fits_a_narrow_terminal(
        self, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The table is as wide as the terminal."""
        name = f"{'long' * 40}.png"
        status, shown = run_on_terminal("detect", add_blank(name))
        table = shown[shown.index("┏") :].splitlines()

        assert 0 == status
        assert max(len(line) for line in table if line.startswith(("┏", "└"))) <= 100


class TestPipes:
    """A program reads on."""

    @pytest.mark.parametrize("name", ["detect", "track"])
    def test_there_is_no_bar_and_no_colour(self, name: str, add_blank: AddPicture) -> None:
        """Plain lines on both outputs."""
        result = run_apart(name, add_blank("a.png"), "-v")

        assert 0 == result.status
        assert "\x1b" not in result.out + result.err
        assert "\r" not in result.out + result.err
        assert "/s" not in result.err

    @pytest.mark.parametrize("name", ["detect", "track"])
    def test_a_wish_for_colour_is_none_for_a_bar(
        self, name: str, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """FORCE_COLOR, which build services set, makes no terminal of a pipe."""
        monkeypatch.setenv("FORCE_COLOR", "1")
        result = run_apart(name, add_blank("a.png"))

        assert "0:00:0" not in result.err
        assert "\r" not in result.err

    def test_names_are_not_cut(self, run: Run, add_blank: AddPicture) -> None:
        """A table in a pipe has room for them."""
        name = f"{'folder/' * 8}{'picture' * 4}.png"

        assert name in run("detect", add_blank(name)).out

    def test_messages_are_not_wrapped(self, run: Run) -> None:
        """One line each, however long."""
        name = "nowhere/" * 30 + "a.png"

        assert f"knuckle: {name} does not exist\n" == run("detect", name).err

    def test_answers_go_to_standard_output_and_the_rest_does_not(
        self, run: Run, add_blank: AddPicture, broken: Path
    ) -> None:
        """`knuckle detect ... > table.txt` leaves the complaints on the screen."""
        result = run("detect", add_blank("a.png"), broken)

        assert "broken.jpg" not in result.out
        assert "┏" not in result.err


@on_posix
class TestInterruption:
    """Ctrl-C and termination keep what is finished."""

    def test_the_status_tells(self, interrupted: tuple[Path, Result]) -> None:
        """130 is that of Ctrl-C."""
        assert 130 == interrupted[1].status

    def test_it_is_said(self, interrupted: tuple[Path, Result]) -> None:
        """And no traceback is shown."""
        said = interrupted[1].err

        assert said.endswith("interrupted: finished work is kept\n")
        assert "Traceback" not in said

    def test_all_outputs_are_there(self, interrupted: tuple[Path, Result]) -> None:
        """Under their own names, and nothing else."""
        assert sorted(OUTPUTS) == names_in(interrupted[0])

    def test_all_outputs_are_whole(self, interrupted: tuple[Path, Result]) -> None:
        """And have the same frames, at least ten and fewer than all."""
        folder = interrupted[0]
        counts = {
            len({row["frame"] for row in read_csv(folder / "t.csv")}),
            len({json.loads(x)["frame"] for x in (folder / "t.jsonl").read_text().splitlines()}),
            len({row["frame"] for row in json.loads((folder / "t.json").read_text())}),
            len(set(parquet.read_table(folder / "t.parquet")["frame"].to_pylist())),
            len(list(knuckle.open_source(folder / "t.mp4"))),
            len(names_in(folder / "out")),
        }

        assert 1 == len(counts)
        assert 10 < counts.pop() < 150

    def test_termination_is_as_good(self) -> None:
        """143 is its status."""
        result = interrupt(("frame 10:", signal.SIGTERM))

        assert 143 == result.status
        assert sorted(OUTPUTS) == names_in(Path())
        assert result.err.endswith("interrupted: finished work is kept\n")

    def test_a_closed_terminal_leaves_no_parts(self) -> None:
        """The window is closed, or the connection breaks."""
        interrupt(("frame 10:", signal.SIGHUP))

        assert [] == [name for name in names_in(Path()) if ".part" in name]

    def test_impatience_leaves_no_parts(self) -> None:
        """Ctrl-C again while the outputs are completed, the first of them being done."""
        interrupt(("frame 10:", signal.SIGINT), ("wrote t.mp4", signal.SIGINT))

        assert [] == [name for name in names_in(Path()) if ".part" in name]

    def test_detect_keeps_what_is_finished(
        self, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After the second of four pictures."""
        for i in range(4):
            add_blank(f"in/{i}.png")
        original = CsvSink._append

        def append(sink: CsvSink, frame: knuckle.Frame, hands: list[knuckle.Hand]) -> None:
            original(sink, frame, hands)
            if frame.source.endswith("1.png"):
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(CsvSink, "_append", append)
        result = run("detect", "in", "-o", "t.csv")

        assert 130 == result.status
        assert ["in/0.png", "in/1.png"] == column(Path("t.csv"), "source")
        assert result.err.endswith("interrupted: finished work is kept\n")

    def test_ctrl_c_ends_the_wait_for_a_camera(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A camera that hangs after its first picture: what was written by then is kept."""
        camera, written = FakeCamera(1), threading.Event()
        opened = camera, SimpleNamespace(average_rate=Fraction(30))
        monkeypatch.setattr("knuckle.io.video._open_container", lambda *_, **__: opened)
        original = CsvSink._append

        def append(sink: CsvSink, frame: knuckle.Frame, hands: list[knuckle.Hand]) -> None:
            original(sink, frame, hands)
            written.set()

        def press() -> None:
            written.wait(10)
            camera.going_on.wait(0.2)  # by now the next picture is waited for
            os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr(CsvSink, "_append", append)
        person = threading.Thread(target=press)
        person.start()
        result = run("track", "0", "-o", "t.csv")
        person.join()
        camera.ending.set()

        assert 130 == result.status
        assert not camera.gave_up
        assert ["0"] == column(Path("t.csv"), "frame")

    def test_the_handlers_are_given_back(self) -> None:
        """As they were."""
        before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
        with interruptible():
            signal.raise_signal(signal.SIGINT)

        assert before == (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))

    def test_nobody_interrupted(self) -> None:
        """The status is that of success."""
        assert 0 == Interrupt().status


def test_nothing_in_a_message_steers_the_terminal() -> None:
    """Names in graphs of others may try to."""
    assert "\\x1b[31mred\\x07 \\u202e\n" == printable("\x1b[31mred\x07 \u202e\n")
