"""Stores: a folder, and an address that fsspec knows."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from knuckle.batch.stores import remote_store
from knuckle.batch.stores.remote_store import RemoteStore
from knuckle.batch.stores.store import Store, open_store
from knuckle.errors import ExtraMissing, OutputError
from tests.batch.conftest import forget_connections
from tests.io.files import names_in


@pytest.fixture(params=["folder", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store, empty."""
    if request.param == "folder":
        yield open_store(str(tmp_path / "my out"))
    elif request.param == "memory":
        yield open_store(f"memory://{tmp_path.name}/my out")
    else:
        yield open_store(request.getfixturevalue("bucket") + "/my out")


def test_a_file_is_read_back(store: Store) -> None:
    """In any order; another one takes its place."""
    store.put("clips/a b.parquet", b"old")
    stamp = store.put("clips/a b.parquet", b"abcdef")

    with store.open("clips/a b.parquet") as file:
        file.seek(-2, io.SEEK_END)
        assert (b"ef", 6) == (file.read(), file.tell())
        file.seek(1)
        assert b"bc" == file.read(2)
    assert {"clips/a b.parquet": stamp} == store.stamps("clips")
    assert 6 == stamp.size


def test_stamps_tell_versions_apart(store: Store) -> None:
    """Also of the same size."""
    old = store.put("clips/a.parquet", b"abc")
    time.sleep(0.01)  # a clock of a file system ticks
    new = store.put("clips/a.parquet", b"abd")

    assert old != new
    assert {"clips/a.parquet": new} == store.stamps("clips")


def test_only_files_of_the_folder_itself_are_listed(store: Store) -> None:
    """No folder is no file."""
    store.put("clips/a.parquet", b"a")
    store.put("clips/.hidden", b"b")
    store.put("clips/within/c.parquet", b"c")
    store.put("index.parquet", b"d")

    assert ["clips/a.parquet"] == list(store.stamps("clips"))
    assert {} == store.stamps("parts")


def test_a_missing_file_is_an_oserror(store: Store) -> None:
    """Whatever the store calls it."""
    store.put("clips/a.parquet", b"a")

    with pytest.raises(OSError):
        store.open("clips/b.parquet")


def test_files_are_removed(store: Store) -> None:
    """Twice is fine."""
    store.put("parts/a.parquet", b"a")
    store.remove("parts/a.parquet")
    store.remove("parts/a.parquet")

    assert {} == store.stamps("parts")


def test_a_log_grows(store: Store) -> None:
    """It is all there after a flush."""
    for i in range(5):
        store.append("status/000001-1of1.jsonl", f"{i} é\n")
    store.flush()

    assert ["status/000001-1of1.jsonl"] == list(store.stamps("status"))
    with store.open("status/000001-1of1.jsonl") as file:
        assert "0 é\n1 é\n2 é\n3 é\n4 é\n" == file.read().decode()


def test_a_long_log_in_an_object_store_has_segments(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or else it would be written in full again and again. Their names come in order."""
    monkeypatch.setattr(remote_store, "SEGMENT_BYTES", 8)
    monkeypatch.setattr(remote_store, "FLUSH_SECONDS", 0)
    store = open_store(bucket)
    for i in range(5):
        store.append("status/000001-1of1.jsonl", f"line {i}\n")
    store.flush()

    names = sorted(store.stamps("status"))

    assert [
        *("status/000001-1of1.jsonl", "status/000001-1of1_0001.jsonl"),
        "status/000001-1of1_0002.jsonl",
    ] == names
    assert [f"line {i}" for i in range(5)] == [
        line for name in names for line in store.open(name).read().decode().splitlines()
    ]


def test_a_log_is_not_written_for_every_clip(bucket: str) -> None:
    """A request for each of a million clips would cost more than the tables."""
    store = open_store(bucket)
    store.append("status/1.jsonl", "a\n")
    for _ in range(100):
        store.append("status/1.jsonl", "b\n")

    assert 2 == store.stamps("status")["status/1.jsonl"].size
    store.flush()
    assert 202 == store.stamps("status")["status/1.jsonl"].size


def test_a_large_file_is_there_after_the_block(store: Store) -> None:
    """And nothing else is left anywhere."""
    with store.target("annotated/a b.mp4") as path:
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"video")

    assert 5 == store.stamps("annotated")["annotated/a b.mp4"].size
    assert [] == left_behind()


def left_behind() -> list[str]:
    """Temporary folders of this process."""
    return [name for name in names_in(Path(tempfile.gettempdir())) if name in _made]


_made: list[str] = []


@pytest.fixture(autouse=True)
def note_temporary_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Note the names of the temporary folders that a test makes."""
    make = tempfile.mkdtemp

    def noted(*arguments: Any, **named: Any) -> str:
        folder = make(*arguments, **named)
        _made.append(Path(folder).name)
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", noted)


def test_a_large_file_that_failed_is_not_there(bucket: str) -> None:
    """Half of it would look like all of it."""
    store = open_store(bucket)
    with suppress(ZeroDivisionError), store.target("annotated/a.mp4") as path:
        path.write_bytes(b"vid")
        raise ZeroDivisionError

    assert {} == store.stamps("annotated")
    assert [] == left_behind()


def test_what_a_killed_process_left_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing of one that lives."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(remote_store, "_SETTLED", -1.0)
    code = (
        "import os, signal, sys, tempfile\n"
        "tempfile.tempdir = sys.argv[1]\n"
        "from knuckle.batch.stores.store import open_store\n"
        "with open_store('memory://out').target('annotated/a.mp4') as path:\n"
        "    path.write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    store = open_store("memory://out")
    with store.target("annotated/b.mp4") as path:
        mine = path.parent.name
        store.clean()
        left = names_in(tmp_path)

    assert -signal.SIGKILL == died.returncode
    assert [mine] == left
    assert [] == names_in(tmp_path)


def test_a_file_is_no_output(tmp_path: Path) -> None:
    """It would be lost."""
    (tmp_path / "out.csv").touch()

    with pytest.raises(OutputError, match=r"out\.csv is a file: name a folder for the output"):
        open_store(str(tmp_path / "out.csv"))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Told before anything is tracked."""
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"^cannot write .*file/out/status/1\.jsonl: "):
        open_store(str(tmp_path / "file" / "out")).append("status/1.jsonl", "")


def test_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell does not resolve ~ after an equals sign."""
    monkeypatch.setenv("HOME", str(tmp_path))
    open_store("~/out").put("index.parquet", b"a")

    assert ["index.parquet"] == names_in(tmp_path / "out")


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("", "the output is empty: "),
        ("https://host/out", "https://host/out cannot be written to: name a folder, or an "),
        ("xyz://out", "xyz://out cannot be reached: protocol not known: xyz"),
    ],
)
def test_an_address_that_is_no_output(output: str, message: str) -> None:
    """One sentence says why."""
    with pytest.raises(OutputError) as caught:
        open_store(output)

    assert str(caught.value).startswith(message)


