"""Workers that are killed, hang, or cannot go on while they track real clips."""

from __future__ import annotations

import multiprocessing
import random
import sys
from functools import partial
from pathlib import Path

import pytest

from knuckle.batch.jobs import Ended, Event
from knuckle.batch.stores.store import INDEX
from knuckle.errors import BatchError

from .outputs import known_in, left_in, tables_in, track
from .saboteurs import DiesBeforeRename, Saboteur

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def test_a_worker_that_is_killed_once(
    tiny_clips: list[Path], tiny_tables: dict[str, bytes], tmp_path: Path
) -> None:
    """Its clip is done at the second attempt, the others at the first, all as if undisturbed."""
    (tmp_path / "notes").mkdir()
    make = partial(Saboteur, plan={"clip03": "die"}, once=str(tmp_path / "notes"))
    records = track(tiny_clips, tmp_path / "out", make_worker=make)

    assert {"done"} == {record.state for record in records.values()}
    assert {"clip03": 2} == {name: r.attempts for name, r in records.items() if r.attempts != 1}
    assert tiny_tables == tables_in(tmp_path / "out")


def test_clips_that_always_kill_or_stop_their_worker(
    tiny_clips: list[Path], tiny_tables: dict[str, bytes], tmp_path: Path
) -> None:
    """They are marked with the reason, and the run goes on. Later they can be tried again."""
    make = partial(Saboteur, plan={"clip01": "die", "clip02": "hang"})
    records = track(tiny_clips, tmp_path, make_worker=make, timeout=4.0)
    marked = known_in(tmp_path)
    again = track(tiny_clips[1:3], tmp_path)

    assert ("crashed", 2) == (records["clip01"].state, records["clip01"].attempts)
    assert "SIGKILL" in records["clip01"].reason
    assert ("timeout", 1) == (records["clip02"].state, records["clip02"].attempts)
    assert "it took longer than 4 s" == records["clip02"].reason
    assert {name: record.state for name, record in records.items()} == marked
    assert 4 == sum(state == "done" for state in marked.values())
    assert {"clip01": "done", "clip02": "done"} == {n: r.state for n, r in again.items()}
    assert tiny_tables == tables_in(tmp_path)
    assert [] == left_in(tmp_path)


def test_a_death_before_a_table_has_its_name(
    tiny_clips: list[Path], tiny_tables: dict[str, bytes], tmp_path: Path
) -> None:
    """The temporary file is swept away, and the clip done again."""
    make = partial(DiesBeforeRename, note=str(tmp_path / "note"))
    records = track(tiny_clips, tmp_path / "out", make_worker=make)

    assert [1, 1, 1, 1, 1, 2] == sorted(record.attempts for record in records.values())
    assert tiny_tables == tables_in(tmp_path / "out")
    assert [] == left_in(tmp_path / "out")


@pytest.mark.parametrize(
    ("misfortune", "reason"),
    [("lack a package", "No module named 'pyarrow'"), ("lack memory", "use fewer workers")],
)
def test_what_every_clip_would_meet_stops_the_run(
    tiny_clips: list[Path], tmp_path: Path, misfortune: str, reason: str
) -> None:
    """No clip is marked as failed, and what is done is listed."""
    make = partial(Saboteur, plan={"clip04": misfortune})
    with pytest.raises(BatchError, match=reason):
        track(tiny_clips, tmp_path, make_worker=make)
    known = known_in(tmp_path)

    assert "clip04" not in known
    assert {"done"} == set(known.values())
    assert (tmp_path / INDEX).exists()
    assert [] == left_in(tmp_path)


def test_workers_that_are_killed_at_random(fifty_clips: list[Path], tmp_path: Path) -> None:
    """Fifty clips come out byte for byte as in a run that nobody disturbs."""
    chance = random.Random(7)
    ends, kills = [], []

    def kill_now_and_then(event: Event) -> None:
        if isinstance(event, Ended):
            ends.append(event.job.name)
            if len(ends) % 6 == 0:
                victim = chance.choice(multiprocessing.active_children())
                victim.kill()
                kills.append(victim.pid)

    undisturbed = track(fifty_clips, tmp_path / "undisturbed")
    disturbed = track(fifty_clips, tmp_path / "out", attempts=9, listen=kill_now_and_then)

    assert 8 == len(kills)
    assert 50 == len(disturbed)
    assert {"done"} == {record.state for record in (undisturbed | disturbed).values()}
    assert tables_in(tmp_path / "undisturbed") == tables_in(tmp_path / "out")
    assert [] == left_in(tmp_path / "out")
