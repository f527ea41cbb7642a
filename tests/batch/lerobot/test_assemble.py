"""Tables of clips to a LeRobot data set."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from knuckle.batch.lerobot.assemble import Assembled, Wanted
from knuckle.batch.lerobot.features import STANDARD
from knuckle.batch.lerobot.layout import Sizes
from knuckle.batch.lerobot.statistics import QUANTILES
from knuckle.batch.lerobot.videos import Stopped
from knuckle.errors import BatchError
from tests.batch.lerobot.made_tables import (
    MadeClips,
    content_of,
    episodes_of,
    hand,
    rows_of,
    wandering,
)

LANDMARKS = "observation.hand_1.landmarks"


@pytest.fixture
def made(tmp_path: Path) -> MadeClips:
    """Three clips, one of them without hands in the middle, in no order."""
    clips = MadeClips(tmp_path / "set")
    clips.add("b", wandering(5, 1, 2, seed=1))
    clips.add("c", [[hand(1, seed=8)], [], [], [hand(2, "left", seed=9)]])
    clips.add("a", wandering(7, 1, seed=30))
    return clips


def test_episodes_are_clips_in_the_order_of_their_ids(made: MadeClips) -> None:
    """Each frame knows where it stands."""
    assert Assembled(3, 16) == made.assemble()

    rows = rows_of(made.output)
    assert list(range(16)) == [row["index"] for row in rows]
    assert [0] * 7 + [1] * 5 + [2] * 4 == [row["episode_index"] for row in rows]
    places = [*range(7), *range(5), *range(4)]
    assert places == [row["frame_index"] for row in rows]
    assert np.allclose(np.array(places) / 30, [row["timestamp"] for row in rows])
    listed = episodes_of(made.output)
    assert ["a", "b", "c"] == [episode["knuckle/clip"] for episode in listed]
    assert [(0, 7), (7, 12), (12, 16)] == [
        (episode["dataset_from_index"], episode["dataset_to_index"]) for episode in listed
    ]
    assert [7, 5, 4] == [episode["length"] for episode in listed]


def test_an_episode_ends_where_the_next_begins(made: MadeClips) -> None:
    """The last frame of one clip and the first of the next are their own."""
    made.assemble()

    rows = rows_of(made.output)
    shown = [wandering(7, 1, seed=30)[-1][0], wandering(5, 1, 2, seed=1)[0][0]]
    expected = [hand.landmarks.reshape(-1).tolist() for hand in shown]
    assert expected == [rows[6][LANDMARKS], rows[7][LANDMARKS]]


def test_each_episode_has_its_row_group(made: MadeClips) -> None:
    """LeRobot reads one by its place."""
    made.assemble()

    metadata = pq.read_metadata(made.output / "data/chunk-000/file-000.parquet")
    assert [7, 5, 4] == [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]


def test_columns_are_those_that_info_lists(made: MadeClips) -> None:
    """With the kinds that `datasets` makes of them: a scalar, or a list of one length."""
    made.assemble()

    info = json.loads((made.output / "meta/info.json").read_text())
    schema = pq.read_schema(made.output / "data/chunk-000/file-000.parquet")
    assert list(info["features"]) == schema.names
    assert set(STANDARD) < set(schema.names)
    for name, feature in info["features"].items():
        kind = {"float32": pa.float32(), "int64": pa.int64()}[feature["dtype"]]
        (length,) = feature["shape"]
        assert schema.field(name).type == (kind if length == 1 else pa.list_(kind, length))
    sums = [info[f"total_{name}"] for name in ("episodes", "frames", "tasks")]
    assert [3, 16, 1] == sums
    assert ("v3.0", 30, None) == (info["codebase_version"], info["fps"], info["video_path"])
    assert {"train": "0:3"} == info["splits"]


def test_the_task_is_the_index_of_a_pandas_table(made: MadeClips) -> None:
    """So LeRobot finds its number by its text."""
    made.assemble(Wanted(task="fold a towel"))

    table = pq.read_table(made.output / "meta/tasks.parquet")
    assert {"task_index": [0], "task": ["fold a towel"]} == table.to_pydict()
    assert ["task"] == json.loads(table.schema.metadata[b"pandas"])["index_columns"]
    assert all(["fold a towel"] == e["tasks"] for e in episodes_of(made.output))


def test_statistics_are_those_of_numpy(made: MadeClips) -> None:
    """Of each episode and of all."""
    made.assemble()

    rows = rows_of(made.output)
    whole = json.loads((made.output / "meta/stats.json").read_text())
    info = json.loads((made.output / "meta/info.json").read_text())
    assert set(info["features"]) == set(whole)
    for name in (LANDMARKS, "observation.hand_0.track_id", "timestamp"):
        values = np.array([row[name] for row in rows], np.float64).reshape(len(rows), -1)
        spans = [(whole[name], values)]
        for episode in episodes_of(made.output):
            words = {key: episode[f"stats/{name}/{key}"] for key in whole[name]}
            start, stop = episode["dataset_from_index"], episode["dataset_to_index"]
            spans.append((words, values[start:stop]))
        for words, span in spans:
            assert [len(span)] == words["count"]
            assert np.allclose(span.min(axis=0), words["min"])
            assert np.allclose(span.max(axis=0), words["max"])
            assert np.allclose(span.mean(axis=0), words["mean"])
            assert np.allclose(span.std(axis=0), words["std"])
            for key, share in QUANTILES.items():
                assert np.allclose(np.quantile(span, share, axis=0), words[key])


def test_the_same_tables_give_the_same_bytes(made: MadeClips, tmp_path: Path) -> None:
    """Whatever the order in which they came."""
    made.assemble()
    other = MadeClips(tmp_path / "other")
    other.add("a", wandering(7, 1, seed=30))
    other.add("b", wandering(5, 1, 2, seed=1))
    other.add("c", [[hand(1, seed=8)], [], [], [hand(2, "left", seed=9)]])
    other.assemble()

    assert content_of(made.output) == content_of(other.output)


def test_a_second_run_has_nothing_to_do(made: MadeClips) -> None:
    """Until something is wanted otherwise, or a clip is added."""
    assert made.assemble().is_new
    before = content_of(made.output)

    assert Assembled(3, 16, is_new=False) == made.assemble()
    assert before == content_of(made.output)
    assert made.assemble(Wanted(task="wave")).is_new
    made.add("d", wandering(2, 1))
    assert 18 == made.assemble(Wanted(task="wave")).frames


def test_files_and_folders_have_limits(made: MadeClips) -> None:
    """A file ends when the next episode would make it too large, a folder when it is full."""
    made.assemble(Wanted(sizes=Sizes(chunk=2, data=0.001)))

    expected = [(0, 0), (0, 1), (1, 0)]
    listed = episodes_of(made.output)
    assert expected == [(e["data/chunk_index"], e["data/file_index"]) for e in listed]
    lengths = [
        pq.read_metadata(made.output / f"data/chunk-{c:03}/file-{f:03}.parquet").num_rows
        for c, f in expected
    ]
    assert [7, 5, 4] == lengths
    whole = json.loads((made.output / "meta/stats.json").read_text())
    values = [row[LANDMARKS] for row in rows_of(made.output)]
    assert np.allclose(np.quantile(values, 0.1, axis=0), whole[LANDMARKS]["q10"])


def test_many_episodes_are_listed_in_their_order(
    made: MadeClips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a row group of the list."""
    monkeypatch.setattr("knuckle.batch.lerobot.writing.GROUP_EPISODES", 2)

    made.assemble()

    listed = episodes_of(made.output)
    assert [0, 1, 2] == [episode["episode_index"] for episode in listed]
    assert {(0, 0)} == {
        (e["meta/episodes/chunk_index"], e["meta/episodes/file_index"]) for e in listed
    }


