from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from knuckle.errors import SourceError
from knuckle.evaluate.datasets.readers import read_datasets
from knuckle.evaluate.values import Dataset, TrueHand
from tests.conftest import SAMPLES
from tests.evaluate.datasets.test_joints import WHOLEBODY
from tests.evaluate.hands import POINTS

ROWS = POINTS.tolist()
SOLID = [[*row, 400.0] for row in ROWS]


def write(path: Path, content: Any) -> Path:
    """The path, with JSON in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def picture(path: Path) -> None:
    """A small picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (100, 120)).save(path)


def common(folder: Path, *images: dict[str, Any], **more: Any) -> Dataset:
    """What is read of the common JSON with these images; all of them are there."""
    for image in images:
        if "image" in image:
            picture(folder / image["image"])
    write(folder / "annotations.json", {"images": list(images), **more})
    [dataset] = read_datasets(folder)
    return dataset


def one(dataset: Dataset) -> TrueHand:
    """The only hand of the only picture."""
    [found] = dataset.pictures
    [hand] = found.hands
    return hand


def hand(**more: Any) -> dict[str, Any]:
    """A hand of the common JSON."""
    return {"keypoints_2d": ROWS, **more}


def test_the_common_json(tmp_path: Path) -> None:
    """Points, 3D, handedness, box; the name of the set."""
    image = {"image": "a.png", "hands": [hand(keypoints_3d=SOLID, handedness="left")]}
    dataset = common(tmp_path, image, set="mine")
    found = one(dataset)

    assert "mine" == dataset.name
    np.testing.assert_array_equal(POINTS, found.points)
    np.testing.assert_array_equal(SOLID, found.points_3d)
    assert "left" == found.handedness
    assert (12, 22, 82, 100) == found.box
    assert 1 == dataset.pictures[0].hand_count
    assert () == dataset.problems


def test_boxes_counts_and_empty_pictures(tmp_path: Path) -> None:
    """A loose box, a count alone, an unknown count, and no hands."""
    dataset = common(
        tmp_path,
        {"image": "box.png", "hands": [{"bbox": [10, 20, 30, 40]}]},
        {"image": "count.png", "n_hands": 2, "hands": []},
        {"image": "unknown.png", "n_hands": None, "hands": []},
        {"image": "empty.png", "hands": []},
        {"image": "bare.png"},
    )

    assert [1, 2, None, 0, None] == [p.hand_count for p in dataset.pictures]
    assert (10, 20, 40, 60) == dataset.pictures[0].hands[0].box
    assert dataset.pictures[0].hands[0].points is None


def test_a_least_number_of_hands_leaves_their_number_unknown(tmp_path: Path) -> None:
    """Also where it is 0, and where hands are annotated; a count beside it stands."""
    dataset = common(
        tmp_path,
        {"image": "one.png", "hands": [], "least_hands": 1},
        {"image": "none.png", "hands": [], "least_hands": 0},
        {"image": "some.png", "hands": [hand()], "least_hands": 2},
        {"image": "two.png", "hands": [], "least_hands": 1, "n_hands": 2},
        {"image": "null.png", "hands": [], "least_hands": None},
    )

    assert [1, 0, 2, 1, 0] == [p.least_hands for p in dataset.pictures]
    assert [None, None, None, 2, None] == [p.hand_count for p in dataset.pictures]
    assert () == dataset.problems


@pytest.mark.parametrize("least", [-1, True, "1"])
def test_a_least_number_that_cannot_be_one_is_listed(tmp_path: Path, least: Any) -> None:
    """The picture then counts for nothing."""
    dataset = common(tmp_path, {"image": "a.png", "hands": [], "least_hands": least})
    [problem] = dataset.problems

    assert f"least_hands must be 0 or more, not {least!r}" == problem.what
    assert (0, None) == (dataset.pictures[0].least_hands, dataset.pictures[0].hand_count)


