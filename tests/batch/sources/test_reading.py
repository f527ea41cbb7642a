"""The frames of clips, and the bytes that they come from."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
import numpy as np
import pytest

from knuckle.batch.clips import Clip
from knuckle.batch.recipe import Recipe
from knuckle.batch.sources import fetching, reading
from knuckle.batch.sources.fetching import fetch
from knuckle.batch.sources.reading import Problems, opened, span_of
from knuckle.errors import OutputError, SourceError
from knuckle.io.pictures import write_picture
from knuckle.values import ImageArray
from tests.io.files import greys, names_in, quadrants, write_clip

RECIPE = Recipe()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames. Do not change the file."""
    return write_clip(tmp_path_factory.mktemp("video") / "a.mp4", greys(12))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(fetching, "PAUSES", (0.0, 0.0))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def upload(path: Path, address: str) -> Clip:
    """A clip at an address with the content of a file."""
    files, there = fsspec.core.url_to_fs(address)
    files.pipe_file(there, path.read_bytes())
    return Clip(address)


def frames_of(clip: Clip) -> tuple[list[ImageArray], list[int], str, int]:
    """The pictures, their numbers, the checksum and the size of a clip."""
    with opened(clip, RECIPE) as (source, content):
        frames = list(source)
    return [f.image for f in frames], [f.index for f in frames], content.sha256, content.size


def assert_same(clip: Clip, other: Clip) -> None:
    """Two clips have the same frames and the same bytes."""
    (images, *rest), (other_images, *other_rest) = frames_of(clip), frames_of(other)
    assert rest == other_rest
    np.testing.assert_array_equal(images, other_images)


def test_the_checksum_is_that_of_the_file(video: Path) -> None:
    """So that people can compare it with their own."""
    data = video.read_bytes()

    _, indices, digest, size = frames_of(Clip(str(video)))

    assert (hashlib.sha256(data).hexdigest(), len(data)) == (digest, size)
    assert list(range(12)) == indices


@pytest.mark.parametrize(
    "name",
    ["a b é.mp4", "👋.mp4", "a:b.mp4", "new\nline.mp4", "bad\udcff.mp4", "100%d.mp4", "-i.mp4"],
)
def test_names_of_all_kinds(name: str, video: Path, tmp_path: Path) -> None:
    """Whatever the system allows can be read."""
    path = tmp_path / name
    shutil.copy(video, path)

    assert_same(Clip(str(video)), Clip(str(path)))


def test_a_clip_at_an_address(video: Path, tmp_path: Path) -> None:
    """It has the same frames and the same bytes."""
    clip = upload(video, f"memory://{tmp_path.name}/my clip é.mp4")

    assert_same(Clip(str(video)), clip)


