"""Manifests -> clips."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from knuckle.batch.clips import Clip
from knuckle.batch.inputs import find_clips
from knuckle.errors import SourceError
from knuckle.geometry.camera import Camera


@pytest.fixture
def clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a.mp4, b.mp4 and three pictures; the current folder is another one."""
    for name in ("a.mp4", "b.mp4", "frames/1.png", "frames/2.png", "frames/10.png"):
        path = tmp_path / "clips" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"abc")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "clips"


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """As people do."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    path.write_text("".join(",".join(line) + "\n" for line in lines))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return f'"{",".join(map(str, value))}"'
    return "" if value is None else str(value)


def write_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """One object a line, without what is not known."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_parquet(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """As pyarrow and polars do."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    pq.write_table(pa.table({c: [row.get(c) for row in rows] for c in columns}), path)


WRITERS = {"csv": write_csv, "jsonl": write_jsonl, "parquet": write_parquet}
Write = Callable[[Path, Sequence[dict[str, Any]]], None]


@pytest.mark.parametrize("ending", WRITERS)
def test_all_columns(ending: str, clips: Path) -> None:
    """Names are relative to the manifest; what is left empty has its default."""
    rows: list[dict[str, Any]] = [
        {"uri": "a.mp4", "start": 1.5, "stop": 3.0, "id": "one", "camera": [600, 600, 320, 240]},
        {"uri": "frames"},
        {"uri": str(clips / "b.mp4"), "start": 2.0},
        {"uri": "../clips/b.mp4", "id": "four"},
    ]
    manifest = clips / f"list.{ending}"
    WRITERS[ending](manifest, rows)

    found = find_clips([f"clips/list.{ending}"])

    frames = tuple(str(clips / "frames" / name) for name in ("1.png", "2.png", "10.png"))
    assert (
        Clip(str(clips / "a.mp4"), "one", 1.5, 3.0, Camera(600, 600, 320, 240), size=3),
        Clip(str(clips / "frames"), pictures=frames, size=9),
        Clip(str(clips / "b.mp4"), start=2.0, size=3),
        Clip(str(clips / "b.mp4"), "four", size=3),
    ) == found.clips
    assert () == found.notes


@pytest.mark.parametrize("ending", WRITERS)
def test_columns_that_mean_nothing_here(ending: str, clips: Path) -> None:
    """They are told once."""
    WRITERS[ending](clips / f"list.{ending}", [{"uri": "a.mp4", "label": "wave", "split": "test"}])

    found = find_clips([f"clips/list.{ending}"])

    name = clips / f"list.{ending}"
    assert (f"{name}: the columns label, split are not used",) == found.notes


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"uri": None, "id": "x"}, "it has no uri"),
        ({"uri": "b.mp4", "start": -1.0}, "start must be 0 or more seconds, not "),
        ({"uri": "b.mp4", "stop": float("inf")}, "stop must be 0 or more seconds, not "),
        ({"uri": "b.mp4", "start": 2.0, "stop": 2.0}, "stop must come after start (2 s), not 2"),
        ({"uri": "b.mp4", "camera": [1, 2, 3]}, "camera must be fx,fy,cx,cy in pixels, not "),
        ({"uri": "b.mp4", "camera": [0, 1, 2, 3]}, "fx must be a focal length above 0 pixels, "),
        ({"uri": "b.mp4", "id": "one"}, "it has the id 'one' of {first}: give each clip its own"),
        ({"uri": "b.mp4", "id": "ONE"}, "its id 'ONE' differs from 'one' of {first} in capitals "),
        ({"uri": "c.mp4"}, "it names the same clip as {second}: give each clip its own id"),
        ({"uri": "."}, "the folder {clips} holds no pictures: name each video in a row"),
    ],
)
def test_a_row_that_makes_no_sense(
    row: dict[str, Any], message: str, ending: str, clips: Path
) -> None:
    """The sentence names the file and the row."""
    rows = [{"uri": "a.mp4", "id": "one"}, {"uri": "c.mp4"}, row]
    WRITERS[ending](clips / f"list.{ending}", rows)
    first, second, third = {
        "csv": ("line 2", "line 3", "line 4"),
        "jsonl": ("line 1", "line 2", "line 3"),
        "parquet": ("row 1", "row 2", "row 3"),
    }[ending]

    with pytest.raises(SourceError) as caught:
        find_clips([f"clips/list.{ending}"])

    expected = message.format(first=first, second=second, clips=clips)
    assert str(caught.value).startswith(f"{clips}/list.{ending}, {third}: {expected}")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "has no column uri, but none: name the column of paths and addresses uri"),
        ("a.csv", "path,id\na.mp4,1\n", "has no column uri, but path, id: rename path to uri"),
        ("a.csv", "uri\n", "lists no clips"),
        ("a.csv", "uri,camera\na.mp4,1,2,3,4\n", ", line 2: 5 cells for 2 columns; a camera goes "),
        ("a.csv", 'uri\n"a.mp4\n', ", line 2: unexpected end of data"),
        ("a.csv", "uri,id\n\na.mp4,1\n\nb.mp4,1\n", ", line 5: it has the id '1' of line 3: "),
        ("a.csv", 'uri,id\n"x\ny.mp4",1\nb.mp4,1\n', ", line 4: it has the id '1' of line 2: "),
        ("a.jsonl", "", "lists no clips"),
        ("a.jsonl", '{"uri": "a.mp4"}\n\n{"uri"', ", line 3: it is no JSON ("),
        ("a.jsonl", '["a.mp4"]', ', line 1: it must be an object such as {"uri": "a.mp4"}'),
        ("a.jsonl", '{"uri": 5}', ", line 1: uri must be a text, not 5"),
        (
            "a.jsonl",
            '{"uri": "a.mp4", "id": true}',
            ", line 1: id must be a text or a whole number",
        ),
        ("a.jsonl", '{"uri": "a.mp4", "start": true}', ", line 1: start must be 0 or more seconds"),
        ("a.jsonl", f'{{"uri": "a.mp4", "start": 1{"0" * 400}}}', ", line 1: start must be 0 or "),
        ("a.jsonl", '{"uri": "a.mp4", "stop": 1e308}', ", line 1: stop must be 0 or more seconds"),
        (
            "a.jsonl",
            f'{{"uri": "a.mp4", "camera": [1{"0" * 400}, 1, 1, 1]}}',
            ", line 1: camera must be fx,fy,cx,cy in pixels, not [1000",
        ),
        ("a.jsonl", '{"uri": "a\\u0000.mp4"}', ", line 1: uri must be a path or an address"),
        ("a.jsonl", '{"uri": "/dev/zero"}', ", line 1: /dev/zero is a camera or another device"),
        ("a.csv", "uri,id,URI \na.mp4,1,b.mp4\n", "has two columns uri: rename one of them"),
        (
            "a.csv",
            f"uri,stop\na.mp4,{'x' * 5000}\n",
            f", line 2: stop must be 0 or more seconds, not '{'x' * 59}...",
        ),
        ("a.parquet", "PAR1", "is no Parquet file that can be read: "),
        ("a.csv", "uri\nx.mp4\ny.mp4\n", "none of the 2 files that "),
    ],
)
def test_a_manifest_that_makes_no_sense(name: str, content: str, message: str, clips: Path) -> None:
    """One sentence says why."""
    (clips / name).write_text(content)

    with pytest.raises(SourceError) as caught:
        find_clips([f"clips/{name}"])

    assert message in str(caught.value)
    assert f"{clips}/{name}" in str(caught.value)