def test_joints_that_are_null_are_not_annotated(tmp_path: Path) -> None:
    """Null for a joint, or for its numbers."""
    rows = [None, [None, None], *ROWS[2:]]
    found = one(common(tmp_path, {"image": "a.png", "hands": [hand(keypoints_2d=rows)]}))

    assert found.points is not None
    assert [0, 1] == np.flatnonzero(np.isnan(found.points).any(axis=1)).tolist()


def test_joints_are_put_in_order_by_name(tmp_path: Path) -> None:
    """A shuffled order, given as names, is undone."""
    order = random.Random(1).sample(range(21), 21)
    image = {"image": "a.png", "hands": [hand(keypoints_2d=[ROWS[i] for i in order])]}
    found = one(common(tmp_path, image, order=[WHOLEBODY[i] for i in order]))

    np.testing.assert_array_equal(POINTS, found.points)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (hand(keypoints_2d=ROWS[:20]), "must have 21 joints, not 20"),
        (hand(keypoints_2d=[*ROWS[:20], [1.0, float("nan")]]), "joint 20: nan is not a finite"),
        (hand(keypoints_2d=[*ROWS[:20], [1.0, "2"]]), "'2' is not a finite number"),
        (hand(keypoints_2d=[*ROWS[:20], [1.0]]), "joint 20 must have 2 numbers"),
        (hand(keypoints_3d=SOLID[:5]), "keypoints_3d must have 21 joints, not 5"),
        (hand(handedness="both"), "'both' is neither left nor right"),
        (hand(bbox=[1, 2, 0, 4]), "has no area"),
        (hand(bbox=[1, 2, 3]), "must be"),
        ({}, "neither key points nor a box"),
        (7, "neither key points nor a box"),
    ],
)
def test_a_hand_that_cannot_be_used_is_listed(tmp_path: Path, bad: Any, reason: str) -> None:
    """It is left out and named, and predictions to it do not count as false."""
    dataset = common(tmp_path, {"image": "a.png", "hands": [hand(), bad]})
    [problem] = dataset.problems

    assert "annotations.json: a.png, hand 1" in problem.where
    assert reason in problem.what
    assert 1 == len(dataset.pictures[0].hands)
    assert dataset.pictures[0].hand_count is None


def test_pictures_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    """One that is not there, one twice, one without a name, one with an odd count."""
    picture(tmp_path / "a.png")
    images: list[dict[str, Any]] = [
        {"image": "a.png", "hands": []},
        {"image": "a.png", "hands": []},
        {"image": "gone.png", "hands": []},
        {"hands": []},
    ]
    write(tmp_path / "annotations.json", {"images": images})
    [dataset] = read_datasets(tmp_path)
    odd = common(tmp_path / "odd", {"image": "b.png", "hands": [hand()], "n_hands": 0})

    assert ["a.png"] == [p.name for p in dataset.pictures]
    assert ["annotated twice", "does not exist", "has no name"] == [
        next(
            text for text in ("annotated twice", "does not exist", "has no name") if text in p.what
        )
        for p in dataset.problems
    ]
    few = common(tmp_path / "few", {"image": "b.png", "n_hands": 1, "least_hands": 2})
    assert "n_hands is 0 where 1 hands" in odd.problems[0].what
    assert "n_hands is 1 where 2 hands" in few.problems[0].what


def coco(path: Path, annotations: list[dict[str, Any]], names: list[str], **category: Any) -> Path:
    """A COCO file with one picture, a.png."""
    numbered = [{"id": i, "image_id": 5, "category_id": 1} | a for i, a in enumerate(annotations)]
    content = {
        "images": [{"id": 5, "file_name": "a.png"}],
        "annotations": numbered,
        "categories": [{"id": 1, "name": "hand", "keypoints": names} | category],
    }
    return write(path, content)


def triples(order: list[int], visible: int = 2) -> list[float]:
    """Key points as COCO has them."""
    return [value for i in order for value in (*ROWS[i], visible)]