def test_a_clip_in_an_object_store_is_one_request(
    video: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For its bytes, after one for its size: requests cost money and time."""
    clip = upload(video, f"{bucket}/my clip é.mp4")
    files, _ = fsspec.core.url_to_fs(bucket)
    call, asked = files._call_s3, []

    async def noted(method: str, *arguments: Any, **named: Any) -> Any:
        asked.append(method)
        return await call(method, *arguments, **named)

    monkeypatch.setattr(files, "_call_s3", noted)
    assert_same(Clip(str(video)), clip)

    assert ["head_object", "get_object"] == asked


def test_a_clip_in_the_web(
    video: Path, web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that is larger than a block, of a server that sends files as a whole only."""
    monkeypatch.setattr(fetching, "BLOCK_BYTES", 1000)
    shutil.copy(video, tmp_path / "my clip é.mp4")

    assert_same(Clip(str(video)), Clip(f"{web}/my clip é.mp4?signature=1"))
    with pytest.raises(SourceError, match=r"/gone\.mp4 cannot be fetched: it does not exist$"):
        frames_of(Clip(f"{web}/gone.mp4?signature=1"))


def test_pieces_of_one_video_are_fetched_once(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour with a thousand signs would be fetched a thousand times. Nobody shares a file."""
    address = upload(video, f"memory://{tmp_path.name}/a.mp4").uri
    fetched: list[str] = []

    def noted(address: str, *arguments: Any) -> Any:
        fetched.append(address)
        return fetch(address, *arguments)

    monkeypatch.setattr(reading, "fetch", noted)
    pieces = [Clip(address, start=i / 10, stop=i / 10 + 0.1) for i in range(4)]
    local = [Clip(str(video), start=i / 10, stop=i / 10 + 0.1) for i in range(4)]
    for piece, same in zip(pieces, local, strict=True):
        assert_same(same, piece)
    assert [address] == fetched

    with opened(pieces[0], RECIPE) as (source, _), opened(pieces[1], RECIPE) as (other, _):
        assert [0, 3, 1, 4] == [next(each).index for each in (source, other, source, other)]
    assert [address] * 2 == fetched
    assert_same(Clip(str(video)), Clip(address))
    assert [address] * 2 == fetched
    assert {} == reading._kept


def test_nothing_is_left_if_the_worker_is_killed(
    video: Path, tmp_path: Path, temporary: Path
) -> None:
    """What was fetched has no name, so it ends with the process."""
    clip = upload(video, f"memory://{tmp_path.name}/a.mp4")

    with opened(clip, RECIPE) as (source, _):
        assert 12 == len(list(source))
        assert [] == names_in(temporary)


@pytest.mark.parametrize("address", ["memory://{}/gone.mp4", "s3", "{}/gone.mp4"])
def test_a_clip_that_is_missing(
    address: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """One sentence says so, at once."""
    if address == "s3":
        address = f"{request.getfixturevalue('bucket')}/gone.mp4"
    address = address.format(tmp_path.name if "://" in address else tmp_path)

    with pytest.raises(SourceError, match=r"gone\.mp4 (cannot be fetched: it )?does not exist$"):
        frames_of(Clip(address))


class Flaky:
    """An fsspec file system whose files cannot be opened or break off so many times."""

    def __init__(self, data: bytes, faults: Sequence[Exception | int]) -> None:
        self.data = data
        self.faults = list(faults)

    def invalidate_cache(self, path: str) -> None:
        """Nothing is kept."""

    def open(self, *_: object, **__: object) -> BinaryIO:
        """A file. A fault that is a number is where it breaks off."""
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        file: Any = io.BytesIO(self.data[:fault])
        wrapped: Any = io.BufferedReader(file)
        wrapped.size = len(self.data)
        there: BinaryIO = wrapped
        return there


Fetch = Callable[[Sequence[Exception | int]], bytes]


@pytest.fixture
def fetch_with(monkeypatch: pytest.MonkeyPatch) -> Fetch:
    """Fetch 3 MB after "before" with faults on the way; returns the file."""
    data = os.urandom(3 << 20)

    def fetch_here(faults: Sequence[Exception | int]) -> bytes:
        flaky = Flaky(data, faults)
        monkeypatch.setattr(fetching, "file_system", lambda address: (flaky, address))
        file = io.BytesIO()
        file.write(b"before")
        alive: list[None] = []
        size, digest = fetch("s3://b/a.mp4", file, hashlib.sha256(b"x"), lambda: alive.append(None))
        assert (len(data), hashlib.sha256(b"x" + data).digest()) == (size, digest.digest())
        assert len(alive) >= 3
        assert data == file.getvalue()[6:]
        return file.getvalue()

    return fetch_here


def test_a_network_that_fails_for_a_moment(fetch_with: Fetch) -> None:
    """The file is fetched again from its beginning."""
    assert fetch_with([]).startswith(b"before")
    fetch_with([ConnectionError("reset"), 1 << 20])
    fetch_with([0, 2 << 20])


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ([OSError("down")] * 3, "s3://b/a.mp4 cannot be fetched: down"),
        ([ValueError("Odd")] * 3, "s3://b/a.mp4 cannot be fetched: odd"),
        ([5, 5, 5], "s3://b/a.mp4 cannot be fetched: it broke off after 5 of 3145728 bytes"),
        ([PermissionError("No")], "s3://b/a.mp4 cannot be fetched: access is denied (No)"),
        ([FileNotFoundError()], "s3://b/a.mp4 cannot be fetched: it does not exist"),
    ],
)
def test_a_clip_that_cannot_be_fetched(
    faults: list[Exception | int], message: str, fetch_with: Fetch
) -> None:
    """It fails with a sentence, at once if another try would not help."""
    with pytest.raises(SourceError) as caught:
        fetch_with(faults)

    assert message == str(caught.value)


def test_no_room_for_what_is_fetched(fetch_with: Fetch) -> None:
    """That ends a run: there is no room for other clips either."""
    with pytest.raises(
        OutputError, match=r"^there is no room for s3://b/a\.mp4 in .*TMPDIR$"
    ) as caught:
        fetch_with([OSError(errno.ENOSPC, "No space left on device")])

    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("change", [b"more", None])
def test_a_file_that_changes_while_it_is_read(
    change: bytes | None, video: Path, tmp_path: Path
) -> None:
    """Its table and its checksum would be of different versions."""
    path = Path(shutil.copy(video, tmp_path / "a.mp4"))

    def read() -> None:
        with opened(Clip(str(path)), RECIPE) as (source, _):
            next(source)
            if change is None:
                os.utime(path, ns=(1, 1))
            else:
                with path.open("ab") as file:
                    file.write(change)

    with pytest.raises(SourceError, match=r"a\.mp4 was changed while it was read: try again "):
        read()


def test_a_file_that_is_deleted_after_it_was_read(video: Path, tmp_path: Path) -> None:
    """It was there long enough."""
    path = Path(shutil.copy(video, tmp_path / "a.mp4"))

    with opened(Clip(str(path)), RECIPE) as (source, _):
        assert 12 == len(list(source))
        path.unlink()


def test_the_checksum_of_a_file_is_made_once(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A video may be a thousand clips."""
    path = Path(shutil.copy(video, tmp_path / "a.mp4"))
    hash_file, hashed = reading._hash, []

    def noted(path: str, *arguments: Any) -> None:
        hashed.append(path)
        hash_file(path, *arguments)

    monkeypatch.setattr(reading, "_hash", noted)
    digests = [frames_of(Clip(str(path), start=start))[2] for start in (0.0, 0.1, 0.2)]
    with path.open("ab") as file:
        file.write(b"more")
    changed = frames_of(Clip(str(path)))[2]

    assert 1 == len(set(digests))
    assert changed == hashlib.sha256(path.read_bytes()).hexdigest() != digests[0]
    assert [str(path)] * 2 == hashed


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Four pictures: the second is none, the third is missing."""
    paths = [tmp_path / f"{i}.png" for i in range(4)]
    for path in (paths[0], paths[3]):
        write_picture(path, quadrants())
    paths[1].write_bytes(b"no picture")
    return paths


@pytest.mark.parametrize("where", ["disk", "memory", "s3"])
def test_pictures_that_cannot_be_read(
    where: str, pictures: list[Path], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """They are told, and the others go on; the checksum is of the bytes that are there."""
    folder = {"disk": str(tmp_path), "memory": f"memory://{tmp_path.name}"}.get(where)
    folder = folder or request.getfixturevalue("bucket")
    if where != "disk":
        for path in pictures:
            if path.exists():
                upload(path, f"{folder}/{path.name}")
    clip = Clip(folder, pictures=tuple(f"{folder}/{path.name}" for path in pictures))
    problems = Problems()

    with opened(clip, RECIPE) as (source, content):
        frames = list(problems.readable(source))

    data = b"".join(path.read_bytes() for path in pictures if path.exists())
    assert (len(data), hashlib.sha256(data).hexdigest()) == (content.size, content.sha256)
    assert [0, 3] == [frame.index for frame in frames]
    assert f"{folder}/3.png" == frames[1].source
    np.testing.assert_array_equal(quadrants(), frames[1].image)
    assert f"{folder}/1.png is not a picture in a format that can be read; 1 more like it" == (
        problems.reason
    )


def test_pictures_that_change_while_they_are_read(pictures: list[Path]) -> None:
    """Also those that were read before."""
    clip = Clip(str(pictures[0].parent), pictures=(str(pictures[0]), str(pictures[3])))

    def read() -> None:
        with opened(clip, RECIPE) as (source, _):
            list(source)
            os.utime(pictures[0], ns=(1, 1))

    with pytest.raises(SourceError, match=r"0\.png was changed while it was read"):
        read()


def test_a_clip_that_begins_at_0_does_so_whatever_the_others_do() -> None:
    """A manifest may say 0, and the command another start for clips that say nothing."""
    later = Recipe(start=2.0)

    assert 0.0 == span_of(Clip("a.mp4", start=0.0), later).start
    assert 2.0 == span_of(Clip("a.mp4"), later).start
    with pytest.raises(SourceError, match="from 2 s to 1 s: the end must come after the start"):
        span_of(Clip("a.mp4", stop=1.0), later)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_is_no_clip() -> None:
    """It has no end."""
    with (
        pytest.raises(SourceError, match="/dev/zero is no file but a folder, a pipe or a device"),
        opened(Clip("/dev/zero"), RECIPE),
    ):
        pass
