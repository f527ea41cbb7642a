"""Which clips of a run are tracked, and why the others are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Order
from knuckle.batch.ledger import read_ledger
from knuckle.batch.plan import Plan, Wishes, planned
from knuckle.batch.recipe import Recipe
from knuckle.batch.stores.store import LocalStore
from knuckle.errors import BatchError
from knuckle.geometry.camera import Camera

from .made_tables import failed, write_log, write_table

A, B, C = (Clip(f"/clips/{name}.mp4", id=name, size=5) for name in "abc")
RECIPE = Recipe()
HIGH = Recipe({"effort": "high"})


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """An empty output."""
    return LocalStore(tmp_path / "out")


def write(store: LocalStore, clip: Clip, recipe: Recipe = RECIPE, **values: Any) -> None:
    """Put a table into a store."""
    write_table(store, clip, recipe.hash, recipe.described, **values)


def plan(
    store: LocalStore,
    *clips: Clip,
    recipe: Recipe = RECIPE,
    annotated: bool = False,
    **wishes: Any,
) -> Plan:
    """The plan for some clips."""
    order = Order(recipe, "out", annotated)
    return planned(clips, order, read_ledger(store), store, Wishes(**wishes))


def refusal(store: LocalStore, *clips: Clip, recipe: Recipe = RECIPE) -> str:
    """Why there is no plan."""
    with pytest.raises(BatchError) as caught:
        plan(store, *clips, recipe=recipe)
    return str(caught.value)


def test_what_is_finished_is_left_alone(store: LocalStore) -> None:
    """Done, partial and empty clips have a table."""
    write(store, A)
    write(store, B, state="partial", reason="one frame is damaged")

    assert Plan(todo=[C], finished=[A, B]) == plan(store, A, B, C)


def test_what_failed_is_told_and_not_tried_again(store: LocalStore) -> None:
    """Unless it is asked for."""
    write(store, A)
    write_log(store, 1, failed(B, RECIPE.hash), failed(C, RECIPE.hash, state="timeout"))

    assert Plan(finished=[A], failed=[B, C]) == plan(store, A, B, C)
    assert Plan(todo=[B, C], finished=[A]) == plan(store, A, B, C, retry_failed=True)


def test_what_failed_with_other_options_is_tried(store: LocalStore) -> None:
    """Nothing is known of it with these."""
    write_log(store, 1, failed(A, HIGH.hash))

    assert Plan(todo=[A]) == plan(store, A)


def test_what_failed_and_was_mended_is_tried(store: LocalStore) -> None:
    """A file of another size is another file."""
    write_log(store, 1, failed(A, RECIPE.hash))
    mended = replace(A, size=6)

    assert Plan(todo=[mended], changed=1) == plan(store, mended)


@pytest.mark.parametrize(
    "now",
    [
        {"size": 6},
        {"start": 1.0},
        {"stop": 2.0},
        {"start": 3.0, "stop": 2.0},
        {"camera": Camera(500, 500, 320, 240)},
    ],
    ids=str,
)
def test_a_changed_clip_is_tracked_again(store: LocalStore, now: Mapping[str, Any]) -> None:
    """Its file has another size, or the manifest says another span or camera under the same id."""
    write(store, A)
    changed = replace(A, **now)

    assert Plan(todo=[changed], finished=[], changed=1) == plan(store, changed)


def test_a_clip_of_unknown_size_is_no_other(store: LocalStore) -> None:
    """Some addresses do not say how long their file is."""
    write(store, A)
    unknown = replace(A, size=None)

    assert Plan(finished=[unknown]) == plan(store, unknown)


def test_the_span_and_camera_of_the_recipe_are_those_of_the_clips(store: LocalStore) -> None:
    """A clip that says nothing else has them, so it is the same when it says them itself."""
    camera = Camera(500, 500, 320, 240)
    recipe = Recipe(start=1, stop=2, camera=camera)
    write(store, A, recipe, start=1.0, stop=2.0, camera="500.0 500.0 320.0 240.0")
    explicit = replace(A, start=1.0, stop=2.0, camera=camera)

    assert Plan(finished=[A]) == plan(store, A, recipe=recipe)
    assert Plan(finished=[explicit]) == plan(store, explicit, recipe=recipe)


def test_all_are_tracked_anew_when_asked(store: LocalStore) -> None:
    """Whatever became of them."""
    write(store, A)
    write_log(store, 1, failed(B, RECIPE.hash))

    assert Plan(todo=[A, B, C]) == plan(store, A, B, C, again=True)


def test_tables_of_other_options_are_refused(store: LocalStore) -> None:
    """The message says what is other, and the two ways out."""
    write(store, A, HIGH)

    assert (
        "out holds 1 table, such as clips/a.parquet, made with other options: effort high, and "
        "here normal. Name another output, or track these clips again with --again"
    ) == refusal(store, A)


def test_parts_that_are_shorter_than_their_overlap_are_refused(store: LocalStore) -> None:
    """Each would be read twice and more."""
    message = refusal(store, A, recipe=Recipe(split=0.5))

    assert message.startswith("parts of 0.5 s are too short, for each is read from 1 s before its")


def test_tables_of_clips_that_are_not_asked_for_are_refused_too(store: LocalStore) -> None:
    """An output is one data set, made in one way."""
    write(store, A, HIGH)
    write(store, B, HIGH)

    assert "out holds 2 tables, such as clips/a.parquet" in refusal(store, C)


def test_a_shard_refuses_what_another_made_otherwise(store: LocalStore) -> None:
    """Before it adds its own."""
    write(store, A, HIGH)
    write_log(store, 1, *read_ledger(store).values(), shard="1of9")

    with pytest.raises(BatchError, match="effort high, and here normal"):
        plan(store, A, shard=(2, 9))


def test_a_refusal_names_three_options_at_most(store: LocalStore) -> None:
    """And says how many more there are."""
    other = Recipe({"max_hands": 4, "effort": "high", "mirrored": True, "exact": True}, every=2)
    write(store, A, other)

    assert (
        "every 2, and here 1; effort high, and here normal; exact True, and here False; and "
    ) in refusal(store, A)


def test_split_and_unsplit_tables_do_not_mix(store: LocalStore) -> None:
    """They are never equal, so they are of two recipes."""
    write(store, A, Recipe(split=60))

    message = refusal(store, B)

    assert "split 60, and here none" in message


@pytest.mark.parametrize("made", [None, {}, {"options": 3}])
def test_tables_that_do_not_say_how_they_were_made_are_refused(
    store: LocalStore, made: dict[str, Any] | None
) -> None:
    """Without names of options if there are none to tell."""
    write_table(store, A, "other", made)

    assert "out holds 1 table, such as clips/a.parquet, made " in refusal(store, A)


def test_an_index_alone_can_name_other_recipes(store: LocalStore) -> None:
    """A table that cannot be opened is refused all the same."""
    written = write_table(store, A, "other", HIGH.described)
    write_log(store, 1, written)
    ledger = read_ledger(store)
    (store.folder / written.record.file).unlink()

    with pytest.raises(BatchError, match="made with other options or networks"):
        planned([A], Order(RECIPE, "out"), ledger, store, Wishes())


def test_a_new_run_with_other_options_can_be_resumed(store: LocalStore) -> None:
    """Those clips that have the new options already are not tracked twice."""
    write(store, A)
    write(store, B, HIGH)

    assert Plan(todo=[B, C], finished=[A]) == plan(store, A, B, C, again=True)


def test_missing_videos_are_made(store: LocalStore) -> None:
    """With the tables, which are the same again."""
    write(store, A)
    write(store, B)
    store.put("annotated/a.mp4", b"video")

    assert Plan(todo=[B], finished=[A]) == plan(store, A, B, annotated=True)
    assert Plan(finished=[A, B]) == plan(store, A, B)


def test_a_clip_that_is_named_twice_is_tracked_once(store: LocalStore) -> None:
    """As by a folder and a glob."""
    assert Plan(todo=[A, B]) == plan(store, A, B, replace(A))


def test_two_clips_with_one_id_are_refused(store: LocalStore) -> None:
    """Or one would overwrite the other."""
    message = refusal(store, A, Clip("/other/\udcff.mp4", id="a"))

    assert (
        "two clips have the id 'a', /clips/a.mp4 and /other/%FF.mp4: "
        "give each its own id in the manifest"
    ) == message


def test_two_ids_with_one_file_are_refused(store: LocalStore) -> None:
    """An id may look like the file name that another one gets."""
    odd = Clip("/1.mp4", id="a b")
    twin = Clip("/2.mp4", id=odd.stem)

    assert f"the ids 'a b' and '{odd.stem}' would give one file" in refusal(store, odd, twin)


def many(count: int) -> list[Clip]:
    """Clips with ids of their own."""
    return [Clip(f"/clips/{i}.mp4") for i in range(count)]


def test_shards_share_all_clips(store: LocalStore) -> None:
    """Each clip is in exactly one, and shards are about alike."""
    clips = many(1000)
    shards = [plan(store, *clips, shard=(i, 4)).todo for i in (1, 2, 3, 4)]

    counted = Counter(clip.id for shard in shards for clip in shard)

    assert {clip.id: 1 for clip in clips} == counted
    assert all(200 < len(shard) < 300 for shard in shards)


def test_a_clip_stays_in_its_shard(store: LocalStore) -> None:
    """Clips that are added or deleted between runs move no other."""
    clips = many(100)
    before = plan(store, *clips, shard=(2, 3)).todo
    kept = [clip for clip in before if clip not in clips[:50]]

    assert kept == plan(store, *clips[50:], shard=(2, 3)).todo


def test_the_shard_of_an_id_never_changes(store: LocalStore) -> None:
    """Not with the version of Python either: machines of an array may differ."""
    clips = [Clip("/a.mp4", id=id) for id in "abcdefgh"]
    todo = [plan(store, *clips, shard=(i, 2)).todo for i in (1, 2)]

    assert ["abcef", "dgh"] == ["".join(clip.id for clip in shard) for shard in todo]


def test_logs_are_named_by_shard() -> None:
    """Without a slash."""
    assert "3of8" == Wishes(shard=(3, 8)).shard_name