def test_coco_in_another_order(tmp_path: Path) -> None:
    """The category's names say the order, its name the handedness, v what is annotated."""
    order = random.Random(2).sample(range(21), 21)
    flat = triples(order)
    flat[2] = 0
    picture(tmp_path / "images" / "a.png")
    path = coco(
        tmp_path / "hands.json",
        [{"keypoints": flat, "bbox": [0, 0, 100, 100]}],
        [WHOLEBODY[i] for i in order],
        name="left_hand",
    )
    [dataset] = read_datasets(path)
    found = one(dataset)

    assert found.points is not None
    assert [order[0]] == np.flatnonzero(np.isnan(found.points).any(axis=1)).tolist()
    known = [i for i in range(21) if i != order[0]]
    np.testing.assert_array_equal(POINTS[known], found.points[known])
    assert "left" == found.handedness
    assert 1 == dataset.pictures[0].hand_count


def test_coco_crowds_hide_hands(tmp_path: Path) -> None:
    """How many hands can be seen is then not known."""
    picture(tmp_path / "a.png")
    annotations: list[dict[str, Any]] = [{"keypoints": triples(list(range(21)))}, {"iscrowd": 1}]
    [dataset] = read_datasets(coco(tmp_path / "hands.json", annotations, WHOLEBODY))

    assert 1 == len(dataset.pictures[0].hands)
    assert dataset.pictures[0].hand_count is None


def test_coco_annotations_without_their_picture_are_listed(tmp_path: Path) -> None:
    """An annotation of a picture that the file does not have."""
    picture(tmp_path / "a.png")
    stray = {"keypoints": triples(list(range(21))), "image_id": 9}
    [dataset] = read_datasets(coco(tmp_path / "hands.json", [stray], WHOLEBODY))

    assert ["there is no image 9"] == [p.what for p in dataset.problems]


def test_wholebody_has_two_hands_for_each_person(tmp_path: Path) -> None:
    """The valid ones count; others in the picture may not be annotated."""
    picture(tmp_path / "a.png")
    person = {
        "lefthand_kpts": triples(list(range(21))),
        "lefthand_valid": True,
        "lefthand_box": [1, 2, 30, 40],
        "righthand_kpts": [0] * 63,
        "righthand_valid": False,
    }
    [dataset] = read_datasets(coco(tmp_path / "whole.json", [person], ["nose"]))
    found = one(dataset)

    assert "left" == found.handedness
    np.testing.assert_array_equal(POINTS, found.points)
    assert dataset.pictures[0].hand_count is None


def test_freihand_is_projected(tmp_path: Path) -> None:
    """Metres through the camera's matrix are pixels; the fourth picture of three is the first."""
    xyz = [[[0.1 * i, 0.2, 0.5] for i in range(21)] for _ in range(3)]
    camera = [[100.0, 0.0, 50.0], [0.0, 200.0, 60.0], [0.0, 0.0, 1.0]]
    write(tmp_path / "training_xyz.json", xyz)
    write(tmp_path / "training_K.json", [camera] * 3)
    for i in (0, 1, 3):
        picture(tmp_path / "training" / "rgb" / f"{i:08d}.jpg")
    [dataset] = read_datasets(tmp_path)
    hands = [p.hands[0] for p in dataset.pictures]

    assert [f"training/rgb/0000000{i}.jpg" for i in (0, 1, 3)] == [p.name for p in dataset.pictures]
    assert hands[2].points is not None
    assert hands[2].points_3d is not None
    np.testing.assert_allclose([100 * 0.1 / 0.5 + 50, 200 * 0.2 / 0.5 + 60], hands[2].points[1])
    np.testing.assert_allclose([100, 200, 500], hands[2].points_3d[1])
    assert {"right"} == {h.handedness for h in hands}
    assert ["there is no picture training/rgb/00000002.jpg"] == [p.what for p in dataset.problems]


def clip(path: Path) -> Path:
    """Something with the name of a clip."""
    path.write_bytes(b"")
    return path


