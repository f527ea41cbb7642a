"""Two runs on one output, and runs of shards side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knuckle.batch.stores.locks import index_locked, locked
from knuckle.batch.stores.store import STATUS, LocalStore
from knuckle.errors import BatchError, OutputError
from tests.io.files import names_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")

HOLDER = """
import sys
from pathlib import Path
from knuckle.batch.stores.locks import index_locked, locked
from knuckle.batch.stores.store import LocalStore
store = LocalStore(Path(sys.argv[1]))
with index_locked(store) if sys.argv[2] == "index" else locked(store, sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """An output."""
    return LocalStore(tmp_path)


@contextmanager
def other(store: LocalStore, what: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds a lock until it may end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.folder), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()


@pytest.mark.parametrize(
    ("theirs", "ours", "who"),
    [
        ("1of1", "1of1", "another run"),
        ("1of1", "2of4", "another run"),
        ("2of4", "1of1", "shard 2/4"),
        ("2of4", "2of4", "shard 2/4"),
    ],
)
def test_a_second_run_is_refused(store: LocalStore, theirs: str, ours: str, who: str) -> None:
    """In a sentence that names the process which has the output. Afterwards it may."""
    with other(store, theirs) as process:
        with pytest.raises(BatchError) as caught, locked(store, ours):
            raise AssertionError
        message = str(caught.value)
    with locked(store, ours):
        held = names_in(store.folder / STATUS)

    assert message.startswith(
        f"{store.folder} is being written by {who} (process {process.pid} on "
    )
    assert message.endswith("): wait for it, end it, or name another output")
    assert ".run.lock" in held
    assert [] == names_in(store.folder / STATUS)


def test_shards_go_on_side_by_side(store: LocalStore) -> None:
    """None of them waits, and the last one leaves nothing."""
    with other(store, "1of3"), locked(store, "2of3"), other(store, "3of3"):
        held = names_in(store.folder / STATUS)

    assert [".1of3.lock", ".2of3.lock", ".3of3.lock", ".run.lock"] == held
    assert [] == names_in(store.folder / STATUS)


def test_a_lock_ends_with_its_process(store: LocalStore) -> None:
    """Whatever ends it. What it wrote into the lock does not count any more."""
    with other(store, "1of1") as process:
        process.kill()
        process.wait()
        left = names_in(store.folder / STATUS)
        with other(store, "2of3"):
            with pytest.raises(BatchError) as caught, locked(store):
                raise AssertionError
            message = str(caught.value)
    with locked(store):
        pass

    assert [".run.lock"] == left
    assert "by shard 2/3 (process" in message
    assert [] == names_in(store.folder / STATUS)


def test_the_index_has_a_lock_that_is_waited_for(store: LocalStore) -> None:
    """Whoever comes later goes on when it is free."""
    with other(store, "index") as process:
        assert process.stdin is not None
        waiting = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(store.folder), "index"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        process.stdin.close()
        said, _ = waiting.communicate()
    with index_locked(store):
        pass

    assert b"held\n" == said
    assert [] == names_in(store.folder / STATUS)


def test_an_output_that_cannot_be_locked_is_told(tmp_path: Path) -> None:
    """Such as a file."""
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="cannot write"), locked(LocalStore(tmp_path / "out")):
        raise AssertionError


def test_a_link_in_place_of_a_lock_is_not_followed(store: LocalStore, tmp_path: Path) -> None:
    """The words of the lock would replace what somebody else has written."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (store.folder / "status").mkdir(parents=True, exist_ok=True)
    (store.folder / "status" / ".run.lock").symlink_to(victim)

    with pytest.raises(OutputError), locked(store, "1of1"):
        pass

    assert "mine" == victim.read_text()


def test_a_pipe_in_place_of_a_lock_gets_no_words(store: LocalStore) -> None:
    """Somebody may read them."""
    (store.folder / "status").mkdir(parents=True)
    os.mkfifo(store.folder / "status" / ".run.lock")

    with (
        pytest.raises(OutputError, match=r"\.run\.lock: it is a pipe or a device; delete it"),
        locked(store, "1of1"),
    ):
        pass