def test_a_file_that_is_missing_fails_alone(clips: Path) -> None:
    """The others are worth their while."""
    (clips / "list.csv").write_text("uri\na.mp4\ngone.mp4\n")

    assert [3, None] == [clip.size for clip in find_clips(["clips/list.csv"]).clips]


@pytest.mark.parametrize(
    "content",
    [
        '\ufeffURI ;id\r\nb.mp4;"5"\r\n',
        "uri\tid\nb.mp4\t5\n",
        '"uri","id"\n"b.mp4","5"\n\n',
        "id,uri\n5,b.mp4",
    ],
)
def test_tables_of_other_programs(content: str, clips: Path) -> None:
    """Spreadsheets write semicolons, marks and line ends of their own."""
    (clips / "list.csv").write_bytes(content.encode())

    assert (Clip(str(clips / "b.mp4"), "5", size=3),) == find_clips(["clips/list.csv"]).clips


def test_pandas_writes_nan_for_nothing(clips: Path) -> None:
    """In Parquet and in JSON."""
    row = {"uri": "a.mp4", "start": float("nan"), "stop": float("nan"), "id": 7}
    write_parquet(clips / "list.parquet", [row])
    write_jsonl(clips / "list.jsonl", [row])

    expected = (Clip(str(clips / "a.mp4"), "7", size=3),)
    assert expected == find_clips(["clips/list.parquet"]).clips
    assert expected == find_clips(["clips/list.jsonl"]).clips


def test_stills_of_a_folder_keep_their_id(clips: Path) -> None:
    """With a number, when there are too many for one clip."""
    for i in range(499):
        (clips / f"frames/{100 + i}.png").touch()
    write_csv(clips / "list.csv", [{"uri": "frames", "id": "all"}, {"uri": "frames/2.png"}])

    found = find_clips(["clips/list.csv"], stills=True).clips

    assert [("all-1of2", 500), ("all-2of2", 2)] == [(c.id, len(c.pictures)) for c in found[:2]]
    assert (str(clips / "frames/2.png"),) == found[2].pictures


def test_undecodable_names(clips: Path) -> None:
    """A name that is no UTF-8 can be listed as it is."""
    path = Path(str(clips / "caf\udce9.mp4"))
    path.write_bytes(b"abc")
    (clips / "list.csv").write_bytes(b"uri\ncaf\xe9.mp4\n")

    (clip,) = find_clips(["clips/list.csv"]).clips

    assert (str(path), 3) == (clip.uri, clip.size)


def test_addresses_are_taken_as_they_are(clips: Path) -> None:
    """Nobody asks each server for each of a million sizes."""
    rows = [{"uri": "memory://in/a b.mp4"}, {"uri": f"file://{clips}/b.mp4"}]
    write_jsonl(clips / "list.jsonl", rows)

    found = find_clips(["clips/list.jsonl"]).clips

    assert [("memory://in/a b.mp4", None), (f"{clips}/b.mp4", 3)] == [
        (c.uri, c.size) for c in found
    ]