def test_a_clip_finds_its_truth(tmp_path: Path) -> None:
    """NAME.json of ours; NAME.full.json and its 3D of MediaPipe's tests; or none."""
    hands = [{"points": ROWS, "world_landmarks": SOLID, "handedness": "left", "id": 4}]
    write(tmp_path / "ours.json", {"frames": [{"frame": 0, "hands": hands}, {"hands": []}]})
    write(tmp_path / "theirs.full.json", [SOLID])
    write(tmp_path / "theirs_3d.full.json", [[[0.001, 0.002, 0.003]] * 21])
    for name in ("ours.mp4", "theirs.25fps.mp4", "bare.mp4"):
        clip(tmp_path / name)
    clips = {d.name: d.clips[0].frames for d in read_datasets(tmp_path)}
    ours, theirs = clips["ours.mp4"], clips["theirs.25fps.mp4"]

    assert ours is not None
    assert theirs is not None
    assert [1, 0] == [len(hands) for hands in ours]
    assert ("left", 4) == (ours[0][0].handedness, ours[0][0].id)
    np.testing.assert_array_equal(POINTS, theirs[0][0].points)
    solid = theirs[0][0].points_3d
    assert solid is not None
    np.testing.assert_allclose([[1, 2, 3]] * 21, solid)
    assert clips["bare.mp4"] is None


def test_a_clip_with_broken_truth_is_refused(tmp_path: Path) -> None:
    """The file and the frame are named."""
    write(tmp_path / "a.json", {"frames": [{"hands": [{"points": ROWS[:3]}]}]})
    clip(tmp_path / "a.mp4")

    with pytest.raises(SourceError, match=r"a\.json: frame 0: .*21 joints, not 3"):
        read_datasets(tmp_path / "a.mp4")


BOX = [10, 20, 30, 40]


def tips(folder: Path, *frames: Any, video: Any = "a.mp4") -> Path:
    """A clips.json with one clip that has these frames."""
    file = folder / "clips.json"
    write(file, {"clips": [{"video": video, "frames": list(frames)}]})
    return file


def test_clips_share_a_file_of_finger_tips(tmp_path: Path) -> None:
    """By folder, by file and by clip; other joints are not annotated, other clips have no truth."""
    file = tips(
        tmp_path,
        {"bbox": BOX, "thumb_tip": [12, 30], "index_tip": [15, 21], "pinky_tip": None},
        {"bbox": BOX},
        {},
        None,
    )
    clip(tmp_path / "b.mp4")
    tipped = clip(tmp_path / "a.mp4")
    found = {d.name: d.clips[0].frames for d in read_datasets(tmp_path)}
    frames = found["a.mp4"]

    assert {"a.mp4", "b.mp4"} == set(found)
    assert found["b.mp4"] is None
    assert frames is not None
    assert [1, 1, 0, 0] == [len(hands) for hands in frames]
    [first], [boxed] = frames[:2]
    assert first.points is not None
    np.testing.assert_array_equal([[12, 30], [15, 21]], first.points[[4, 8]])
    assert 2 == (~np.isnan(first.points)).all(axis=1).sum()
    assert (10, 20, 40, 60) == first.box == boxed.box
    assert boxed.points is None
    for path in (file, tipped):
        [again] = read_datasets(path)
        assert 4 == len(again.clips[0].frames or ())


def test_a_clip_of_a_shared_file_that_is_missing_is_listed(tmp_path: Path) -> None:
    """The file that names it is named."""
    tips(tmp_path, {"bbox": BOX})
    [found] = read_datasets(tmp_path)

    assert () == found.clips
    assert str(tmp_path / "clips.json") == found.problems[0].where
    assert f"the video {tmp_path / 'a.mp4'} does not exist" == found.problems[0].what


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"clips": {}}, "`clips` must be a list, not dict"),
        ({"clips": [{}]}, "clip 0: `video` must name a file in the same folder, not None"),
        ({"clips": [{"video": "../a.mp4"}]}, r"in the same folder, not '\.\./a\.mp4'"),
        ({"clips": [{"video": "a.mp4"}]}, r"a\.mp4: `frames` must be a list"),
        ({"clips": [{"video": "a.mp4", "frames": [3]}]}, "frame 0 must be an object .*, not 3"),
        (
            {"clips": [{"video": "a.mp4", "frames": [{}, {"thumb_tip": [1, 2]}]}]},
            "frame 1 has finger tips without `bbox`",
        ),
        (
            {"clips": [{"video": "a.mp4", "frames": [{"bbox": BOX, "thumb_tip": [1]}]}]},
            "frame 0: keypoints_2d: joint 4 must have 2 numbers",
        ),
        (
            {"clips": [{"video": "a.mp4", "frames": [{"bbox": [1, 2, 0, 4]}]}]},
            r"frame 0: the box \[1, 2, 0, 4\] has no area",
        ),
    ],
)
def test_finger_tips_that_make_no_sense_are_refused(
    tmp_path: Path, content: Any, reason: str
) -> None:
    """The file, the clip and the frame are named."""
    write(tmp_path / "clips.json", content)
    clip(tmp_path / "a.mp4")

    with pytest.raises(SourceError, match=r"clips\.json: .*" + reason):
        read_datasets(tmp_path)


