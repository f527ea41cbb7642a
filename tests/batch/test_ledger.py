"""What is known of the clips in an output, whatever has become of its files."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from knuckle.batch import ledger
from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Written
from knuckle.batch.ledger import log_line, next_log, read_ledger, write_index
from knuckle.batch.record import Record
from knuckle.batch.stores.store import INDEX, LocalStore, Stamp

from .made_tables import failed, record_of, write_log, write_table

A, B, C = (Clip(f"/clips/{name}.mp4", id=name, size=5) for name in "abc")


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """An empty output."""
    return LocalStore(tmp_path / "out")


def states(store: LocalStore) -> dict[str, str]:
    """The state of each clip that is known."""
    return {clip: written.record.state for clip, written in read_ledger(store).items()}


def no_footer(*_: Any) -> None:
    """Stands for the reader of footers, where none is to be read."""
    raise AssertionError("a footer was read")


def test_an_empty_output_knows_nothing(store: LocalStore) -> None:
    """No folder, no index and no log are no error."""
    assert {} == read_ledger(store)


def test_the_footers_alone_say_what_is_done(store: LocalStore) -> None:
    """Without index and logs, the tables are found with all that their footers say."""
    written = write_table(store, A, hands=2, state="partial", reason="two frames are damaged")

    assert {"a": written} == read_ledger(store)


@pytest.mark.parametrize("cache", ["index", "log"])
def test_index_and_logs_spare_reading_footers(
    store: LocalStore, cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record is trusted while its file has the same stamp."""
    expected = {clip.id: write_table(store, clip) for clip in (A, B)}
    if cache == "index":
        write_index(store, expected.values())
    else:
        write_log(store, 1, *expected.values())
    monkeypatch.setattr(ledger, "footer_in", no_footer)

    assert expected == read_ledger(store)


@pytest.mark.parametrize("cache", ["index", "log"])
def test_a_table_with_another_stamp_is_read(store: LocalStore, cache: str) -> None:
    """What index and logs say of an older version of the file does not count."""
    old = write_table(store, A, hands=1)
    if cache == "index":
        write_index(store, [old])
    else:
        write_log(store, 1, old)
    new = write_table(store, A, hands=2)

    assert old.stamp != new.stamp
    assert {"a": new} == read_ledger(store)


def test_stamps_are_compared_for_equality_only(store: LocalStore) -> None:
    """An index from the future, as after a clock was set back, does not count."""
    written = write_table(store, A)
    assert written.stamp is not None
    future = Stamp(written.stamp.size, str(int(written.stamp.version) + 10**18))
    write_index(store, [Written(replace(written.record, hands=9), future)])

    assert {"a": written} == read_ledger(store)


def test_a_deleted_table_is_forgotten(store: LocalStore) -> None:
    """Its clip is tracked again, also if it had failed before it was done."""
    written = write_table(store, A)
    write_log(store, 1, failed(A))
    write_log(store, 2, written)
    write_index(store, [written])
    store.remove(written.record.file)

    assert {} == read_ledger(store)


def test_a_table_outlives_an_earlier_failure(store: LocalStore) -> None:
    """Also if the driver died before it could log the table."""
    write_log(store, 1, failed(A), failed(B))
    write_table(store, A)

    assert {"a": "done", "b": "failed"} == states(store)


def test_a_later_failure_outlives_a_table(store: LocalStore) -> None:
    """A clip that was tracked anew and failed is told; its old table stays, as the index knows."""
    old = write_table(store, A)
    write_log(store, 1, old)
    log = write_log(store, 2, failed(A))

    first = read_ledger(store)
    write_index(store, first.values())
    for name in (log, "status/000001-1of1.jsonl"):
        store.remove(name)

    assert "failed" == first["a"].record.state
    assert old.stamp == first["a"].stamp
    assert first == read_ledger(store)


def test_a_new_table_outlives_a_failure_that_outlived_a_table(store: LocalStore) -> None:
    """The failure counts only while the table is the one that was there before it."""
    write_log(store, 1, write_table(store, A))
    write_log(store, 2, failed(A))
    write_index(store, read_ledger(store).values())
    write_table(store, A, hands=2)

    assert {"a": "done"} == states(store)


def test_the_last_failure_counts(store: LocalStore) -> None:
    """Of several runs, the later says why."""
    write_log(store, 2, failed(A, state="timeout", reason="it took longer than 8 s"))
    write_log(store, 1, failed(A, state="crashed", reason="its worker died"))

    assert "it took longer than 8 s" == read_ledger(store)["a"].record.reason


def test_logs_of_concurrent_shards_are_joined(store: LocalStore) -> None:
    """Shards write one log each, with one number."""
    write_log(store, 1, failed(A), shard="1of2")
    write_log(store, 1, write_table(store, B), failed(C), shard="2of2")

    assert {"a": "failed", "b": "done", "c": "failed"} == states(store)


