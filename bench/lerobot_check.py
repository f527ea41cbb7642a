"""Load data sets that `knuckle batch --format lerobot` wrote in the real LeRobot.

    python -m bench.lerobot_check DATASET... [--python python3.12]

LeRobot is no dependency of knuckle: it wants its own Python and 5.5 GB. This script makes an
environment for it, once, and reads the data sets there: every frame, single episodes, times around
a frame, statistics, and pictures by both of its decoders. It looks nothing up on the network after
that. It prints what it found, and ends with status 1 if something is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

RELEASE = "0.6.1"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
ENVIRONMENT = CACHE / "knuckle" / f"lerobot-{RELEASE}"
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
DECODERS = ("pyav", "torchcodec")


def main() -> int:
    """Run the check in an environment of LeRobot's own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("datasets", nargs="+", type=Path)
    parser.add_argument("--python", default="python3.12", help="what to make the environment with")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return max(_checked(path) for path in options.datasets)
    python = options.environment / "bin" / "python"
    if not python.exists():
        subprocess.run([options.python, "-m", "venv", str(options.environment)], check=True)
        wanted = f"lerobot[dataset]=={RELEASE}"
        subprocess.run([str(python), "-m", "pip", "install", wanted], check=True)
    paths = [str(path.resolve()) for path in options.datasets]
    command = [str(python), str(Path(__file__).resolve()), "--inside", *paths]
    return subprocess.run(command, env=os.environ | OFFLINE, check=False).returncode


def _checked(path: Path) -> int:
    """Check one data set; returns the exit status."""
    print(f"\n{path}")
    info = json.loads((path / "meta/info.json").read_text())
    status = 0
    for name, check in CHECKS.items():
        try:
            print(f"  {name}: {check(path, info)}")
        except Exception as error:  # whatever LeRobot does not like is what we want to know
            status = 1
            print(f"  {name}: FAILED: {type(error).__name__}: {' '.join(str(error).split())}")
    return status


def _opened(path: Path, **options: Any) -> Any:
    module = import_module("lerobot.datasets.lerobot_dataset")
    return module.LeRobotDataset(f"local/{path.name}", root=path, **options)


def _frames(path: Path, info: dict[str, Any]) -> str:
    """Every frame, without pictures: shapes, kinds, and the numbers that LeRobot counts by."""
    torch: Any = import_module("torch")

    dataset = _opened(path)
    rows = dataset.hf_dataset
    assert len(dataset) == info["total_frames"] == len(rows)
    assert dataset.num_episodes == info["total_episodes"]
    pictures = ("image", "video")
    names = [name for name, f in info["features"].items() if f["dtype"] not in pictures]
    previous = -1
    for i in range(len(rows)):
        row = rows[i]
        for name in names:
            shape = info["features"][name]["shape"]
            value = row[name]
            assert list(value.shape) == ([] if shape == [1] else shape), (name, value.shape)
            assert not value.is_floating_point() or bool(torch.isfinite(value).all()), name
        assert int(row["index"]) == i
        if int(row["episode_index"]) != previous:
            previous, start = int(row["episode_index"]), i
        assert int(row["frame_index"]) == i - start
        assert abs(float(row["timestamp"]) - (i - start) / info["fps"]) < 1e-4
    return f"{len(rows)} of {len(names)} features, {dataset.num_episodes} episodes"


def _episodes(path: Path, info: dict[str, Any]) -> str:
    """Single episodes, and that each has its own row group."""
    parquet: Any = import_module("pyarrow.parquet")

    count = info["total_episodes"]
    lengths = [int(episode["length"]) for episode in _opened(path).meta.episodes]
    for wanted in ([0], [count - 1], list(range(0, count, 2))):
        subset = _opened(path, episodes=wanted)
        assert len(subset) == sum(lengths[i] for i in wanted), wanted
        assert int(subset.hf_dataset[0]["episode_index"]) == wanted[0]
    groups = [
        parquet.ParquetFile(file).metadata.row_group(i).num_rows
        for file in sorted((path / "data").glob("*/*.parquet"))
        for i in range(parquet.read_metadata(file).num_row_groups)
    ]
    assert groups == lengths, (groups, lengths)
    return f"lengths {min(lengths)} to {max(lengths)}, a row group each"


