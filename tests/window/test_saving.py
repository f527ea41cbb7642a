"""Files of the window: complete, readable, and never in the place of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import knuckle
from knuckle.errors import OutputError
from knuckle.values import Frame, ImageArray
from knuckle.window.finder import Answer
from knuckle.window.saving import Files, Recording, Saver, free_paths, stem_of
from knuckle.window.state import Look, Media
from knuckle.window.update import Event, RecordingStopped, Told
from knuckle.window.worker import Tracked
from tests.cli.conftest import read_csv

LIVE = Media("camera 0", is_live=True)


@pytest.fixture(scope="module")
def answer(open_palm: ImageArray) -> Answer:
    """The hand of the sample."""
    return Answer(tuple(knuckle.detect(open_palm)))


@pytest.fixture
def tracked(open_palm: ImageArray, answer: Answer) -> Callable[[int], Tracked]:
    """A frame of an index with the hand."""
    return lambda index: Tracked(
        Frame(open_palm, index, index / 30, "camera 0"), answer, captured=0.0, seconds=0.01
    )


def test_names_suit_any_system() -> None:
    """A file gives its name without its folder, a camera its own."""
    assert "camera-0" == stem_of(LIVE)
    assert "my-clip-1" == stem_of(Media("holiday/my clip (1).mp4", is_live=False))
    assert "frames" == stem_of(Media("frames/", is_live=False))
    assert "hands" == stem_of(Media("*.png", is_live=False))


def test_names_that_are_taken_are_left(tmp_path: Path) -> None:
    """All files of a recording have the same number."""
    (tmp_path / "a.mp4").touch()
    (tmp_path / "a-2.csv").touch()

    assert (tmp_path / "a-3.mp4", tmp_path / "a-3.csv") == free_paths(
        tmp_path, "a", [".mp4", ".csv"]
    )


class TestRecording:
    """An annotated video and a table."""

    def test_both_hold_every_frame(
        self, tmp_path: Path, tracked: Callable[[int], Tracked], open_palm: ImageArray
    ) -> None:
        """The video shows the hand, the table has its row."""
        paths = [tmp_path / "a.mp4", tmp_path / "a.csv"]
        with Recording(paths, 30) as recording:
            for index in range(10):
                recording.add(tracked(index), Look())
        with knuckle.open_source(paths[0]) as source:
            shown = [frame.image.astype(int) for frame in source]

        assert 10 == len(shown)
        assert np.abs(shown[0] - open_palm).max() > 100
        assert list(map(str, range(10))) == [row["frame"] for row in read_csv(paths[1])]

    def test_a_frame_is_recorded_once(
        self, tmp_path: Path, tracked: Callable[[int], Tracked]
    ) -> None:
        """Also after steps back."""
        path = tmp_path / "a.csv"
        with Recording([path], 30) as recording:
            for index in (4, 5, 3, 4, 5, 6):
                recording.add(tracked(index), Look())

        assert ["4", "5", "6"] == [row["frame"] for row in read_csv(path)]

    def test_an_error_elsewhere_loses_nothing(
        self, tmp_path: Path, tracked: Callable[[int], Tracked]
    ) -> None:
        """The files are completed, although the program fails."""
        path = tmp_path / "a.csv"
        recording = Recording([path], 30)
        recording.add(tracked(0), Look())
        recording.abort()

        assert ["0"] == [row["frame"] for row in read_csv(path)]

    def test_a_frame_that_does_not_fit_ends_it(
        self, tmp_path: Path, tracked: Callable[[int], Tracked]
    ) -> None:
        """What was written before stays."""
        paths = [tmp_path / "a.mp4", tmp_path / "a.csv"]
        other = tracked(1)
        small = Frame(np.ascontiguousarray(other.frame.image[::2, ::2]), 1, 1 / 30)
        with Recording(paths, 30) as recording:
            recording.add(tracked(0), Look())
            recording.add(Tracked(small, Answer(), 0.0, 0.0), Look())
        with knuckle.open_source(paths[0]) as source:
            assert 1 == len(list(source))

        assert "one size" in str(recording.problem)
        assert "0" == read_csv(paths[1])[0]["frame"]

    def test_without_a_frame_there_is_no_file(self, tmp_path: Path) -> None:
        """A recording that is stopped at once leaves nothing."""
        Recording([tmp_path / "a.mp4", tmp_path / "a.csv"], 30).close()

        assert [] == list(tmp_path.iterdir())

    def test_one_file_that_cannot_be_opened_leaves_none(self, tmp_path: Path) -> None:
        """Nor an empty one beside it."""
        (tmp_path / "file").touch()
        with pytest.raises(OutputError):
            Recording([tmp_path / "a.csv", tmp_path / "file" / "a.mp4"], 30)

        assert ["file"] == [path.name for path in tmp_path.iterdir()]


class TestSaver:
    """What the keys do."""

    @pytest.fixture
    def events(self) -> list[Event]:
        """What the window was told."""
        return []

    @pytest.fixture
    def lines(self) -> list[str]:
        """What was printed."""
        return []

    @pytest.fixture
    def saver(self, tmp_path: Path, events: list[Event], lines: list[str]) -> Saver:
        """Saves into a folder that does not exist yet."""
        return Saver(LIVE, Files(tmp_path / "new"), events.append, lines.append)

    def test_snapshots_have_names_of_their_own(
        self,
        tmp_path: Path,
        saver: Saver,
        tracked: Callable[[int], Tracked],
        events: list[Event],
        lines: list[str],
    ) -> None:
        """Three in the same second are three files."""
        with saver:
            for _ in range(3):
                saver.snapshot(tracked(0), Look())
        names = sorted(path.name for path in (tmp_path / "new").iterdir())

        assert 3 == len(names)
        assert all(name.startswith("camera-0_20") for name in names)
        assert [Told(f"Saved {Path(line).name}") for line in lines] == events

    def test_a_snapshot_is_never_mirrored(
        self,
        tmp_path: Path,
        saver: Saver,
        tracked: Callable[[int], Tracked],
        open_palm: ImageArray,
        answer: Answer,
    ) -> None:
        """It is what the camera saw, with the hand on it."""
        with saver:
            saver.snapshot(tracked(0), Look(is_mirrored=True))
        [path] = (tmp_path / "new").iterdir()

        np.testing.assert_array_equal(
            knuckle.draw(open_palm, answer.hands), knuckle.read_image(path)
        )

    def test_a_second_recording_gets_new_names(
        self, tmp_path: Path, tracked: Callable[[int], Tracked], lines: list[str]
    ) -> None:
        """The names that were given are for the first one."""
        given = tmp_path / "given.csv"
        saver = Saver(LIVE, Files(tmp_path, (given,)), lambda event: None, lines.append)
        with saver:
            for index in range(2):
                saver.start()
                saver.record(tracked(index), Look())
                saver.stop()

        assert f"wrote {given}" == lines[0]
        assert {".csv", ".mp4"} == {Path(line).suffix for line in lines[1:]}
        assert ["0"] == [row["frame"] for row in read_csv(given)]

    def test_a_folder_that_cannot_be_made_is_one_sentence(
        self, tmp_path: Path, tracked: Callable[[int], Tracked], events: list[Event]
    ) -> None:
        """In the window, which goes on."""
        (tmp_path / "file").touch()
        files = Files(tmp_path / "file")
        with Saver(LIVE, files, events.append, lambda line: None) as saver:
            saver.snapshot(tracked(0), Look())
            saver.start()
            saver.record(tracked(0), Look())
        told = {type(event): event for event in events}

        assert "its folder is a file" in str(told[Told])
        assert "its folder is a file" in str(told[RecordingStopped])