def test_broken_lines_are_left_out(store: LocalStore) -> None:
    """A last line that broke off, or nonsense between, loses nothing else."""
    log = write_log(store, 1, failed(A))
    for line in ("", "[]", "7", "{}", '{"record": 3, "stamp": null}', '{"record": {}}', "\0\0"):
        store.append(log, line + "\n")
    store.append(log, log_line(failed(B), "now").replace('"failed"', '"resting"'))
    store.append(log, log_line(failed(C), "now"))
    with (store.folder / log).open("ab") as file:
        file.write(b"\xff\xfe\n")
    store.append(log, log_line(failed(B), "now")[:-30])

    assert {"a": "failed", "c": "failed"} == states(store)


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"record": RECORD, "stamp": [[], []]}',
        '{"record": RECORD, "stamp": ["a", 1]}',
        '{"record": RECORD, "stamp": 5}',
        '{"record": {"frames": 1ZEROS, "clip": "a", "uri": "a", "state": "done", "recipe": "r"}}',
        '{"record": {"start": 1ZEROS, "clip": "a", "uri": "a", "state": "failed", "recipe": "r"}}',
        '{"record": {"took": NaN, "clip": "a", "uri": "a", "state": "failed", "recipe": "r"}}',
    ],
    ids=range(7),
)
def test_absurd_lines_are_left_out(store: LocalStore, line: str) -> None:
    """They cannot end a run, now or when the index is written."""
    text = line.replace("RECORD", record_of(A).to_json()).replace("ZEROS", "0" * 400)
    store.append("status/000001-1of1.jsonl", text + "\n")

    known = read_ledger(store)
    write_index(store, known.values())

    assert {} == known


def test_a_failed_clip_has_no_stamp(store: LocalStore) -> None:
    """Whatever a line says."""
    record = failed(A).record.to_json()
    store.append("status/000001-1of1.jsonl", f'{{"record": {record}, "stamp": [5, "x"]}}\n')

    assert [None] == [written.stamp for written in read_ledger(store).values()]


def test_an_index_with_random_bytes_ends_nothing(store: LocalStore) -> None:
    """Pyarrow raises many kinds of errors for them."""
    write_table(store, A)
    write_index(store, read_ledger(store).values())
    whole = (store.folder / INDEX).read_bytes()
    chance = random.Random(1)

    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (store.folder / INDEX).write_bytes(damaged)
        assert {"a"} == set(read_ledger(store))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_an_index_that_is_a_pipe_is_left_out(store: LocalStore) -> None:
    """Nobody writes into it, so a reader would wait for ever."""
    store.folder.mkdir()
    os.mkfifo(store.folder / INDEX)

    assert {} == read_ledger(store)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no Parquet at all", b"PAR1" * 40])
def test_a_damaged_index_is_left_out(store: LocalStore, content: bytes) -> None:
    """Logs and footers know all that it knew."""
    written = write_table(store, A)
    write_log(store, 1, failed(B))
    store.put(INDEX, content)

    assert {"a": written, "b": failed(B)} == read_ledger(store)


def test_an_index_that_broke_off_is_left_out(store: LocalStore) -> None:
    """As one that was copied in part."""
    written = write_table(store, A)
    write_index(store, [written])
    path = store.folder / INDEX
    path.write_bytes(path.read_bytes()[:-20])

    assert {"a": written} == read_ledger(store)


def rewritten_index(store: LocalStore, *without: str, **more: Any) -> None:
    """Rewrite the index as another version of the library might."""
    table = parquet.read_table(store.folder / INDEX)
    rows = [{k: v for k, v in row.items() if k not in without} | more for row in table.to_pylist()]
    parquet.write_table(arrow.Table.from_pylist(rows), store.folder / INDEX)


