"""A batch from an object store into an object store, as a user types it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import polars
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from knuckle.batch.inputs import find_clips
from knuckle.batch.ledger import read_ledger
from knuckle.batch.stores.store import open_store
from knuckle.cli import main

Knuckle = Callable[..., tuple[int, str]]


@pytest.fixture
def batch(capfd: pytest.CaptureFixture[str]) -> Knuckle:
    """Run `knuckle batch` with one worker; gives the status and what it said."""

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["batch", *arguments, "--workers", "1"])
        out, err = capfd.readouterr()
        return status, out + err

    return run


@pytest.fixture
def clips(bucket: str, tiny_clips: list[Path]) -> list[str]:
    """The addresses of three clips, one with spaces and accents in its name."""
    files, root = fsspec.core.url_to_fs(f"{bucket}/in")
    names = ("a/clip.mp4", "b/clip.mp4", "b/my clip é.mp4")
    for name, path in zip(names, tiny_clips, strict=False):
        files.pipe_file(f"{root}/{name}", path.read_bytes())
    return [f"{bucket}/in/{name}" for name in names]


def footers(output: str) -> dict[str, dict[str, Any]]:
    """The records in the tables of an output, by the addresses of their clips."""
    files, root = fsspec.core.url_to_fs(output)
    found = {}
    for name in files.find(f"{root}/clips"):
        with files.open(name) as file:
            record = json.loads(pq.read_metadata(file).metadata[b"knuckle.clip"])
        found[record["uri"]] = record
    return found


def test_a_folder_to_tables(
    bucket: str, clips: list[str], batch: Knuckle, tiny_clips: list[Path], tmp_path: Path
) -> None:
    """They have the rows that the same files on a disk give, and the next run has nothing to do."""
    output = f"{bucket}/my out"
    status, said = batch(f"{bucket}/in", "-o", output)

    assert 0 == status, said
    done = footers(output)
    assert set(clips) == set(done)
    assert [10, 12, 14] == [done[uri]["frames"] for uri in clips]
    assert [path.stat().st_size for path in tiny_clips[:3]] == [done[uri]["size"] for uri in clips]

    ledger = read_ledger(open_store(output))
    stamps = open_store(output).stamps("clips")
    again, said = batch(f"{bucket}/in", "-o", output)
    assert 0 == again, said
    assert {w.stamp for w in ledger.values()} == set(stamps.values())
    assert stamps == open_store(output).stamps("clips")

    assert 0 == batch(str(tiny_clips[0]), "-o", str(tmp_path / "out"))[0]
    (local,) = (tmp_path / "out" / "clips").iterdir()
    (there,) = (name for name in stamps if "clip-" in name and done[clips[0]]["clip"] in name)
    with open_store(output).open(there) as file:
        remote_rows = pq.read_table(file)
    dropped = ["clip", "source"]  # they have another name there
    assert pq.read_table(local).drop(dropped).equals(remote_rows.drop(dropped))

    read_back(output, rows=remote_rows.num_rows)


def read_back(output: str, rows: int) -> None:
    """Other programs see one data set."""
    files, root = fsspec.core.url_to_fs(output)
    dataset = pyarrow.dataset.dataset(f"{root}/clips", filesystem=files, format="parquet")
    whole = dataset.to_table()
    with files.open(f"{root}/index.parquet") as file:
        index = polars.read_parquet(file.read())

    assert whole.num_rows > rows
    assert whole.num_rows == index["rows"].sum()
    assert ["done"] * 3 == index["state"].to_list()
    names = [f"s3://{name}" for name in files.find(f"{root}/clips")]
    frames = polars.concat(polars.read_parquet(files.cat_file(name)) for name in names)
    assert whole.num_rows == len(frames)


def test_a_manifest_with_a_missing_object(bucket: str, clips: list[str], batch: Knuckle) -> None:
    """The others are done; the missing one is named, and done once it is there."""
    files, root = fsspec.core.url_to_fs(bucket)
    rows = 'uri,stop,id,camera\na/clip.mp4,0.2,one,"150,150,80,60"\nb/gone.mp4,,two,\n'
    files.pipe_file(f"{root}/in/list.csv", rows.encode())
    output = f"{bucket}/out"

    status, said = batch(f"{bucket}/in/list.csv", "-o", output)

    assert 1 == status
    assert re.search(r"gone\.mp4 cannot be fetched: it does not exist", " ".join(said.split()))
    assert [6] == [record["frames"] for record in footers(output).values()]
    assert ["one", "two"] == [clip.id for clip in find_clips([f"{bucket}/in/list.csv"]).clips]

    files.pipe_file(f"{root}/in/b/gone.mp4", files.cat_file(f"{root}/in/b/clip.mp4"))
    status, said = batch(f"{bucket}/in/list.csv", "-o", output, "--retry-failed")

    assert 0 == status, said
    assert {"one", "two"} == {record["clip"] for record in footers(output).values()}


def test_videos_beside(bucket: str, clips: list[str], batch: Knuckle) -> None:
    """They are uploaded, too."""
    status, said = batch(clips[2], "-o", f"{bucket}/out", "--annotated")

    assert 0 == status, said
    (name,) = open_store(f"{bucket}/out").stamps("annotated")
    assert re.fullmatch(r"annotated/my-clip-[0-9a-f]{12}\.mp4", name)


def test_an_output_without_a_bucket(bucket: str, tiny_clips: list[Path], batch: Knuckle) -> None:
    """It is noticed before anything is tracked."""
    status, said = batch(str(tiny_clips[0]), "-o", f"{bucket}-gone/out")

    assert 1 == status
    assert "the bucket does not exist" in " ".join(said.split())
    assert "Traceback" not in said