def test_what_cannot_be_an_episode_is_left_out(made: MadeClips) -> None:
    """With its reason."""
    made.fail("bad", "/clips/bad.mp4 cannot be opened: invalid data")
    made.add("empty", [], state="empty")

    done = made.assemble()

    assert (3, 16) == (done.episodes, done.frames)
    assert (
        "/clips/bad.mp4: /clips/bad.mp4 cannot be opened: invalid data",
        "/clips/empty.mp4: it has no frame",
    ) == done.left_out


def test_a_clip_that_breaks_off_is_an_episode(made: MadeClips) -> None:
    """What is there of it is as good as any."""
    made.add("d", wandering(6, 1), state="partial", reason="/clips/d.mp4 breaks off")

    assert 4 == made.assemble().episodes


def test_a_clip_with_a_hole_is_left_out(made: MadeClips) -> None:
    """Unless resampling fills it with the frames around."""
    times = [i / 30 for i in (0, 1, 2, 6, 7)]
    made.add("d", wandering(5, 1), times=times, state="partial", reason="3 parts are damaged")

    done = made.assemble()
    filled = made.assemble(Wanted(fps=30))

    assert ("/clips/d.mp4: 3 parts are damaged; --fps 30 would fill the gaps",) == done.left_out
    assert (4, 16 + 8, ()) == (filled.episodes, filled.frames, filled.left_out)


def test_other_rates_are_refused_or_resampled(made: MadeClips) -> None:
    """As asked; the old data set stays where the new one is refused."""
    made.assemble()
    before = content_of(made.output)
    made.add("d", wandering(10, 1), rate=25.0)

    with pytest.raises(BatchError, match=r"d.mp4 has 25 frames per second, and others have 30: "):
        made.assemble()
    assert before == content_of(made.output)

    assert 16 + 12 == made.assemble(Wanted(fps=30)).frames
    assert 30 == json.loads((made.output / "meta/info.json").read_text())["fps"]


def test_resampled_rows_are_those_of_the_nearest_frames(tmp_path: Path) -> None:
    """At a third of the rate, every third frame."""
    made = MadeClips(tmp_path)
    frames = wandering(9, 1)
    made.add("wave", frames)

    made.assemble(Wanted(fps=10))

    rows = rows_of(tmp_path)
    expected = [frames[i][0].landmarks.reshape(-1).tolist() for i in (0, 3, 6)]
    assert expected == [row[LANDMARKS] for row in rows]
    assert np.allclose([0, 0.1, 0.2], [row["timestamp"] for row in rows])


def test_no_episode_at_all(tmp_path: Path) -> None:
    """There is nothing to write, and the reason is said."""
    made = MadeClips(tmp_path)
    made.fail("bad", "it is broken")

    with pytest.raises(BatchError) as caught:
        made.assemble()

    assert "none of the 1 clips can be an episode: /clips/bad.mp4: it is broken" == str(
        caught.value
    )


def test_who_wants_to_stop_can(made: MadeClips) -> None:
    """The data set is the old one then."""
    made.assemble()
    before = content_of(made.output)

    with pytest.raises(Stopped):
        made.assemble(Wanted(task="wave"), is_stopped=lambda: True)

    assert before == content_of(made.output)


def test_each_step_is_told(made: MadeClips) -> None:
    """For a bar."""
    told: list[tuple[str, int]] = []

    made.assemble(tell=lambda what, count: told.append((what, count)))

    assert [("tables read", 3)] * 3 + [("episodes written", 3)] * 3 == told
