"""What is written down of a clip."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from knuckle.batch.record import FINISHED, STATES, UNFINISHED, Record, camera_in_words, footer_of
from knuckle.errors import SourceError
from knuckle.geometry.camera import Camera

RECORD = Record("a", "/clips/a.mp4", "done", "recipe", "clips/a.parquet", frames=7, rate=29.97)


def test_a_record_survives_its_text() -> None:
    """All fields come back as they were."""
    record = replace(RECORD, stop=2.5, reason="päng 👋", camera="1.0 2.0 3.0 4.0")

    assert record == Record.from_json(record.to_json())
    assert 1 == len(record.to_json().splitlines())


def test_a_record_of_a_later_version_is_read() -> None:
    """Fields that are not known here are left out, those that are missing have their defaults."""
    words = {"clip": "a", "uri": "a.mp4", "state": "done", "recipe": "r", "later": [1, 2]}

    assert Record("a", "a.mp4", "done", "r") == Record.from_json(json.dumps(words))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "3",
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps({"clip": "a", "uri": "a.mp4", "state": "done"}),
        json.dumps({"clip": 3, "uri": "a.mp4", "state": "done", "recipe": "r"}),
        json.dumps({"clip": "a", "uri": "a.mp4", "state": "resting", "recipe": "r"}),
        b"\xff\xff",
    ],
    ids=range(10),
)
def test_what_is_no_record_is_refused(text: str | bytes) -> None:
    """With one error for all that can be wrong."""
    with pytest.raises(SourceError):
        Record.from_json(text)


@pytest.mark.parametrize(
    "field", [{"frames": "7"}, {"frames": 7.5}, {"rate": None}, {"file": 3}, {"stop": "x"}], ids=str
)
def test_a_field_of_another_type_is_refused(field: dict[str, Any]) -> None:
    """Or else the index could not be written."""
    words = json.loads(RECORD.to_json()) | field

    with pytest.raises(SourceError, match=f"{next(iter(field))!r} of a clip's record cannot be"):
        Record.from_words(words)


def test_a_clip_is_finished_when_it_has_a_table() -> None:
    """Each state is of one kind."""
    assert set(STATES) == {*FINISHED, *UNFINISHED}
    assert list(FINISHED) == [s for s in STATES if replace(RECORD, state=s).is_finished]


def test_the_footer_holds_nothing_of_the_run() -> None:
    """Attempts and times would make files of one clip differ."""
    footers = {
        json.dumps(footer_of(replace(RECORD, attempts=n, took=n), {"made": {}})) for n in (1, 2)
    }

    assert 1 == len(footers)
    (footer,) = footers
    words = json.loads(json.loads(footer)["knuckle.clip"])
    assert {"clip": "a", "made": {}} == {name: words[name] for name in ("clip", "made")}
    assert RECORD == Record.from_words(words)


def test_a_camera_in_words_is_exact() -> None:
    """Two cameras that differ in a digit have other words."""
    assert "500.0 500.25 320.0 0.1" == camera_in_words(Camera(500, 500.25, 320, 0.1))
    assert "" == camera_in_words(None)