def test_a_folder_of_sets_gives_all(tmp_path: Path) -> None:
    """A set and a clip one level down; what is neither is passed over."""
    common(tmp_path / "set", {"image": "a.png", "hands": []})
    (tmp_path / "clips").mkdir()
    clip(tmp_path / "clips" / "b.mp4")
    write(tmp_path / "set" / "mediapipe.json", {"a.png": []})
    (tmp_path / "notes.txt").write_text("nothing")

    assert ["b.mp4", "set"] == sorted(d.name for d in read_datasets(tmp_path))


def test_one_broken_set_of_many_does_not_stop_the_others(tmp_path: Path) -> None:
    """It is there, empty, with the reason."""
    common(tmp_path / "good", {"image": "a.png", "hands": []})
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "annotations.json").write_text("{")
    found = {d.name: d for d in read_datasets(tmp_path)}

    assert 1 == len(found["good"].pictures)
    assert "is not JSON" in found["bad"].problems[0].what


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("gone", None, "does not exist"),
        ("a.json", "{", "is not JSON"),
        ("a.json", '{"a": 1}', "neither annotated pictures nor clips"),
        ("a.json", '{"images": 3}', "`images` must be a list"),
        ("a.json", '{"images": [], "order": ["elbow"]}', "'elbow'"),
        ("a.json", '{"images": [], "order": "mine"}', "list of joint names"),
        ("a.txt", "text", "neither annotated pictures nor clips"),
    ],
)
def test_what_cannot_be_read_says_so(
    tmp_path: Path, name: str, text: str | None, reason: str
) -> None:
    """One sentence that names the file."""
    if text is not None:
        (tmp_path / name).write_text(text)

    with pytest.raises(SourceError, match=reason) as caught:
        read_datasets(tmp_path / name)
    assert name in str(caught.value)


def test_the_samples_are_a_set_and_a_clip() -> None:
    """Six pictures with eight hands, and a clip with two."""
    datasets = {d.name: d for d in read_datasets(SAMPLES)}

    assert 6 == len(datasets["samples"].pictures)
    assert 8 == sum(len(p.hands) for p in datasets["samples"].pictures)
    assert 150 == len(datasets["two_hands.mp4"].clips[0].frames or ())
    assert () == datasets["samples"].problems


@pytest.mark.data
def test_the_real_sets_are_read_whole(data: Path) -> None:
    """Pictures and annotated hands of every set, without a problem; the folder may hold more."""
    found = {d.name: d for d in read_datasets(data)}
    expected = {
        "hgc_realworld": (318, 318),
        "linto_boxes": (126, 139),
        "sign_digits": (300, 0),
        "negatives": (20, 0),
        "oxford_neg60": (150, 0),
        "rhd_mmpose": (3, 3),
        "wild": (10, 0),
        "ti1k": (500, 500),
    }
    counts = {
        name: (len(found[name].pictures), sum(len(p.hands) for p in found[name].pictures))
        for name in expected
    }
    clips = {clip.name for d in found.values() for clip in d.clips}

    assert expected == counts
    assert {"asl_hand.25fps.mp4", "reaching_hand.mp4", "thumb_up_woman.mp4"} <= clips
    assert not any(d.problems for d in found.values())
