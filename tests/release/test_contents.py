"""What may be in the files that are released, and what must."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from knuckle.graph.library import GRAPHS, SUBGRAPHS
from release.__main__ import network_hashes
from release.command import ReleaseError
from release.contents import check_sdist, check_wheel, tracked_files, wheel_names
from tests.conftest import ROOT

BUILD = {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE", "CHANGELOG.md"}
TRACKED = BUILD | {"src/knuckle/api.py", "weights/build.py", "scripts/release"}
FILES = ["palm.tflite", "palm.onnx"]
HASHES = {"palm": hashlib.sha256(b"palm").hexdigest()}
PROVENANCE = json.dumps({"files": {"palm": {"sha256": HASHES["palm"]}}})


def wheel_files() -> dict[str, str]:
    """A wheel that is whole: name -> contents."""
    files = dict.fromkeys(wheel_names(TRACKED, FILES, "0.2.0"), "")
    weights = {"knuckle/weights/palm.tflite": "palm"}
    return files | weights | {"knuckle/weights/PROVENANCE.json": PROVENANCE}


def write_wheel(folder: Path, files: dict[str, str]) -> Path:
    """A wheel of files."""
    with zipfile.ZipFile(folder / "knuckle.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return folder / "knuckle.whl"


def write_sdist(folder: Path, names: set[str]) -> Path:
    """A source distribution of empty files."""
    with tarfile.open(folder / "knuckle.tar.gz", "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(f"knuckle-0.2.0/{name}"), io.BytesIO())
    return folder / "knuckle.tar.gz"


def test_a_whole_wheel_passes(tmp_path: Path) -> None:
    """The package, both forms of each network, licences and provenance."""
    check_wheel(write_wheel(tmp_path, wheel_files()), TRACKED, FILES, HASHES, "0.2.0")


@pytest.mark.parametrize(
    "name",
    [
        "knuckle/api.py",
        "knuckle/py.typed",
        "knuckle/weights/palm.onnx",
        "knuckle/weights/palm.tflite",
        "knuckle/weights/LICENSE",
        "knuckle/weights/PROVENANCE.json",
        "knuckle/serve/page/index.html",
        "knuckle/graph/page/viewer.js",
        "knuckle/graph/page/LICENSES.txt",
        "knuckle-0.2.0.dist-info/licenses/NOTICE",
    ],
)
def test_a_wheel_that_lacks_a_file_is_refused(tmp_path: Path, name: str) -> None:
    """The message names the file."""
    files = wheel_files()
    del files[name]

    with pytest.raises(ReleaseError, match=f"^the wheel lacks {name}$"):
        check_wheel(write_wheel(tmp_path, files), TRACKED, FILES, HASHES, "0.2.0")


@pytest.mark.parametrize("name", ["tests/test_api.py", "knuckle/scratch.py", "knuckle/weights/x"])
def test_a_stray_file_in_a_wheel_is_refused(tmp_path: Path, name: str) -> None:
    """Tests, what somebody left in the package's folder, or another network."""
    with pytest.raises(ReleaseError, match=f"the wheel holds {name}, which git does not know"):
        check_wheel(
            write_wheel(tmp_path, wheel_files() | {name: ""}), TRACKED, FILES, HASHES, "0.2.0"
        )


def test_the_files_of_the_page_may_have_any_name(tmp_path: Path) -> None:
    """Its build puts a hash into them."""
    files = wheel_files() | {"knuckle/serve/page/assets/main-1a2b.js": ""}

    check_wheel(write_wheel(tmp_path, files), TRACKED, FILES, HASHES, "0.2.0")


def test_another_network_in_a_wheel_is_refused(tmp_path: Path) -> None:
    """One that only has the name."""
    files = wheel_files() | {"knuckle/weights/palm.tflite": "hand"}

    with pytest.raises(ReleaseError, match=r"palm\.tflite is not the pinned network"):
        check_wheel(write_wheel(tmp_path, files), TRACKED, FILES, HASHES, "0.2.0")


def test_another_provenance_is_refused(tmp_path: Path) -> None:
    """One that vouches for other networks."""
    text = PROVENANCE.replace(HASHES["palm"], "0" * 64)
    files = wheel_files() | {"knuckle/weights/PROVENANCE.json": text}

    with pytest.raises(ReleaseError, match=r"PROVENANCE\.json does not name the pinned networks"):
        check_wheel(write_wheel(tmp_path, files), TRACKED, FILES, HASHES, "0.2.0")


def test_a_whole_sdist_passes(tmp_path: Path) -> None:
    """It need not hold all that git knows."""
    names = TRACKED - {"scripts/release"} | {"PKG-INFO"}

    check_sdist(write_sdist(tmp_path, names), TRACKED, "0.2.0")


@pytest.mark.parametrize("name", ["src/knuckle/weights/palm.onnx", "palm.tflite"])
def test_a_network_in_an_sdist_is_refused(tmp_path: Path, name: str) -> None:
    """Wherever it lies."""
    with pytest.raises(ReleaseError, match=f"^the sdist holds networks: {name}$"):
        check_sdist(write_sdist(tmp_path, TRACKED | {name}), TRACKED, "0.2.0")


@pytest.mark.parametrize("name", ["src/knuckle/api.py", "weights/build.py", "hatch_build.py"])
def test_an_sdist_that_cannot_be_built_is_refused(tmp_path: Path, name: str) -> None:
    """It lacks a source or a part of the build step."""
    with pytest.raises(ReleaseError, match=f"^the sdist lacks {name}$"):
        check_sdist(write_sdist(tmp_path, TRACKED - {name}), TRACKED, "0.2.0")


def test_a_stray_file_in_an_sdist_is_refused(tmp_path: Path) -> None:
    """What git does not know; many are counted, not listed."""
    strays = {f"notes{i}.txt" for i in range(7)}

    with pytest.raises(ReleaseError, match=r"holds notes0\.txt, .*notes4\.txt and 2 more, which"):
        check_sdist(write_sdist(tmp_path, TRACKED | strays), TRACKED, "0.2.0")


def test_what_git_knows_of_this_repository() -> None:
    """The package and its marker of types, and no network."""
    tracked = tracked_files(ROOT)

    assert {"src/knuckle/py.typed", "src/knuckle/__init__.py", "weights/build.py"} <= tracked
    assert [] == [name for name in tracked if name.endswith((".onnx", ".tflite"))]


def test_graph_files_are_part_of_the_package() -> None:
    """A wheel must hold those that the library of graphs names."""
    wanted = wheel_names(tracked_files(ROOT), FILES, "0.2.0")
    files = {*(row.file for row in GRAPHS.values()), *SUBGRAPHS.values()}

    assert set() == {f"knuckle/graph/files/{file}" for file in files} - wanted


def test_the_networks_are_those_of_the_table() -> None:
    """Four of them, each with a SHA-256."""
    hashes = network_hashes()

    assert 4 == len(hashes)
    assert {64} == {len(value) for value in hashes.values()}
