from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from knuckle.errors import PeerError
from knuckle.evaluate.peers import PEERS, Peer
from knuckle.evaluate.peers.environment import find_python, peer_python

THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def wheel(folder: Path) -> Path:
    """A wheel of one empty module, made by hand so that no index is needed."""
    path = folder / "tiny_peer-1.0-py3-none-any.whl"
    meta = "tiny_peer-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("tiny_peer.py", "")
        file.writestr(f"{meta}/METADATA", "Metadata-Version: 2.1\nName: tiny-peer\nVersion: 1.0\n")
        file.writestr(
            f"{meta}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{meta}/RECORD", "")
    return path


def peer(requirement: str, pythons: tuple[str, ...] = ()) -> Peer:
    """A peer of this requirement."""
    return Peer("tiny", requirement, "knuckle", pythons)


def test_an_environment_is_made_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its Python has the peer; the second time nothing is done, and nothing said."""
    wanted = peer(str(wheel(tmp_path)))
    python = peer_python(wanted, tmp_path / "environment")
    subprocess.run([python, "-c", "import tiny_peer"], check=True)
    said = capsys.readouterr().err
    again = peer_python(wanted, tmp_path / "environment")

    assert python == again
    assert "installing" in said
    assert "" == capsys.readouterr().err


def test_its_making_is_told_step_by_step(tmp_path: Path) -> None:
    """What, where and how long before the work; a line for each package; and that it is done."""
    said: list[str] = []
    wanted, folder = peer(str(wheel(tmp_path))), tmp_path / "environment"
    peer_python(wanted, folder, tell=said.append)

    assert wanted.requirement in said[0]
    assert str(folder) in said[0]
    assert "minutes" in said[0]
    assert ["  Installing collected packages: tiny-peer"] == said[1:-1]
    assert "installed" in said[-1]


def test_what_pip_says_is_the_reason(tmp_path: Path) -> None:
    """A wheel that is not there: one sentence, and nothing that passes for an environment."""
    with pytest.raises(PeerError, match=r"ERROR.*missing-1-py3"):
        peer_python(peer(str(tmp_path / "missing-1-py3-none-any.whl")), tmp_path / "e")

    assert not (tmp_path / "e" / "complete").exists()


def test_this_python_comes_first() -> None:
    """A peer that runs on any Python runs on ours."""
    assert sys.executable == find_python(peer("x"))


def test_a_peer_that_needs_another_python_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without such a Python on PATH the versions that would do are named."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PeerError, match=r"needs a Python from 2\.5 to 2\.6"):
        find_python(peer("x", ("2.6", "2.5")))


def test_a_program_that_does_not_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version manager's empty shim stands before the real one on PATH."""
    shims, real = tmp_path / "shims", tmp_path / "real"
    for folder, text in ((shims, "exit 127"), (real, "echo 9.9")):
        folder.mkdir()
        (folder / "python9.9").write_text(f"#!/bin/sh\n{text}\n")
        (folder / "python9.9").chmod(0o755)
    monkeypatch.setenv("PATH", f"{shims}:{real}:/bin:/usr/bin")

    assert str(real / "python9.9") == find_python(peer("x", ("9.9",)))


def test_the_old_mediapipe_is_pinned() -> None:
    """The release with `mp.solutions.hands`, on the Pythons that it has wheels for."""
    old = PEERS["mediapipe-0.10.21"]

    assert "mediapipe==0.10.21" == old.requirement
    assert "3.12" == old.pythons[0]
