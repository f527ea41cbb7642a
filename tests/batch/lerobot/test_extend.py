"""A LeRobot data set with the hands in its videos."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from knuckle.batch.jobs import Order, Track
from knuckle.batch.lerobot.assemble import Assembled
from knuckle.batch.lerobot.dataset import lerobot_clips, read_dataset
from knuckle.batch.lerobot.extend import extend
from knuckle.batch.lerobot.features import described
from knuckle.batch.lerobot.folder import store_of
from knuckle.batch.lerobot.videos import Stopped
from knuckle.batch.worker import Worker
from knuckle.errors import BatchError, SourceError
from knuckle.values import Hand, ImageArray
from tests.batch.lerobot.made_datasets import TOP, WRIST, write_dataset
from tests.batch.lerobot.made_tables import (
    RECIPE,
    MadeClips,
    content_of,
    episodes_of,
    rows_of,
    wandering,
)
from tests.batch.made_clips import moving_hand
from tests.io.files import greys

LENGTHS = (5, 4, 8)
TOP_LANDMARKS = "observation.hands.top.hand_1.landmarks"
WRIST_LANDMARKS = "observation.hands.wrist_view.hand_0.landmarks"


class Extension:
    """A data set of others, and tables of its clips."""

    def __init__(self, folder: Path, output: Path) -> None:
        pictures = [greys(length) for length in LENGTHS]
        self.source = write_dataset(folder, pictures, cameras=(TOP, WRIST))
        self.made = MadeClips(output)
        self.hands: dict[str, list[list[Hand]]] = {}
        for i, clip in enumerate(lerobot_clips(folder)):
            # The first hand has slot 1, the second slot 0.
            self.hands[clip.id] = wandering(
                LENGTHS[i // 2], 2, *([4] if i % 2 else []), seed=40 * i
            )
            self.made.add(clip.id, self.hands[clip.id])

    def extend(self, **options: object) -> Assembled:
        """Write the data set with hands."""
        made = self.made
        dataset = read_dataset(self.source)
        known = (made.ledger, made.recipe, made.store, made.output)
        return extend(dataset, *known, **options)  # type: ignore[arg-type]


@pytest.fixture
def extension(tmp_path: Path) -> Extension:
    """Three episodes of two cameras."""
    return Extension(tmp_path / "push", tmp_path / "hands")


def test_each_row_has_the_hands_of_its_frame(extension: Extension) -> None:
    """Of each camera, from the first frame of an episode to the last."""
    assert Assembled(3, 17) == extension.extend()

    rows = rows_of(extension.made.output)
    assert 17 == len(rows)
    for row in rows:
        start = f"push/{row['episode_index']:06d}"
        top = extension.hands[f"{start}/top"][row["frame_index"]]
        wrist = extension.hands[f"{start}/wrist_view"][row["frame_index"]]
        assert top[0].landmarks.reshape(-1).tolist() == row[TOP_LANDMARKS]
        assert wrist[1].landmarks.reshape(-1).tolist() == row[WRIST_LANDMARKS]


def test_what_was_there_stays(extension: Extension) -> None:
    """Columns, statistics, tasks, texts, and the videos, which take no more room."""
    extension.extend()

    before, after = extension.source, extension.made.output
    data = "data/chunk-000/file-000.parquet"
    names = pq.read_schema(before / data).names
    assert pq.read_table(before / data).equals(pq.read_table(after / data, columns=names))
    listed = "meta/episodes/chunk-000/file-000.parquet"
    names = pq.read_schema(before / listed).names
    assert pq.read_table(before / listed).equals(pq.read_table(after / listed, columns=names))
    for name in ("README.md", "meta/tasks.parquet"):
        assert (before / name).read_bytes() == (after / name).read_bytes()
    for key in (TOP, WRIST):
        video = f"videos/{key}/chunk-000/file-000.mp4"
        assert (before / video).samefile(after / video)
    for name in ("info", "stats"):
        old, new = (
            json.loads((folder / f"meta/{name}.json").read_text()) for folder in (before, after)
        )
        old_features, new_features = old.pop("features", old), new.pop("features", new)
        assert old_features.items() <= new_features.items()
        assert old_features is old or old == new


def test_new_columns_are_described(extension: Extension) -> None:
    """In the description, in the note that `datasets` reads, and by their statistics."""
    extension.extend()

    output = extension.made.output
    ours = described(2, "top") | described(2, "wrist_view")
    info = json.loads((output / "meta/info.json").read_text())
    assert ours.items() <= info["features"].items()
    schema = pq.read_schema(output / "data/chunk-000/file-000.parquet")
    assert set(ours) < set(schema.names)
    noted = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert {"action", *ours} == set(noted)
    rows = rows_of(output)
    values = np.array([row[TOP_LANDMARKS] for row in rows])
    statistics = json.loads((output / "meta/stats.json").read_text())[TOP_LANDMARKS]
    assert [17] == statistics["count"]
    assert np.allclose(np.quantile(values, 0.9, axis=0), statistics["q90"])
    listed = episodes_of(output)
    assert np.allclose(values[5:9].mean(axis=0), listed[1][f"stats/{TOP_LANDMARKS}/mean"])


def test_each_episode_has_its_row_group(extension: Extension) -> None:
    """Also where the data set had them all in one."""
    extension.extend()

    metadata = pq.read_metadata(extension.made.output / "data/chunk-000/file-000.parquet")
    assert [*LENGTHS] == [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]


def test_a_second_run_has_nothing_to_do(extension: Extension) -> None:
    """Until the data set or a table changes."""
    extension.extend()
    before = content_of(extension.made.output)

    assert not extension.extend().is_new
    assert before == content_of(extension.made.output)
    data = extension.source / "data/chunk-000/file-000.parquet"
    pq.write_table(pq.read_table(data), data, compression="gzip")
    assert extension.extend().is_new


def test_hands_may_be_added_twice(extension: Extension, tmp_path: Path) -> None:
    """The columns of the first time make way."""
    extension.extend()
    first = extension.made.output
    second = MadeClips(tmp_path / "again")
    for clip in lerobot_clips(first):
        second.add(clip.id, extension.hands[clip.id.replace("hands/", "push/")])

    known = (second.ledger, second.recipe, second.store, second.output)
    extend(read_dataset(first), *known)

    assert rows_of(first) == rows_of(second.output)
    assert (first / "meta/info.json").read_bytes() == (
        second.output / "meta/info.json"
    ).read_bytes()


def test_too_few_frames(extension: Extension) -> None:
    """The episode is named, and the old data set stays."""
    clip = "push/000001/wrist_view"
    written = extension.made.ledger[clip]
    record = replace(written.record, frames=3, state="partial", reason="it breaks off")
    extension.made.ledger[clip] = replace(written, record=record)

    with pytest.raises(BatchError) as caught:
        extension.extend()

    assert str(caught.value) == (
        f"{extension.source}: episode 1 has 4 frames, and the video of camera wrist_view has 3 of "
        "them: it breaks off"
    )
    assert {} == content_of(extension.made.output)


def test_a_clip_that_failed(extension: Extension) -> None:
    """A row without hands would look like one in which none were seen."""
    clip = "push/000002/top"
    written = extension.made.ledger[clip]
    record = replace(written.record, state="failed", reason="it took too long")
    extension.made.ledger[clip] = replace(written, record=record)

    with pytest.raises(BatchError) as caught:
        extension.extend()

    assert str(caught.value) == (
        f"{extension.source}: the hands of camera top in episode 2 are not known, and every row "
        "needs them: it took too long"
    )


def test_rows_that_do_not_fit_the_list(extension: Extension) -> None:
    """A damaged data set is not made worse."""
    data = extension.source / "data/chunk-000/file-000.parquet"
    table = pq.read_table(data)

    pq.write_table(table.slice(0, 16), data)
    with pytest.raises(SourceError, match="has 7 rows of episode 2, which has 8 frames by"):
        extension.extend()
    pq.write_table(table.slice(0, 9), data)
    with pytest.raises(SourceError, match=r"push has no rows of episode 2$"):
        extension.extend()
    pq.write_table(table.slice(1), data)
    with pytest.raises(SourceError, match=r"the frames of episode 0 are not in order$"):
        extension.extend()


def test_who_wants_to_stop_can(extension: Extension) -> None:
    """There is no data set then."""
    with pytest.raises(Stopped):
        extension.extend(is_stopped=lambda: True)

    assert {} == content_of(extension.made.output)


def test_from_pictures_to_rows(tmp_path: Path, open_palm: ImageArray, no_hands: ImageArray) -> None:
    """Where the second episode shows no hand, its rows have none, from the first to the last."""
    episodes = [moving_hand(open_palm, 6), moving_hand(no_hands, 5), moving_hand(open_palm, 7, 2)]
    source = write_dataset(tmp_path / "wave", episodes)
    output = tmp_path / "hands"
    worker = Worker(Order(RECIPE, store_of(str(output))))
    ledger = {}
    for clip in lerobot_clips(source):
        (ledger[clip.id],) = worker(Track((clip,)))

    made = MadeClips(output)
    extend(read_dataset(source), ledger, RECIPE, made.store, output)

    seen = [
        max(row[f"observation.hands.top.hand_{slot}.presence"] for slot in (0, 1))
        for row in rows_of(output)
    ]
    assert [1] * 6 + [0] * 5 + [1] * 7 == seen