def _deltas(path: Path, info: dict[str, Any]) -> str:
    """Frames before and after, which are cut off at the ends of an episode."""
    name = next(name for name in info["features"] if "landmarks" in name or name == "action")
    step = 1 / info["fps"]
    dataset = _opened(path, delta_timestamps={name: [-step, 0.0, step]}, video_backend="pyav")
    first, second = dataset[0], dataset[1]
    assert first[f"{name}_is_pad"].tolist() == [True, False, False]
    assert second[f"{name}_is_pad"].tolist()[0] is False
    assert bool((first[name][2] == second[name][1]).all())
    return f"{name}: {tuple(first[name].shape)}"


def _statistics(path: Path, info: dict[str, Any]) -> str:
    """The statistics of the data set against those that torch computes from all frames."""
    torch: Any = import_module("torch")

    dataset = _opened(path)
    statistics = dataset.meta.stats
    missing = [name for name in info["features"] if name not in statistics]
    assert not missing, missing
    worst = 0.0
    for name in (name for name in info["features"] if ".hand_" in name):
        values = torch.stack(list(dataset.hf_dataset[name])).double().reshape(len(dataset), -1)
        levels = torch.tensor([0.01, 0.1, 0.5, 0.9, 0.99], dtype=torch.double)
        quantiles = torch.quantile(values, levels, dim=0)
        found = {"mean": values.mean(0), "std": values.std(0, correction=0)}
        found |= {"min": values.min(0).values, "max": values.max(0).values}
        found |= dict(zip(("q01", "q10", "q50", "q90", "q99"), quantiles, strict=True))
        for key, expected in found.items():
            given = torch.from_numpy(statistics[name][key]).double()
            worst = max(worst, float((given - expected).abs().max()))
        assert statistics[name]["count"].tolist() == [len(dataset)]
    assert worst < 1e-6, worst
    return f"{len(statistics)} features, at most {worst:.1e} from torch's"


def _pictures(path: Path, info: dict[str, Any]) -> str:
    """Every frame with its picture, by each decoder."""
    keys = [name for name, feature in info["features"].items() if feature["dtype"] == "video"]
    if not keys:
        return "no videos"
    said = []
    for decoder in DECODERS:
        dataset = _opened(path, video_backend=decoder)
        for i in range(len(dataset)):
            item = dataset[i]
            for key in keys:
                height, width, colours = info["features"][key]["shape"]
                assert tuple(item[key].shape) == (colours, height, width), item[key].shape
                found = item[key].mean((1, 2))
        said.append(f"{decoder} {len(dataset)} frames of {len(keys)} cameras")
        assert found.min() > 0
    return ", ".join(said)


def _batches(path: Path, info: dict[str, Any]) -> str:
    """A loader of torch, as training uses it."""
    torch: Any = import_module("torch")

    dataset = _opened(path, video_backend="pyav")
    batch = next(iter(torch.utils.data.DataLoader(dataset, batch_size=8, shuffle=True)))
    shapes = {name: tuple(value.shape) for name, value in batch.items() if hasattr(value, "shape")}
    return f"{len(shapes)} tensors; tasks {sorted(set(batch['task']))}"


def _merged(path: Path, info: dict[str, Any]) -> str:
    """LeRobot joins the data set with itself, videos too, and all of it can be read."""
    aggregate = import_module("lerobot.datasets.aggregate")
    logging.getLogger("libav").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "twice"
        aggregate.aggregate_datasets(["local/a", "local/b"], "local/twice", [path, path], target)
        twice = _opened(target, video_backend="pyav")
        assert len(twice) == 2 * info["total_frames"]
        for i in range(len(twice)):
            assert int(twice[i]["index"]) == i
        files = len(list(target.rglob("*.mp4")))
    return f"{len(twice)} frames, {files} videos"


Check = Callable[[Path, dict[str, Any]], str]
CHECKS: dict[str, Check] = {
    "frames": _frames,
    "episodes": _episodes,
    "times around a frame": _deltas,
    "statistics": _statistics,
    "pictures": _pictures,
    "batches": _batches,
    "joined with itself": _merged,
}


if __name__ == "__main__":
    sys.exit(main())