def test_an_index_with_more_columns_is_read(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later version may have added some."""
    write_index(store, [write_table(store, A), failed(B)])
    expected = read_ledger(store)
    rewritten_index(store, later=7)
    monkeypatch.setattr(ledger, "footer_in", no_footer)

    assert expected == read_ledger(store)


def test_an_index_with_fewer_columns_is_read(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are missing have their defaults."""
    write_index(store, [write_table(store, A, hands=2)])
    rewritten_index(store, "hands", "camera")
    monkeypatch.setattr(ledger, "footer_in", no_footer)

    assert 0 == read_ledger(store)["a"].record.hands


@pytest.mark.parametrize("missing", ["clip", "recipe", "state", "file_size", "file_version"])
def test_an_index_without_what_is_needed_is_left_out(store: LocalStore, missing: str) -> None:
    """The footers say the rest."""
    written = write_table(store, A)
    write_index(store, [written])
    rewritten_index(store, missing)

    assert {"a": written} == read_ledger(store)


def test_an_index_with_other_types_is_left_out(store: LocalStore) -> None:
    """A number of frames in words is no record."""
    written = write_table(store, A)
    write_index(store, [written])
    rewritten_index(store, frames="many", file_size="small")

    assert {"a": written} == read_ledger(store)


def test_other_files_among_the_tables_are_left_alone(store: LocalStore) -> None:
    """Neither Parquet files of others, nor broken ones, nor notes are clips."""
    written = write_table(store, A)
    folder = store.folder / "clips"
    parquet.write_table(arrow.table({"x": [1]}), folder / "theirs.parquet")
    other = arrow.table({"x": [1]}).replace_schema_metadata({"knuckle.clip": '{"clip": 3}'})
    parquet.write_table(other, folder / "odd.parquet")
    (folder / "empty.parquet").write_bytes(b"")
    (folder / "broken.parquet").write_bytes((store.folder / written.record.file).read_bytes()[:999])
    (folder / "notes.txt").write_text("mine")
    (folder / "folder.parquet").mkdir()

    assert {"a": written} == read_ledger(store)


def test_a_renamed_table_is_still_that_of_its_clip(store: LocalStore) -> None:
    """The record says where it is now."""
    written = write_table(store, A)
    (store.folder / "clips/a.parquet").rename(store.folder / "clips/mine.parquet")
    write_log(store, 1, written)

    found = read_ledger(store)

    assert {"a": replace(written.record, file="clips/mine.parquet")} == {
        clip: w.record for clip, w in found.items()
    }
    write_index(store, found.values())
    assert found == read_ledger(store)


def test_of_two_tables_of_a_clip_the_one_with_its_name_counts(store: LocalStore) -> None:
    """A copy under another name is left alone, whichever comes first."""
    written = write_table(store, B)
    content = (store.folder / written.record.file).read_bytes()
    for name in ("a copy", "b copy"):
        (store.folder / f"clips/{name}.parquet").write_bytes(content)

    assert {"b": written} == read_ledger(store)


def test_clips_that_are_no_inputs_any_more_are_kept(store: LocalStore) -> None:
    """The index lists all that is in the output, whatever a run was asked for."""
    written = write_table(store, A)
    write_index(store, [written, failed(B)])

    write_index(store, read_ledger(store).values())

    assert {"a": written, "b": failed(B)} == read_ledger(store)


def test_the_index_lists_clips_in_order(store: LocalStore) -> None:
    """Sorted by id, with a column for each field of the record and two for the stamp."""
    written = write_table(store, B, hands=2)
    write_index(store, [failed(C), written, failed(A)])

    table = parquet.read_table(store.folder / INDEX)

    assert ["a", "b", "c"] == table["clip"].to_pylist()
    assert [None, written.stamp and written.stamp.size, None] == table["file_size"].to_pylist()
    assert [0, 2, 0] == table["hands"].to_pylist()


def test_the_index_has_the_same_bytes_for_the_same_ledger(store: LocalStore) -> None:
    """In whichever order its records come."""
    records = [failed(A), write_table(store, B), failed(C)]
    write_index(store, records)
    first = (store.folder / INDEX).read_bytes()

    write_index(store, records[::-1])

    assert first == (store.folder / INDEX).read_bytes()


def test_an_empty_index_can_be_read(store: LocalStore) -> None:
    """With its columns, and no rows."""
    write_index(store, [])

    assert 0 == parquet.read_table(store.folder / INDEX).num_rows
    assert {} == read_ledger(store)


def test_names_that_are_no_unicode_come_into_the_index(store: LocalStore) -> None:
    """Half of a surrogate pair, which JSON can hold and Arrow cannot."""
    odd = Record("\udc80", "\udc80.mp4", "failed", "recipe", reason="no \ud800")
    write_index(store, [Written(odd)])

    assert ["?"] == parquet.read_table(store.folder / INDEX)["clip"].to_pylist()


def test_logs_are_numbered(store: LocalStore) -> None:
    """One after the last, whatever else lies there."""
    assert "status/000001-1of1.jsonl" == next_log(store, "1of1")

    write_log(store, 9, failed(A), shard="2of3")
    store.append("status/notes.txt", "mine")
    store.append("status/77.bak", "mine")
    store.append("status/٣-1of1.jsonl", "mine")

    assert "status/000010-1of3.jsonl" == next_log(store, "1of3")


def test_a_log_line_is_for_people_too(store: LocalStore) -> None:
    """One object with the time, the record and the stamp."""
    line = log_line(Written(record_of(A), Stamp(3, "x")), "2026-01-01")

    assert "\n" == line[-1]
    assert 1 == line.count("\n")
    words = json.loads(line)
    assert ("2026-01-01", "a", [3, "x"]) == (words["when"], words["record"]["clip"], words["stamp"])