def test_a_missing_bucket(bucket: str) -> None:
    """None is made: the name may be mistyped."""
    store = open_store(bucket + "-gone/out")

    with pytest.raises(OutputError, match=r"^cannot list s3://.*: the bucket does not exist$"):
        store.stamps("clips")
    with pytest.raises(OutputError, match=r"^cannot write s3://.*: the bucket does not exist$"):
        store.append("status/1.jsonl", "")


def test_no_credentials(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says where they are looked for."""
    forget_connections()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(OutputError, match=r"no credentials were found: set AWS_ACCESS_KEY_ID and "):
        open_store(bucket).append("status/1.jsonl", "")
    forget_connections()


@pytest.fixture
def failing(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception, int], Store]:
    """A store whose next requests to write fail; there are no pauses."""
    store = open_store(bucket)
    assert isinstance(store, RemoteStore)
    write = store._files.pipe_file
    monkeypatch.setattr(remote_store, "PAUSES", (0.0, 0.0))

    def fail_with(error: Exception, times: int) -> Store:
        left = [error] * times

        def fail(*arguments: Any) -> None:
            if left:
                raise left.pop()
            write(*arguments)

        monkeypatch.setattr(store._files, "pipe_file", fail)
        return store

    return fail_with


@pytest.mark.parametrize(
    ("error", "times", "message"),
    [
        (PermissionError("Access Denied"), 1, "access is denied (Access Denied)"),
        (OSError(28, "No space left on device"), 3, "no space left on device"),
        (ConnectionError("Connection reset"), 3, "connection reset"),
        (ValueError("what a package raises"), 3, "what a package raises"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(
    error: Exception, times: int, message: str, failing: Callable[[Exception, int], Store]
) -> None:
    """With the name of the file, and with an error of the system behind it, which ends the run."""
    with pytest.raises(OutputError) as caught:
        failing(error, times).put("clips/a.parquet", b"a")

    assert str(caught.value).startswith("cannot write s3://bucket-")
    assert str(caught.value).endswith(f"/clips/a.parquet: {message}")
    assert isinstance(caught.value.__cause__, OSError)


def test_a_network_that_fails_for_a_moment(failing: Callable[[Exception, int], Store]) -> None:
    """It does not end a run."""
    store = failing(ConnectionError("Connection reset"), 2)
    stamp = store.put("clips/a.parquet", b"a")

    assert {"clips/a.parquet": stamp} == store.stamps("clips")


@pytest.mark.parametrize(
    ("protocol", "package", "command"),
    [
        ("s3", "s3fs", "s3"),
        ("gs", "gcsfs", "pip install gcsfs"),
        ("abfs", "adlfs", "pip install adlfs"),
    ],
)
def test_a_missing_package_is_named(
    protocol: str, package: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the line to type."""
    monkeypatch.setitem(sys.modules, package, None)
    known: Any = sys.modules["fsspec.registry"]
    monkeypatch.delitem(known._registry, protocol, raising=False)

    with pytest.raises(ExtraMissing) as caught:
        open_store(f"{protocol}://bucket/out")

    assert str(caught.value).startswith(f"access to {protocol}:// needs an optional package: ")
    assert command in str(caught.value)


@pytest.mark.parametrize("name", ["clips", "status", "parts", "annotated"])
def test_a_file_in_place_of_a_folder_is_told_before_the_work(tmp_path: Path, name: str) -> None:
    """Hours of tracking would be lost."""
    (tmp_path / name).write_text("mine")

    with pytest.raises(OutputError, match=f"{name} is a file: name another folder"):
        open_store(str(tmp_path))


def test_a_link_that_leads_nowhere_is_no_output(tmp_path: Path) -> None:
    """Perhaps a disk is not there."""
    (tmp_path / "clips").symlink_to(tmp_path / "away")

    with pytest.raises(OutputError, match="clips is a link that leads nowhere"):
        open_store(str(tmp_path))


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    """In a sentence that names it."""
    with pytest.raises(OutputError, match="aaa: file name too long"):
        open_store(str(tmp_path / ("a" * 300)))
