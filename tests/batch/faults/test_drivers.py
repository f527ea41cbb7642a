"""Commands that are killed, interrupted, started twice, or run out of disk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from knuckle.batch.stores.locks import locked
from knuckle.batch.stores.store import CLIPS, INDEX, LocalStore
from knuckle.errors import BatchError
from tests.batch.engines.processes import wait_until

from .outputs import known_in, left_in, tables_in, track

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, /proc, mounts")


def start(clips: list[Path], output: Path) -> subprocess.Popen[str]:
    """The command, in a process group of its own as a shell would have it."""
    command = ["-m", "knuckle", "batch", *map(str, clips), "-o", str(output), "--workers", "2"]
    return subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )


def identities(output: Path) -> dict[str, tuple[int, int]]:
    """The tables, and what changes when one is written anew."""
    paths = (output / CLIPS).glob("*.parquet")
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}


def members(group: int) -> list[int]:
    """The processes of a group that are no zombies."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[2]) == group and words[0] not in "ZX":
            found.append(int(status.parent.name))
    return found


def is_empty(group: int) -> bool:
    """Whether none of its processes runs."""
    return not members(group)


def stop_after(driver: subprocess.Popen[str], output: Path, tables: int, number: int) -> None:
    """Send a signal to a command, and only to it, when there are so many tables."""
    assert wait_until(lambda: len(identities(output)) >= tables)
    os.kill(driver.pid, number)
    driver.communicate()


def test_a_command_that_is_killed_twice_goes_on(fifty_clips: list[Path], tmp_path: Path) -> None:
    """What was done stays as it is; in the end all is done, and nothing unfinished is left."""
    output = tmp_path / "out"
    kept: list[dict[str, tuple[int, int]]] = []
    for tables in (2, 6):
        driver = start(fifty_clips[:12], output)
        stop_after(driver, output, tables, signal.SIGKILL)
        assert wait_until(partial(is_empty, driver.pid))
        kept.append(identities(output))
    last = start(fifty_clips[:12], output)
    last.communicate()
    now = identities(output)
    track(fifty_clips[:12], tmp_path / "undisturbed")

    assert 0 == last.returncode
    assert len(kept[0]) < len(kept[1]) < 12
    assert all(before.items() <= now.items() for before in kept)
    assert tables_in(tmp_path / "undisturbed") == tables_in(output)
    assert {"done"} == set(known_in(output).values())
    assert [] == left_in(output)


def test_an_interruption_leaves_what_is_finished(fifty_clips: list[Path], tmp_path: Path) -> None:
    """Ctrl-C reaches all processes. The command says how to go on, and lists what is done."""
    driver = start(fifty_clips, tmp_path)
    assert wait_until(lambda: len(identities(tmp_path)) >= 3)
    os.killpg(driver.pid, signal.SIGINT)
    out, err = driver.communicate()

    assert 130 == driver.returncode
    assert "interrupted, finished work is kept" in out + err
    assert "Traceback" not in out + err
    assert {"done"} == set(known_in(tmp_path).values())
    assert 3 <= len(known_in(tmp_path)) < 50
    assert (tmp_path / INDEX).exists()
    assert [] == left_in(tmp_path)
    assert wait_until(partial(is_empty, driver.pid))


def test_a_second_command_on_one_output_is_refused(tiny_clips: list[Path], tmp_path: Path) -> None:
    """It says who has it, and touches nothing."""
    with locked(LocalStore(tmp_path)):
        driver = start(tiny_clips, tmp_path)
        _, err = driver.communicate()

    assert 1 == driver.returncode
    assert f"{tmp_path} is being written by another run (process {os.getpid()} on " in " ".join(
        err.split()
    )
    assert "Traceback" not in err
    assert {} == tables_in(tmp_path)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """A disk of so many bytes in a folder."""
    folder.mkdir()
    mount = shutil.which("mount")
    options = f"size={size},nr_inodes=100"
    command = [mount or "mount", "-t", "tmpfs", "-o", options, "knuckle-test", str(folder)]
    if os.geteuid() or not mount or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_stops_the_run(
    tiny_clips: list[Path], tiny_tables: dict[str, bytes], tmp_path: Path
) -> None:
    """The tables that found room are whole, no clip is marked, and it goes on with more room."""
    sizes = sorted(map(len, tiny_tables.values()))
    room = sizes[-1] + sizes[-2] + 8 * 4096
    with small_disk(tmp_path / "disk", room):
        output = tmp_path / "disk" / "out"
        with pytest.raises(BatchError, match=r"cannot write .*: no space left on device"):
            track(tiny_clips, output)
        done = tables_in(output)
        known, left = known_in(output), left_in(output)
        subprocess.run(["mount", "-o", "remount,size=8m", str(tmp_path / "disk")], check=True)
        track([path for path in tiny_clips if path.stem not in known], output)
        finished = tables_in(output)

    assert 1 <= len(done) < 6
    assert done.items() <= tiny_tables.items()
    assert {"done"} == set(known.values())
    assert len(done) == len(known)
    assert [] == left
    assert tiny_tables == finished
