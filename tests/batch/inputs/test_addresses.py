"""Addresses -> clips."""

from __future__ import annotations

import zipfile
from pathlib import Path

import fsspec
import pytest

from knuckle.batch.clips import shown
from knuckle.batch.inputs import find_clips
from knuckle.errors import ExtraMissing, SourceError

NAMES = (
    "2.mp4",
    "10.mp4",
    "my clip é.mov",
    "x/a.webm",
    "x/1.png",
    "x/2.png",
    "notes.txt",
    ".h.mp4",
)


@pytest.fixture(params=["memory", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a folder with videos, pictures and others."""
    if request.param == "memory":
        address = f"memory://{tmp_path.name}"
    else:
        address = request.getfixturevalue("bucket")
    files, path = fsspec.core.url_to_fs(f"{address}/in")
    for name in NAMES:
        files.pipe_file(f"{path}/{name}", b"abc")
    files.pipe_file(f"{path}/out/annotated/a.mp4", b"abc")
    return f"{address}/in"


def test_a_folder(root: str) -> None:
    """Like one on a disk, with sizes from the listing."""
    found = find_clips([root], output=f"{root}/out")

    assert [
        (f"{root}/2.mp4", 3, ()),
        (f"{root}/10.mp4", 3, ()),
        (f"{root}/my clip é.mov", 3, ()),
        (f"{root}/x", 6, (f"{root}/x/1.png", f"{root}/x/2.png")),
        (f"{root}/x/a.webm", 3, ()),
    ] == [(clip.uri, clip.size, clip.pictures) for clip in found.clips]
    assert ("1 file is left out, being neither a video nor a picture (.txt 1)",) == found.notes
    assert found == find_clips([f"{root}/"], output=f"{root}/out/")


def test_patterns(root: str) -> None:
    """Each star matches within a name, two match folders, too."""
    assert [f"{root}/2.mp4", f"{root}/10.mp4"] == [
        c.uri for c in find_clips([f"{root}/*.mp4"]).clips
    ]
    assert [f"{root}/x/a.webm"] == [c.uri for c in find_clips([f"{root}/**/*.webm"]).clips]


def test_a_name_with_brackets_is_no_pattern(root: str) -> None:
    """If there is such a file."""
    files, path = fsspec.core.url_to_fs(root)
    files.pipe_file(f"{path}/clip[1].mp4", b"ab")
    files.pipe_file(f"{path}/clip1.mp4", b"abc")

    assert [2] == [clip.size for clip in find_clips([f"{root}/clip[1].mp4"]).clips]


def test_one_file(root: str) -> None:
    """By its name, with its size."""
    (clip,) = find_clips([f"{root}/my clip é.mov"]).clips

    assert (f"{root}/my clip é.mov", 3) == (clip.uri, clip.size)
    assert clip.stem.startswith("my-clip-")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone", "{root}/gone does not exist"),
        ("*.avi", "{root}/*.avi matches no videos or pictures"),
    ],
)
def test_an_address_that_names_nothing(name: str, message: str, root: str) -> None:
    """One sentence says so."""
    with pytest.raises(SourceError) as caught:
        find_clips([f"{root}/{name}"])

    assert message.format(root=root) == str(caught.value)


def test_access_that_is_denied(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own words are in the sentence."""
    files, _ = fsspec.core.url_to_fs(bucket)

    def deny(*_: object, **__: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(files, "info", deny)
    with pytest.raises(SourceError, match=r"in cannot be listed: access is denied \(Access Denied"):
        find_clips([f"{bucket}/in"])


def test_a_manifest(root: str) -> None:
    """Its names are relative to its own folder."""
    files, path = fsspec.core.url_to_fs(root)
    files.pipe_file(f"{path}/x/list.csv", b"uri,id\n../2.mp4,a\na.webm,\n1.png,b\n")

    found = find_clips([f"{root}/x/list.csv"]).clips

    assert [f"{root}/2.mp4", f"{root}/x/a.webm", f"{root}/x/1.png"] == [clip.uri for clip in found]
    assert ("a", "b") == (found[0].id, found[2].id)


def test_a_manifest_that_is_missing(root: str) -> None:
    """One sentence says so."""
    with pytest.raises(SourceError, match=r"list\.csv cannot be read: it does not exist$"):
        find_clips([f"{root}/list.csv"])


def test_a_package_that_a_manifest_needs(tmp_path: Path) -> None:
    """It is told before the run, not by each clip."""
    (tmp_path / "list.csv").write_text("uri\ngs://bucket/a.mp4\n")

    with pytest.raises(ExtraMissing, match=r"access to gs:// needs .* pip install gcsfs$"):
        find_clips([str(tmp_path / "list.csv")])


def test_the_web(web: str, tmp_path: Path) -> None:
    """A file, or what a page lists."""
    for name in ("1.mp4", "2.mp4"):
        (tmp_path / name).touch()

    assert [f"{web}/1.mp4"] == [clip.uri for clip in find_clips([f"{web}/1.mp4"]).clips]
    listed = [clip.uri for clip in find_clips([f"{web}/"]).clips]
    assert [f"{web}/1.mp4", f"{web}/2.mp4"] == listed
    with pytest.raises(SourceError, match=r"/gone/ does not exist$"):
        find_clips([f"{web}/gone/"])


def test_a_signature_stays_out_of_tables_and_names() -> None:
    """Who has it could read the clip. The clip is still fetched by the whole address."""
    address = "https://me:secret@host/in/a.mp4?X-Amz-Signature=abc#t=1"

    (clip,) = find_clips([address]).clips

    assert address == clip.uri
    assert "https://host/in/a.mp4" == shown(clip.uri)
    assert clip.id.startswith("a-")


@pytest.mark.parametrize("address", ["rtsp://h/s", "rtmp://h/live", "https://h/live.m3u8"])
def test_live_streams_are_refused(address: str) -> None:
    """They have no end."""
    with pytest.raises(SourceError, match=r"and a batch is for recorded clips: knuckle track "):
        find_clips([address])


def test_files_in_an_archive(tmp_path: Path) -> None:
    """Addresses may be chained; members have the whole chain."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("in/a.mp4", b"abc")

    (clip,) = find_clips([f"zip://in/*.mp4::file://{tmp_path}/all.zip"]).clips
    (same,) = find_clips([f"zip://in::file://{tmp_path}/all.zip"]).clips

    assert f"zip://in/a.mp4::file://{tmp_path}/all.zip" == clip.uri
    assert clip == same
